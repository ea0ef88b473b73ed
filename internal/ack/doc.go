// Package ack is a client of Alibaba Cloud's ACK API: it signs, limits, retries and bounds requests, and gives typed responses
// and errors, the same for every operation. Each operation has a small file of its own. Package upgrade decides what the
// responses mean for an upgrade. The client does not depend on Terraform.
package ack
