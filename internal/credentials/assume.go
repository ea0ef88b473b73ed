package credentials

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/summary"
)

// assume adds the role of the block assume_role to what was found, or else the role of the profile that was found.
func (r *resolver) assume(base found) (found, *Error) {
	block := r.AssumeRole
	if block == nil {
		if r.role == nil {
			return base, nil
		}
		link, err := r.profileRole(r.role)
		if err != nil {
			return found{}, r.profileError(r.file, r.role, err)
		}
		return r.assumed(base, link, Profile.Attribute)
	}
	p := r.role
	if p == nil {
		p = &profile{}
	}
	// The block's environment counts only here, where the block is.
	take := func(s Setting, attribute *string, field string) Value {
		value := s.Lookup(attribute, r.Getenv)
		if !value.IsSet() && field != "" {
			return Value{Text: field, From: profileOrigin(p)}
		}
		return value
	}
	arn := take(RoleARN, block.RoleARN, p.RamRoleARN)
	if !arn.IsSet() && block.RoleARN != nil {
		r.trace.add("assume_role", "not used: its role_arn is an empty string")
		return base, nil
	}
	if !arn.IsSet() {
		return found{}, &Error{
			Attribute: RoleARN.Attribute,
			Summary:   summary.NoRoleARN,
			Detail:    fmt.Sprintf("Sources checked for its role_arn: %s: %s.\n\nSet it, or remove the block assume_role.", RoleARN.Places(), emptyWord(arn)),
		}
	}
	sessionName := take(RoleSessionName, block.SessionName, p.RamSessionName)
	for _, given := range []struct {
		setting Setting
		value   Value
	}{{RoleARN, arn}, {RoleSessionName, sessionName}} {
		if err := malformed(given.setting, given.value); err != nil {
			return found{}, err
		}
	}
	seconds, complaint := r.expiration(RoleSessionExpiration, block.SessionExpiration, p)
	if complaint != nil {
		return found{}, complaint
	}
	policy, externalID := text(block.Policy), text(block.ExternalID)
	if arn.From == profileOrigin(p) { // With another role, what the profile says about its own does not count.
		policy, externalID = or(policy, p.Policy), or(externalID, p.ExternalID)
	}
	host, err := r.stsHost(p)
	if err != nil {
		return found{}, stsError(err)
	}
	return r.assumed(base, role{
		arn:         arn,
		sessionName: or(sessionName.Text, DefaultSessionName),
		policy:      policy,
		externalID:  externalID,
		seconds:     seconds,
		sts:         host,
	}, RoleARN.Attribute)
}

func (r *resolver) assumed(base found, link role, attribute string) (found, *Error) {
	f, err := assumed(base, link)
	if err != nil {
		return found{}, &Error{Attribute: attribute, Summary: summary.UnusableRole, Detail: capital(err.Error()) + "."}
	}
	r.trace.add("assume_role", "assumes the role %s with these credentials", link.arn.Text)
	return *f, nil
}

// stsError is the error of an endpoint of STS that is none.
func stsError(err error) *Error {
	return &Error{Attribute: STSEndpoint.Attribute, Summary: summary.Malformed(STSEndpoint.Attribute), Detail: capital(err.Error()) + "."}
}

// expiration resolves how long a session lasts, in seconds. 0 gives no value, as an empty string does elsewhere.
func (r *resolver) expiration(s Setting, attribute *int64, p *profile) (int64, *Error) {
	number := func(n int64, from string) Value {
		if n == 0 {
			return Value{}
		}
		return Value{Text: strconv.FormatInt(n, 10), From: from}
	}
	var value Value
	if attribute != nil {
		value = number(*attribute, fromAttribute+s.Attribute)
	} else if value = s.Lookup(nil, r.Getenv); value.Text == "0" {
		value = Value{}
	}
	if !value.IsSet() {
		value = number(p.ExpiredSeconds, profileOrigin(p))
	}
	if !value.IsSet() {
		return DefaultSessionExpiration, nil
	}
	seconds, err := strconv.ParseInt(value.Text, 10, 64)
	if err == nil {
		err = checkExpiration(seconds)
	}
	if err != nil {
		return 0, &Error{
			Attribute: s.Attribute,
			Summary:   summary.Malformed(s.Attribute),
			Detail: fmt.Sprintf("The value %q of %s must be a whole number of seconds from %d to %d.",
				value.Text, value.From, MinSessionExpiration, MaxSessionExpiration),
		}
	}
	return seconds, nil
}

func text(attribute *string) string {
	if attribute == nil {
		return ""
	}
	return strings.TrimSpace(*attribute)
}
