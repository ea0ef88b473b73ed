// Command acksim runs a simulated ACK: on its own, or around another command. See its -help.
package main
