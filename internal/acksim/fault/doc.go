// Package fault makes requests, responses and connections go wrong on purpose.
package fault
