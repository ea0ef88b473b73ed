//go:build !race

package soak

// raceFactor is how much more memory a goroutine may take with the race detector.
const raceFactor = 1
