// Package lifetime says when the provider's process has to end: not with a SIGTERM that the CLI gets too, before the CLI has
// had its answer; and not after the CLI.
package lifetime
