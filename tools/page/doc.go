// Package page tests the page of the simulator in a real browser, while a real plan waits. It has a module of its own, so that
// nobody who builds or tests the provider needs the library that drives the browser.
package page
