// Package realcli runs the provider as users do: built, installed, and driven by a real Terraform or OpenTofu. Tests and
// the demo share it.
package realcli
