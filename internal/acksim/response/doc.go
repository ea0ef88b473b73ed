// Package response has the responses of the simulator: JSON, XML, and the raw ones of a scenario.
package response
