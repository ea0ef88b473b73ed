// Package document reads the JSON of a scenario file. Its errors name the line and the field.
package document
