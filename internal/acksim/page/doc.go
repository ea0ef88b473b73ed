// Package page serves a page in the browser that shows what a simulator plays: each cluster's upgrade as a timeline, and the
// requests made against it. On it, somebody can pause, fail or finish an upgrade by hand while a plan waits.
package page
