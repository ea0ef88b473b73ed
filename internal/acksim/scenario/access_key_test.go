package scenario

import "testing"

func TestErrorsAboutAnAccessKeyNameTheField(t *testing.T) {
	testWrong(t, map[string]wrong{
		"no keys": {
			"\n{}",
			`scenario, line 2, access_keys: there is no key to sign with: give at least one, [{"id": "...", "secret": "..."}]`,
		},
		"keys that are no array": {
			`{"access_keys": {}}`, "scenario, line 1, access_keys: it is an object: write an array, [...]",
		},
		"a key that is no object": {
			`{"access_keys": [true]}`, "scenario, line 1, access_keys[0]: it is a boolean: write an object, {...}",
		},
		"a key without an id": {
			"{\"access_keys\": [\n{\"secret\": \"b\"}]}",
			`scenario, line 2, access_keys[0].id: "" is not an access key id: use letters, digits and any of .-_`,
		},
		"a key whose id no header can carry": {
			`{"access_keys": [{"id": "a,b", "secret": "c"}]}`,
			`scenario, line 1, access_keys[0].id: "a,b" is not an access key id: use letters, digits and any of .-_`,
		},
		"a key without a secret": {
			`{"access_keys": [{"id": "a"}]}`,
			"scenario, line 1, access_keys[0].secret: a key needs a secret: requests are signed with it",
		},
		"two keys of one id": {
			"{\"access_keys\": [{\"id\": \"a\", \"secret\": \"b\"},\n{\"id\": \"a\", \"secret\": \"c\"}]}",
			`scenario, line 2, access_keys[1].id: duplicate ID "a": give each key its own ID`,
		},
		"two keys of one token": {
			`{"access_keys": [{"id": "a", "secret": "b", "security_token": "t"}, {"id": "c", "secret": "d", "security_token": "t"}]}`,
			"scenario, line 1, access_keys[1].security_token: another key has this token too: give each key a token of its own",
		},
		"a long-lived key that expires": {
			`{"access_keys": [{"id": "a", "secret": "b", "expires": "1m"}]}`,
			"scenario, line 1, access_keys[0].expires: only temporary keys expire: give the key a security_token, or no expires",
		},
		"a key that expired before the start": {
			`{"access_keys": [{"id": "a", "secret": "b", "security_token": "t", "expires": "-1m"}]}`,
			"scenario, line 1, access_keys[0].expires: -1m0s is in the past: give a positive duration, or a time",
		},
		"an expiry that is neither": {
			`{"access_keys": [{"id": "a", "secret": "b", "security_token": "t", "expires": "tomorrow"}]}`,
			`scenario, line 1, access_keys[0].expires: "tomorrow" is neither a duration nor a time: ` +
				`write "15m", or "2026-01-02T03:04:05Z"`,
		},
		"an expiry that is no string": {
			`{"access_keys": [{"id": "a", "secret": "b", "security_token": "t", "expires": 1}]}`,
			"scenario, line 1, access_keys[0].expires: it is a number: write a string, or leave the field out",
		},
	})
}
