package credentials

import (
	"fmt"
	"strconv"
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
	if arn.Text == "" {
		return found{}, &Error{
			Attribute: RoleARN.Attribute,
			Summary:   "assume_role names no role",
			Detail:    fmt.Sprintf("Looked for its role_arn in %s: %s.\n\nSet it, or remove the block assume_role.", RoleARN.Places(), emptyWord(arn)),
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
	return r.assumed(base, role{
		arn:         arn.Text,
		sessionName: or(take(RoleSessionName, block.SessionName, p.RamSessionName).Text, DefaultSessionName),
		policy:      policy,
		externalID:  externalID,
		seconds:     seconds,
		sts:         r.stsHost(p),
	}, RoleARN.Attribute)
}

func (r *resolver) assumed(base found, link role, attribute string) (found, *Error) {
	f, err := assumed(base, link)
	if err != nil {
		return found{}, &Error{Attribute: attribute, Summary: "The role cannot be assumed", Detail: capital(err.Error()) + "."}
	}
	r.trace.add("assume_role", "the role %s is assumed with that", link.arn)
	return *f, nil
}

// expiration resolves how long a session lasts, in seconds.
func (r *resolver) expiration(s Setting, attribute *int64, p *profile) (int64, *Error) {
	value := Value{}
	switch {
	case attribute != nil:
		value = Value{Text: strconv.FormatInt(*attribute, 10), From: "the provider's attribute " + s.Attribute}
	default:
		value = s.Lookup(nil, r.Getenv)
		if !value.IsSet() && p.ExpiredSeconds != 0 {
			value = Value{Text: strconv.FormatInt(p.ExpiredSeconds, 10), From: profileOrigin(p)}
		}
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
			Summary:   "Malformed " + s.Attribute,
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
	return *attribute
}
