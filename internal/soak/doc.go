// Package soak has only tests. TestSoak runs the whole provider in this process for a given time, against simulators with all transient
// faults, and some permanent ones. See make soak.
package soak
