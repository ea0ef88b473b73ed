// Package display makes what comes from outside fit for people to read: one line, of a bounded length, without anything
// that could steer a terminal.
package display
