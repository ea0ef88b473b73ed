// Package story has the state of a cluster at each moment: its version, its tasks, and the phase of its upgrade. Operations, which
// report parts of it, and files are elsewhere.
package story
