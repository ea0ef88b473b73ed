// Package response holds what the simulator sends back: JSON, XML, and whatever a scenario writes out itself.
package response
