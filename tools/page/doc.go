// Package page tests the page of the simulator in a real browser, while a real plan waits. It has its own module, so that the provider's
// build and tests do not need the library that drives the browser.
package page
