package identity

import (
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/gateway"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/scenario"
)

// The limits of the parameters, as the API reference has them.
const (
	minSessionSeconds = 900
	maxPolicy         = 2048
)

var sessionName = regexp.MustCompile(`^[A-Za-z0-9.@_-]{2,64}$`)

// caller is who calls STS: a key, and the role that it is a session of, if it is one.
type caller struct{ accessKeyID, role string }

// checkAssumeRole decides whether the caller gets the session requested.
func (s *Services) checkAssumeRole(p url.Values, c caller) (grant, *gateway.Rejection) {
	requested, rejection := s.checkRole(p)
	if rejection != nil {
		return grant{}, rejection
	}
	trusted := slices.Contains(requested.role.Trusts, c.accessKeyID) ||
		c.role != "" && slices.Contains(requested.role.Trusts, c.role)
	if !trusted || requested.role.ExternalID != "" && p.Get("ExternalId") != requested.role.ExternalID {
		return grant{}, gateway.Reject(gateway.NoPermission)
	}
	return requested, nil
}

// checkRole checks the parameters that both actions have, and looks the role up.
func (s *Services) checkRole(p url.Values) (grant, *gateway.Rejection) {
	arn, session := p.Get("RoleArn"), p.Get("RoleSessionName")
	switch {
	case arn == "":
		return grant{}, rejectMissing("RoleArn")
	case session == "":
		return grant{}, rejectMissing("RoleSessionName")
	case !scenario.RoleARN.MatchString(arn):
		return grant{}, rejectParameter("RoleArn", "The parameter RoleArn is wrongly formed.")
	case !sessionName.MatchString(session):
		return grant{}, rejectParameter("RoleSessionName", "The parameter RoleSessionName is wrongly formed.")
	}
	seconds, rejection := checkSeconds(p, scenario.MaxSessionSeconds)
	if rejection != nil {
		return grant{}, rejection
	}
	if rejection := checkPolicy(p.Get("Policy")); rejection != nil {
		return grant{}, rejection
	}
	role, ok := s.roles[arn]
	if !ok {
		return grant{}, gateway.Reject(gateway.RoleNotFound)
	}
	if _, rejection := checkSeconds(p, role.LongestSession()); rejection != nil {
		return grant{}, rejection
	}
	return grant{role: role, session: session, seconds: seconds}, nil
}

// checkSeconds returns how long the session is to last.
func checkSeconds(p url.Values, most int) (int, *gateway.Rejection) {
	if !p.Has("DurationSeconds") {
		return scenario.DefaultSessionSeconds, nil
	}
	seconds, err := strconv.Atoi(p.Get("DurationSeconds"))
	if err != nil || seconds < minSessionSeconds || seconds > most {
		hours := (time.Duration(most) * time.Second).Hours()
		return 0, rejectParameter("DurationSeconds", fmt.Sprintf("The Min/Max value of DurationSeconds is 15min/%ghr.", hours))
	}
	return seconds, nil
}

// checkPolicy checks the form of a policy. Its content has no effect here.
func checkPolicy(policy string) *gateway.Rejection {
	var document struct {
		Version   string
		Statement []json.RawMessage
	}
	switch {
	case policy == "":
		return nil
	case len(policy) > maxPolicy:
		return rejectParameter("PolicySize", fmt.Sprintf("The size of Policy must be smaller than %d bytes.", maxPolicy))
	case json.Unmarshal([]byte(policy), &document) != nil || document.Version != "1" || len(document.Statement) == 0:
		return rejectParameter("PolicyGrammar", "The parameter Policy has not passed grammar check.")
	}
	return nil
}
