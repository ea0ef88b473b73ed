// Package endpoint says what an endpoint of a service may look like in a setting, and which host it stands for.
package endpoint
