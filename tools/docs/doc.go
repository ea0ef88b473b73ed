// Package docs has the tests of what users read: every link leads somewhere, and every HCL block is a file that a test runs.
package docs
