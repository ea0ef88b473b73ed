// Package upgrade says what the responses of the ACK API mean: in which phase a cluster's upgrade is, from whichever
// operations tell it, and when a wait for it is over. It knows nothing of Terraform, and makes no HTTP requests itself.
package upgrade
