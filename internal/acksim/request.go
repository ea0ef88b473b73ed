package acksim

import (
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/fault"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/story"
)

// Request is what a simulator remembers of one request. Texts are cut after 512 bytes.
type Request struct {
	// Time is when it arrived.
	Time time.Time
	// Method and Path are as sent: the path is percent-encoded, and without its query.
	Method, Path string
	// Query is the query as sent, without the question mark.
	Query string
	// Region is the region that the Host header names; empty when it names none, or when the request is for no operation.
	Region string
	// Operation is the name of the operation that it is for, withdrawn or not; empty when it is for none that is played.
	Operation string
	// ClusterID is the cluster that it is about; empty when it is for no operation or for one about a region, and when it names a
	// task that no cluster has.
	ClusterID string
	// TaskID is the task that it names; empty when its operation is about a cluster.
	TaskID string
	// AccessKeyID is the key that the request claims to be signed with.
	AccessKeyID string
	// Identity is who signed the request: for a session, the ARN of its role, a slash and the session's name; for a key of
	// the scenario's, its id; empty as long as no good signature shows it.
	Identity string
	// Nonce is the signature's nonce.
	Nonce string
	// UserAgent is the User-Agent header.
	UserAgent string
	// SecurityToken is set when the request carries a security token.
	SecurityToken bool

	// Fault is what went wrong with it on purpose; empty when nothing did.
	Fault fault.Kind
	// Status is the HTTP status of the response; zero when there was none.
	Status int
	// Code is the error code of the response; empty when it is not one of the service's errors.
	Code string
	// RequestID is the request id in the response; empty in the response of a proxy.
	RequestID string
	// Step is the step of the cluster's timeline that it met, counted from 1, and 0 when none did.
	Step int
	// Phase is that step's phase: the true phase of the cluster, also if the response has another one. It is empty if the response
	// of the step is not from ACK.
	Phase story.Phase
}
