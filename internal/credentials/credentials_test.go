package credentials

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acs3"
)

func TestResolve(t *testing.T) {
	const key, secret, token = "ALICLOUD_ACCESS_KEY", "ALICLOUD_SECRET_KEY", "ALICLOUD_SECURITY_TOKEN"
	for name, test := range map[string]struct {
		in   Input
		env  map[string]string
		want acs3.Credentials
	}{
		"a key pair from the attributes": {
			Input{AccessKey: ptr("a"), SecretKey: ptr("b")}, nil, signer("a", "b", "", "static_ak"),
		},
		"a key pair from the environment": {
			Input{}, map[string]string{key: "a", secret: "b"}, signer("a", "b", "", "static_ak"),
		},
		"field by field: half from each": {
			Input{AccessKey: ptr("a")}, map[string]string{key: "x", secret: "b", token: "t"}, signer("a", "b", "t", "static_sts"),
		},
		"an empty token attribute above the environment's": {
			Input{SecurityToken: ptr("")}, map[string]string{key: "a", secret: "b", token: "t"}, signer("a", "b", "", "static_ak"),
		},
	} {
		t.Run(name, func(t *testing.T) {
			// What the library would read by itself must not count.
			t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", "wrong")
			t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "wrong")
			t.Setenv("ALIBABA_CLOUD_SECURITY_TOKEN", "wrong")
			test.in.Getenv = func(name string) string { return test.env[name] }
			resolved, err := Resolve(test.in)
			if err != nil {
				t.Fatal(err)
			}
			got, err := resolved.Source(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// The texts are pinned where they are shown, with the provider's other diagnostics.
func TestTheErrorIsOnTheAttributeThatCausesIt(t *testing.T) {
	for name, test := range map[string]struct {
		in   Input
		want string
	}{
		"nothing":                      {Input{}, "access_key"},
		"a key without secret":         {Input{AccessKey: ptr("a")}, "secret_key"},
		"a secret without key":         {Input{SecretKey: ptr("b")}, "access_key"},
		"an empty key":                 {Input{AccessKey: ptr(""), SecretKey: ptr("b")}, "access_key"},
		"a token without a key":        {Input{SecurityToken: ptr("t")}, "security_token"},
		"a key with a space":           {Input{AccessKey: ptr("a b"), SecretKey: ptr("b")}, "access_key"},
		"a secret with a line end":     {Input{AccessKey: ptr("a"), SecretKey: ptr("b\rc")}, "secret_key"},
		"a token that is not in ASCII": {Input{AccessKey: ptr("a"), SecretKey: ptr("b"), SecurityToken: ptr("té")}, "security_token"},
	} {
		t.Run(name, func(t *testing.T) {
			test.in.Getenv = func(string) string { return "" }
			_, err := Resolve(test.in)
			var got *Error
			if !errors.As(err, &got) || got.Attribute != test.want {
				t.Errorf("got %v, want an error on %s", err, test.want)
			}
		})
	}
}

func TestThePlacesOfASetting(t *testing.T) {
	for want, s := range map[string]Setting{
		"the provider's attribute a":                                          {Attribute: "a"},
		"the provider's attribute a and the environment variable X":           {Attribute: "a", Variables: []string{"X"}},
		"the provider's attribute a and the environment variables X and Y":    {Attribute: "a", Variables: []string{"X", "Y"}},
		"the provider's attribute a and the environment variables X, Y and Z": {Attribute: "a", Variables: []string{"X", "Y", "Z"}},
	} {
		if got := s.Places(); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}
