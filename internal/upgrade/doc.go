// Package upgrade determines from responses of the ACK API the phase of a cluster's upgrade, and when a wait for it ends. The
// responses may be of several operations. The package does not depend on Terraform, and makes no HTTP requests itself.
package upgrade
