// Package provider is Terraform's side of ackupgrade: schemas, checks at plan time, models and diagnostics. What it asks
// of the network, it asks package ack for.
package provider
