package credentials

import (
	"errors"
	"slices"
	"strings"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/summary"
)

// keyPair takes an access key and its secret, each from wherever it is.
func (r *resolver) keyPair() (*found, *Error) {
	const name = "access_key and secret_key"
	withKey := []string{modeAK, modeStsToken, modeRamRoleArn}
	of := func(modes []string, field func(*profile) string) func(*profile) string {
		return func(p *profile) string {
			if !slices.Contains(modes, p.Mode) {
				return ""
			}
			return field(p)
		}
	}
	key := r.value(AccessKey, r.AccessKey, of(withKey, func(p *profile) string { return p.AccessKeyID }))
	secret := r.value(SecretKey, r.SecretKey, of(withKey, func(p *profile) string { return p.AccessKeySecret }))
	token := r.value(SecurityToken, r.SecurityToken, of([]string{modeStsToken, modeRamRoleArn}, func(p *profile) string { return p.StsToken }))
	r.scrub.learn(key.Text, secret.Text, token.Text)
	p := r.profile
	if p != nil && !slices.Contains(withKey, p.Mode) {
		p = nil
	}
	switch {
	case key.Text == "" && secret.Text == "":
		r.trace.add(name, "%s; %s", emptiness(AccessKey, key), emptiness(SecretKey, secret))
		if token.IsSet() && (r.profile == nil || token.From != profileOrigin(r.profile)) {
			r.blame(tokenAlone(token))
		}
		return nil, nil
	case secret.Text == "":
		r.trace.add(name, "access_key is set, by %s, but secret_key is not", key.From)
		r.blame(half(SecretKey, secret, AccessKey, key, p))
		return nil, nil
	case key.Text == "":
		r.trace.add(name, "secret_key is set, by %s, but access_key is not", secret.From)
		r.blame(half(AccessKey, key, SecretKey, secret, p))
		return nil, nil
	case p != nil && p.Mode == modeStsToken && key.From == profileOrigin(p) && !token.IsSet():
		return nil, r.profileError(r.file, p, errors.New("it has the mode StsToken, but no sts_token"))
	}
	for _, given := range []struct {
		setting Setting
		value   Value
	}{{AccessKey, key}, {SecretKey, secret}, {SecurityToken, token}} {
		if err := malformed(given.setting, given.value); err != nil {
			return nil, err
		}
	}
	provider, err := static(key.Text, secret.Text, token.Text)
	if err != nil { // It cannot be: nothing that is needed is empty.
		return nil, &Error{Attribute: AccessKey.Attribute, Summary: summary.UnusableCredentials, Detail: err.Error()}
	}
	r.trace.add(name, "used: the access key %s, from %s", lastFour(key.Text), key.From)
	about, place := aboutKeyPair(key, secret, token)
	return &found{provider: provider, about: about, place: place, hint: hintKey}, nil
}

// aboutKeyPair is a key pair in words, and the place that it comes from. Where its parts come from several places, which
// people seldom mean to do, it says which from where.
func aboutKeyPair(key, secret, token Value) (about, place string) {
	about, place = "the access key "+lastFour(key.Text)+key.origin(), key.place()
	var elsewhere []string
	if secret.place() != place {
		elsewhere = append(elsewhere, "the secret key"+secret.origin())
	}
	if token.IsSet() && token.place() != place {
		elsewhere = append(elsewhere, "the security token"+token.origin())
	}
	if elsewhere == nil {
		return about, place
	}
	return about + ", together with " + strings.Join(elsewhere, " and "), ""
}
