// Package soak holds no code, only a test that goes on for as long as it is told: the provider as a whole, in this process,
// against simulators with which everything goes wrong that passes, and some that does not. See TestSoak, and make soak.
package soak
