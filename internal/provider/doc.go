// Package provider is Terraform's side of ackupgrade: schemas, checks at plan time, models and diagnostics. All its
// requests go through package ack.
package provider
