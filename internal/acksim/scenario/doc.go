// Package scenario holds what a simulator plays, and reads it from a file.
package scenario
