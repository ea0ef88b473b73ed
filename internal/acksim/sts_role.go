package acksim

import (
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"time"
)

// The limits of the parameters, as the API reference has them.
const (
	minSessionSeconds     = 900
	maxSessionSeconds     = 43200
	defaultSessionSeconds = 3600
	maxPolicy             = 2048
)

var (
	roleARN     = regexp.MustCompile(`^acs:ram::[0-9]+:role/([A-Za-z0-9.@_-]{1,64})$`)
	sessionName = regexp.MustCompile(`^[A-Za-z0-9.@_-]{2,64}$`)
)

// caller is who calls STS: a key, and the role that it is a session of, if it is one.
type caller struct{ accessKeyID, role string }

// checkAssumeRole decides whether the caller gets the session asked for.
func (s *Simulator) checkAssumeRole(p url.Values, c caller) (grant, *refusal) {
	asked, no := s.checkRole(p)
	if no != nil {
		return grant{}, no
	}
	trusted := slices.Contains(asked.role.Trusts, c.accessKeyID) ||
		c.role != "" && slices.Contains(asked.role.Trusts, c.role)
	if !trusted || asked.role.ExternalID != "" && p.Get("ExternalId") != asked.role.ExternalID {
		return grant{}, refuse(noPermission)
	}
	return asked, nil
}

// checkRole checks the parameters that both actions have, and looks the role up.
func (s *Simulator) checkRole(p url.Values) (grant, *refusal) {
	arn, session := p.Get("RoleArn"), p.Get("RoleSessionName")
	switch {
	case arn == "":
		return grant{}, refuseMissing("RoleArn")
	case session == "":
		return grant{}, refuseMissing("RoleSessionName")
	case !roleARN.MatchString(arn):
		return grant{}, refuseParameter("RoleArn", "The parameter RoleArn is wrongly formed.")
	case !sessionName.MatchString(session):
		return grant{}, refuseParameter("RoleSessionName", "The parameter RoleSessionName is wrongly formed.")
	}
	seconds, no := checkSeconds(p, maxSessionSeconds)
	if no != nil {
		return grant{}, no
	}
	if no := checkPolicy(p.Get("Policy")); no != nil {
		return grant{}, no
	}
	role, ok := s.roles[arn]
	if !ok {
		return grant{}, refuse(roleNotFound)
	}
	if _, no := checkSeconds(p, role.maxSeconds()); no != nil {
		return grant{}, no
	}
	return grant{role: role, session: session, seconds: seconds}, nil
}

// checkSeconds returns how long the session is to last.
func checkSeconds(p url.Values, most int) (int, *refusal) {
	if !p.Has("DurationSeconds") {
		return defaultSessionSeconds, nil
	}
	seconds, err := strconv.Atoi(p.Get("DurationSeconds"))
	if err != nil || seconds < minSessionSeconds || seconds > most {
		hours := (time.Duration(most) * time.Second).Hours()
		return 0, refuseParameter("DurationSeconds", fmt.Sprintf("The Min/Max value of DurationSeconds is 15min/%ghr.", hours))
	}
	return seconds, nil
}

// checkPolicy takes what can be a policy: nobody here weighs what it allows.
func checkPolicy(policy string) *refusal {
	var document struct {
		Version   string
		Statement []json.RawMessage
	}
	switch {
	case policy == "":
		return nil
	case len(policy) > maxPolicy:
		return refuseParameter("PolicySize", fmt.Sprintf("The size of Policy must be smaller than %d bytes.", maxPolicy))
	case json.Unmarshal([]byte(policy), &document) != nil || document.Version != "1" || len(document.Statement) == 0:
		return refuseParameter("PolicyGrammar", "The parameter Policy has not passed grammar check.")
	}
	return nil
}
