// Package document reads the JSON of a scenario file, and names line and field of whatever is wrong in it.
package document
