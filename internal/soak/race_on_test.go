//go:build race

package soak

// raceFactor is how much more memory a goroutine may take: the race detector makes its frames larger.
const raceFactor = 1.5
