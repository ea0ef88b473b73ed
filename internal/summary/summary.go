// Package summary has the first line of each error and warning, in one place for the provider, its tests and the soak. A line
// says what failed and names the subject, so that it is enough to act on. A subject is Cluster or Task of an ID.
package summary

import (
	"fmt"
	"strings"
)

// Errors about the account or this machine, the same for every cluster.
const (
	UnknownAccessKey   = "Unknown access key"
	SignatureMismatch  = "Signature mismatch: secret_key probably does not belong to access_key"
	CredentialsExpired = "The temporary credentials have expired"
	TokenMismatch      = "The security token does not match the access key"
	ClockSkew          = "Clock skew too large"
)

// InvalidProxy is a proxy setting that is not a URL, in the environment variable of the given name.
func InvalidProxy(variable string) string { return "Invalid proxy URL in " + variable }

// ClusterNotFound is a cluster that the API does not have.
func ClusterNotFound(subject string) string { return capitalized(subject) + " not found" }

// NotAllowed is a read that the RAM policies do not allow.
func NotAllowed(subject string) string { return "Not allowed to read " + subject }

// Replay is a request that was rejected because its nonce was used before.
func Replay(subject string) string {
	return "The ACK API rejected the request for " + subject + " as a replay"
}

// OperationUnavailable is an operation that the endpoint does not have.
func OperationUnavailable(operation, subject string) string {
	return operation + " is not available at the endpoint of " + subject
}

// Throttled is a read whose last retry was throttled.
func Throttled(subject string) string { return "Throttled while reading " + subject }

// Redirected is a redirect, which is not followed.
func Redirected(subject string) string { return "Redirected while reading " + subject }

// ServerError is an HTTP 5xx, from the API or from a gateway before it.
func ServerError(subject string) string { return "Server error while reading " + subject }

// InvalidResponse is a response that is not one of the ACK API.
func InvalidResponse(subject string) string {
	return "Unexpected response for " + subject + ": not from the ACK API"
}

// Rejected is an error of the API whose code is not in the table.
func Rejected(subject string) string {
	return "The ACK API rejected the request for " + subject
}

// NoCredentials is a read whose credentials could not be fetched.
func NoCredentials(subject string) string { return "Failed to get credentials for " + subject }

// NoSuchHost is an endpoint without an address in DNS.
func NoSuchHost(subject string) string {
	return "Endpoint not found for " + subject + ": no such host"
}

// ConnectionRefused is a port that nothing listens on.
func ConnectionRefused(subject string) string {
	return "Connection refused: the endpoint of " + subject + " does not accept connections"
}

// RequestFailed is a request that was lost in the network.
func RequestFailed(subject string) string {
	return "Request to the ACK API failed for " + subject
}

// NoResponse is a request that timed out, its retries too.
func NoResponse(subject string) string { return "No response from the ACK API for " + subject }

// UntrustedCertificate is a certificate that is not trusted, or not valid for the endpoint.
func UntrustedCertificate(subject string) string {
	return "The certificate of the endpoint of " + subject + " is not trusted"
}

// NotHTTPS is an endpoint that responds in plain HTTP.
func NotHTTPS(subject string) string {
	return "The endpoint of " + subject + " does not support HTTPS"
}

// NotHTTP is an endpoint of another protocol.
func NotHTTP(subject string) string {
	return "The endpoint of " + subject + " does not support HTTP"
}

// TLSFailed is a TLS handshake that failed, for another reason than the certificate.
func TLSFailed(subject string) string {
	return "TLS handshake failed with the endpoint of " + subject
}

// ProxyFailed is a proxy that could not connect, or did not want to.
func ProxyFailed(subject string) string {
	return "The proxy could not connect to the endpoint of " + subject
}

// ReadTimeout is a read that reached its deadline without a response.
func ReadTimeout(subject string) string { return "Timed out reading " + subject }

// Interrupted is a read that was interrupted.
func Interrupted(subject string) string { return "Reading " + subject + " was interrupted" }

// FleetInterrupted is a read of several clusters that was interrupted.
func FleetInterrupted(clusters int) string {
	if clusters == 1 {
		return "Reading 1 cluster was interrupted"
	}
	return fmt.Sprintf("Reading %d clusters was interrupted", clusters)
}

// NoCluster is a read without a cluster to read.
const NoCluster = "No cluster to read"

// IncompleteTaskList is a list of tasks that could not be read to its end.
func IncompleteTaskList(subject string) string { return "Incomplete task list for " + subject }

// TaskListTooLarge is a list of tasks with more text than a read can return.
func TaskListTooLarge(subject string) string { return "The task list for " + subject + " is too large" }

// TaskNotFound is a task that the API does not have.
func TaskNotFound(subject string) string { return capitalized(subject) + " not found" }

// IncompleteList is a list of a region that could not be read to its end. The subject is the list, such as the clusters of region X.
func IncompleteList(subject string) string {
	return "Incomplete list of " + strings.TrimPrefix(subject, "the ")
}

// ResponsesTooLarge is a read of several clusters with more text than a read can return.
func ResponsesTooLarge(clusters int) string {
	subject := "1 cluster"
	if clusters != 1 {
		subject = fmt.Sprintf("%d clusters", clusters)
	}
	return "The responses for " + subject + " are too large"
}
