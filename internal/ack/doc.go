// Package ack is a client of Alibaba Cloud's ACK API: it signs, limits, retries and bounds requests, and gives typed
// responses and errors, the same for every operation. Each operation has a small file of its own. What the responses mean
// for an upgrade is said in package upgrade. It knows nothing of Terraform.
package ack
