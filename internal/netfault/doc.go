// Package netfault says what kind of error of the network an error is, and whether it may pass: in one place for all that
// talks to a server.
package netfault
