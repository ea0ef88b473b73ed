// Package operation renders what is true of a cluster as each operation of ACK reports it: one file for each operation, and
// one table of all.
package operation
