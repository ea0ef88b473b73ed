// Package lifetime decides when the provider's process ends: not with a SIGTERM that the CLI gets too, before the CLI has its
// response; and not after the CLI.
package lifetime
