// Package redact takes secrets out of texts that come from outside: those that are known, in every spelling that a service
// or a library repeats them in, and what is named like a secret or looks like one.
package redact
