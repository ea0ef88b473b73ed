// Package protocol talks to a provider process over gRPC as a CLI does: for tests of what no CLI at hand has, and for its schema.
package protocol
