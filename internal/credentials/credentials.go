// Package credentials finds out where the provider's Alibaba Cloud credentials come from, by the names and in the order
// that users of the official alicloud provider have, and gets them through credentials-go.
//
// Everything it depends on is passed in: the configuration's values and the environment.
package credentials

import (
	"context"
	"fmt"
	"strings"
	"unicode"

	"github.com/aliyun/credentials-go/credentials/providers"
)

// The settings that credentials are made from.
var (
	AccessKey = Setting{
		Attribute: "access_key",
		Variables: []string{"ALICLOUD_ACCESS_KEY", "ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABACLOUD_ACCESS_KEY_ID"},
	}
	SecretKey = Setting{
		Attribute: "secret_key",
		Variables: []string{"ALICLOUD_SECRET_KEY", "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "ALIBABACLOUD_ACCESS_KEY_SECRET"},
	}
	SecurityToken = Setting{
		Attribute: "security_token",
		Variables: []string{"ALICLOUD_SECURITY_TOKEN", "ALIBABA_CLOUD_SECURITY_TOKEN", "ALIBABACLOUD_SECURITY_TOKEN"},
	}
)

// Credentials is what a request is signed with.
type Credentials struct {
	// AccessKeyID names the key.
	AccessKeyID string
	// AccessKeySecret is the key.
	AccessKeySecret string
	// SecurityToken goes with temporary credentials.
	SecurityToken string
	// ProviderName is credentials-go's name for the source.
	ProviderName string
}

// Source gives the credentials for one request. It is asked before each, and is safe for concurrent use.
type Source func(context.Context) (Credentials, error)

// Input is all that decides where credentials come from.
type Input struct {
	// AccessKey, SecretKey and SecurityToken are the provider's attributes; nil is null.
	AccessKey, SecretKey, SecurityToken *string
	// Getenv looks an environment variable up, as os.Getenv does.
	Getenv func(string) string
}

// Error says which setting keeps credentials from being found, and how to mend it.
type Error struct {
	// Attribute is the provider's attribute that is missing or wrong.
	Attribute string
	// Summary says in a few words what is wrong.
	Summary string
	// Detail says where was looked, and what to do. It never holds a secret.
	Detail string
}

// Error returns the summary and the detail.
func (e *Error) Error() string { return e.Summary + ": " + e.Detail }

// Resolve decides once where credentials come from. It makes no request. Its error is always an *Error.
func Resolve(in Input) (Source, error) {
	key := AccessKey.Lookup(in.AccessKey, in.Getenv)
	secret := SecretKey.Lookup(in.SecretKey, in.Getenv)
	token := SecurityToken.Lookup(in.SecurityToken, in.Getenv)
	switch {
	case key.Text == "" && secret.Text == "":
		return nil, missing(key, secret)
	case secret.Text == "":
		return nil, half(SecretKey, secret, AccessKey, key)
	case key.Text == "":
		return nil, half(AccessKey, key, SecretKey, secret)
	}
	for _, given := range []struct {
		setting Setting
		value   Value
	}{{AccessKey, key}, {SecretKey, secret}, {SecurityToken, token}} {
		if strings.ContainsFunc(given.value.Text, notInAHeader) {
			return nil, &Error{
				Attribute: given.setting.Attribute,
				Summary:   "Malformed " + given.setting.Attribute,
				Detail: fmt.Sprintf("The value comes from %s. It holds white space, a control character or a character that is not ASCII, "+
					"which no credential of Alibaba Cloud does: a line end is easily copied along. Set the value without it.", given.value.From),
			}
		}
	}
	return static(key.Text, secret.Text, token.Text)
}

// static wraps a key pair, with or without a security token. The library's builders would fill an empty value from the
// environment, against our order, so each is called with all its values only.
func static(key, secret, token string) (Source, error) {
	var (
		provider providers.CredentialsProvider
		err      error
	)
	if token == "" {
		provider, err = providers.NewStaticAKCredentialsProviderBuilder().
			WithAccessKeyId(key).WithAccessKeySecret(secret).Build()
	} else {
		provider, err = providers.NewStaticSTSCredentialsProviderBuilder().
			WithAccessKeyId(key).WithAccessKeySecret(secret).WithSecurityToken(token).Build()
	}
	if err != nil {
		return nil, &Error{Attribute: AccessKey.Attribute, Summary: "Unusable credentials", Detail: err.Error()}
	}
	return func(context.Context) (Credentials, error) {
		c, err := provider.GetCredentials()
		if err != nil {
			return Credentials{}, err
		}
		return Credentials{
			AccessKeyID:     c.AccessKeyId,
			AccessKeySecret: c.AccessKeySecret,
			SecurityToken:   c.SecurityToken,
			ProviderName:    c.ProviderName,
		}, nil
	}, nil
}

func missing(key, secret Value) *Error {
	return &Error{
		Attribute: AccessKey.Attribute,
		Summary:   "No Alibaba Cloud credentials",
		Detail: fmt.Sprintf("Requests are signed with an access key and its secret, and neither is set.\n\n"+
			"Looked for the access key in %s: %s.\n"+
			"Looked for the secret in %s: %s.\n\n"+
			"Set both, in the provider block or in the environment. The names are those of the alicloud provider, so what "+
			"that one is given works here too.",
			AccessKey.Places(), emptiness(key), SecretKey.Places(), emptiness(secret)),
	}
}

// half is the error of one half of a key pair without the other.
func half(lacking Setting, value Value, given Setting, from Value) *Error {
	return &Error{
		Attribute: lacking.Attribute,
		Summary:   "Half a pair of credentials: " + lacking.Attribute + " is missing",
		Detail: fmt.Sprintf("%s is set, by %s, but %s is not.\n\nLooked for it in %s: %s.\n\n"+
			"Set %[3]s too, or remove %[1]s if the credentials are meant to come from elsewhere.",
			given.Attribute, from.From, lacking.Attribute, lacking.Places(), emptiness(value)),
	}
}

// emptiness says why a value that was looked for is empty.
func emptiness(v Value) string {
	if v.IsSet() {
		return v.From + " is an empty string"
	}
	return "not set"
}

// notInAHeader reports whether a character can't be part of a credential: they all travel in HTTP headers.
func notInAHeader(r rune) bool {
	return r > unicode.MaxASCII || unicode.IsSpace(r) || unicode.IsControl(r)
}
