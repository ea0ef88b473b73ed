// Package story knows what is true of a cluster at a moment: its state, its version, its tasks, and where its upgrade stands.
// It knows nothing of operations, which each report a part of it, and nothing of files.
package story
