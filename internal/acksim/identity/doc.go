// Package identity plays the credential services (STS, the metadata service of an ECS instance, and a credentials URI), and
// knows the keys that they hand out.
package identity
