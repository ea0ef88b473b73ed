// Package endpoint has the forms that an endpoint of a service can have in a setting, and the host of each.
package endpoint
