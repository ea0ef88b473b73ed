package acksim

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Scenario is what a Simulator plays: who may ask, how each cluster's upgrade goes, and what hands out
// credentials.
type Scenario struct {
	// AccessKeys are the keys that the simulator knows: at least one.
	AccessKeys []AccessKey
	// Region names where the clusters live. It is for people, and for the environment that the command sets: a request
	// is not checked against it, because the service too is told apart by its endpoint alone.
	Region string
	// Format is the form of the answers.
	Format Format
	// Clusters are the clusters by their id.
	Clusters map[string]Cluster
	// RateLimit is how fast ACK may be asked; nil when that does not matter.
	RateLimit *RateLimit
	// Faults are what goes wrong. Of several that would strike, the first does.
	Faults []Fault
	// FaultSeed is what all chance hangs on: with the same seed, the same requests for a cluster are struck.
	FaultSeed uint64

	// Roles are the roles that STS knows.
	Roles []Role
	// OIDC is the identity provider that STS knows; nil when there is none.
	OIDC *OIDC
	// Metadata is the metadata service of the instance that clients run on; nil when that has no role.
	Metadata *Metadata
	// CredentialsURI is a service that hands out sessions; nil when there is none.
	CredentialsURI *CredentialsURI
}

// AccessKey is one key that requests may be signed with.
type AccessKey struct {
	// ID names the key.
	ID string
	// Secret keys the signature.
	Secret string
	// SecurityToken makes the key a temporary one: a request must then carry exactly this token. A request with a key
	// that has none must not carry any.
	SecurityToken string
	// ExpiresAfter, when not zero, says how long the token is good from the start of the simulator. Zero and a zero
	// ExpiresAt mean for ever.
	ExpiresAfter time.Duration
	// ExpiresAt, when not zero, says until when the token is good.
	ExpiresAt time.Time
}

// Cluster is one simulated cluster.
type Cluster struct {
	// Timeline says what the cluster answers, step after step. See Step.
	Timeline []Step
}

// Step is one stretch of a cluster's timeline: how long it lasts, and what the cluster answers meanwhile.
//
// A timeline begins with the first request for its cluster that passes all checks, so that it does not matter how long
// a CLI needs to start. It lasts For or for that many Polls; the last step stays, whatever its length. A step of a given
// length ends on time, asked or not; the step behind one that counts polls begins with the request that finds it used up.
type Step struct {
	// For is how long the step lasts. Either For or Polls must be set in every step but the last.
	For time.Duration
	// Polls is how many requests the step answers.
	Polls int

	// Phase is short for the answer that ACK gives in that phase. Exactly one of Phase, Answer and HTTP is set.
	Phase Phase
	// Message goes with Phase: it is the upgrade task's message and, when the phase is failed, the error message too.
	Message string
	// Answer is a JSON value that is answered as it is.
	Answer json.RawMessage
	// HTTP is an answer that is not ACK's, of a proxy for one.
	HTTP *HTTPAnswer
}

// HTTPAnswer is a raw answer. The simulator adds nothing of ACK's to it, the request id neither.
type HTTPAnswer struct {
	// Status is the HTTP status, 200 to 599.
	Status int
	// ContentType is the Content-Type header; empty leaves it out.
	ContentType string
	// Headers are more headers.
	Headers map[string]string
	// Body is sent as it is.
	Body string
}

// Format is the form in which the simulator answers.
type Format string

// The formats. FormatByAccept is JSON, unless the request's Accept header names XML and not JSON.
const (
	FormatByAccept  Format = ""
	FormatJSON      Format = "json"
	FormatXML       Format = "xml"        // As ACK documents it: five elements side by side, without a root.
	FormatXMLRooted Format = "xml-rooted" // The same in a root element.
)

// ScenarioError says what is wrong in a scenario, where, and what to do about it.
type ScenarioError struct {
	// Line is the line of the scenario file, or 0 when the scenario was not read from one.
	Line int
	// Field is the path to the field at fault: clusters["c1"].timeline[0].for. It is empty for the file as a whole.
	Field string
	// Problem says what is wrong and what to do.
	Problem string
}

// Error names line and field, as far as they are known, and the problem.
func (e *ScenarioError) Error() string {
	var b strings.Builder
	b.WriteString("scenario")
	if e.Line > 0 {
		fmt.Fprintf(&b, ", line %d", e.Line)
	}
	if e.Field != "" {
		b.WriteString(", " + e.Field)
	}
	return b.String() + ": " + e.Problem
}

// Validate reports the first thing that is wrong with s, as a *ScenarioError, or nil.
func (s *Scenario) Validate() error {
	if len(s.AccessKeys) == 0 {
		return faulty("access_keys", `there is no key to sign with: give at least one, [{"id": "...", "secret": "..."}]`)
	}
	if err := checkAccessKeys(s.AccessKeys); err != nil {
		return err
	}
	switch s.Format {
	case FormatByAccept, FormatJSON, FormatXML, FormatXMLRooted:
	default:
		return faulty("format", "%q is not a format: use json, xml or xml-rooted, or leave it out", string(s.Format))
	}
	for _, id := range slices.Sorted(maps.Keys(s.Clusters)) { // Sorted, so that the first fault is always the same.
		if id == "" {
			return faulty(fieldOf("clusters", id), "a cluster's id must not be empty")
		}
		if err := checkTimeline(fieldOf("clusters", id)+".timeline", s.Clusters[id].Timeline); err != nil {
			return err
		}
	}
	if err := s.RateLimit.check("rate_limit"); err != nil {
		return err
	}
	known := func(clusterID string) bool { _, ok := s.Clusters[clusterID]; return ok }
	if err := checkFaults("faults", s.Faults, known); err != nil {
		return err
	}
	return s.checkCredentials()
}

func checkAccessKeys(keys []AccessKey) error {
	ids, tokens := make(map[string]bool), make(map[string]bool)
	for i, key := range keys {
		field := fmt.Sprintf("access_keys[%d]", i)
		switch {
		case key.ID == "" || strings.ContainsFunc(key.ID, notInKeyID):
			return faulty(field+".id", "%q is not an access key id: use letters, digits and any of .-_", key.ID)
		case ids[key.ID]:
			return faulty(field+".id", "%q is there twice: give each key an id of its own", key.ID)
		case key.Secret == "":
			return faulty(field+".secret", "a key needs a secret: requests are signed with it")
		case key.SecurityToken != "" && tokens[key.SecurityToken]:
			return faulty(field+".security_token", "another key has this token too: give each key a token of its own")
		case key.SecurityToken == "" && (key.ExpiresAfter != 0 || !key.ExpiresAt.IsZero()):
			return faulty(field+".expires", "only temporary keys expire: give the key a security_token, or no expires")
		}
		if err := checkExpires(field+".expires", key.ExpiresAfter, key.ExpiresAt); err != nil {
			return err
		}
		ids[key.ID], tokens[key.SecurityToken] = true, true
	}
	return nil
}

// notInKeyID keeps out what the Authorization header could not carry.
func notInKeyID(r rune) bool {
	switch {
	case 'A' <= r && r <= 'Z', 'a' <= r && r <= 'z', '0' <= r && r <= '9':
		return false
	default:
		return !strings.ContainsRune(".-_", r)
	}
}

func faulty(field, problem string, args ...any) *ScenarioError {
	return &ScenarioError{Field: field, Problem: fmt.Sprintf(problem, args...)}
}

// fieldOf spells the path to what an object holds under a name that the user chose.
func fieldOf(object, name string) string { return fmt.Sprintf("%s[%q]", object, name) }

// asScenarioError returns err as the *ScenarioError that it is, or nil.
func asScenarioError(err error) *ScenarioError {
	var e *ScenarioError
	if errors.As(err, &e) {
		return e
	}
	return nil
}
