// Package page serves a page for the browser that shows each cluster's upgrade as a timeline, and the requests for it. It has
// controls to pause, fail or finish an upgrade by hand while a plan waits.
package page
