package credentials

import (
	"errors"
	"fmt"
	"strings"
	"unicode"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/summary"
)

// half is the error of one half of a key pair without the other.
func half(lacking Setting, value Value, given Setting, from Value, p *profile) *Error {
	places := lacking.Places()
	if p != nil {
		places += ", and in " + profileOrigin(p)
	}
	remove := "remove " + from.From
	if p != nil && from.From == profileOrigin(p) {
		remove = "take the " + strings.ReplaceAll(given.Attribute, "_", " ") + " out of " + from.From
	}
	return &Error{
		Attribute: lacking.Attribute,
		Summary:   summary.Missing(lacking.Attribute),
		Detail: fmt.Sprintf("%s is set, by %s, but %s is not.\n\nSources checked: %s: %s.\n\n"+
			"Set %[3]s too, or %[6]s if the credentials come from another source.",
			given.Attribute, from.From, lacking.Attribute, places, emptyWord(value), remove),
	}
}

// tokenAlone is the error of a security token without the key pair that it belongs to.
func tokenAlone(token Value) *Error {
	return &Error{
		Attribute: SecurityToken.Attribute,
		Summary:   summary.TokenAlone,
		Detail: fmt.Sprintf("security_token is set, by %s, but access_key and secret_key are not. A security token belongs to the temporary key pair that it was issued with.\n\n"+
			"Set all three, or remove %[1]s if the credentials come from another source.", token.From),
	}
}

// malformed is the error of a value that no credential and no name of a role can have. White space at its ends is gone already.
func malformed(s Setting, v Value) *Error {
	if !strings.ContainsFunc(v.Text, notInAHeader) {
		return nil
	}
	return &Error{
		Attribute: s.Attribute,
		Summary:   summary.Malformed(s.Attribute),
		Detail: fmt.Sprintf("The value of %s contains white space, a control character or a non-ASCII character. Remove it. "+
			"A trailing newline is a common cause.", v.From),
	}
}

func notInAHeader(r rune) bool {
	return r > unicode.MaxASCII || unicode.IsSpace(r) || unicode.IsControl(r)
}

// emptiness says that a setting gives nothing, and where was looked.
func emptiness(s Setting, v Value) string {
	if v.From != "" {
		return emptyWord(v)
	}
	return emptyWord(v) + " (" + s.short() + ")"
}

func emptyWord(v Value) string {
	if v.From != "" {
		return v.From + " is an empty string"
	}
	return "not set"
}

// fileError is the error of a configuration file that cannot be read.
func (r *resolver) fileError(path string, from Value, err error) *Error {
	why := "The provider read its current profile, because no other credentials are configured."
	if r.named.IsSet() {
		why = fmt.Sprintf("The provider read it because %s selects the profile %q.", r.named.From, r.named.Text)
	}
	origin := "the default; override it with " + File.Places()
	if from.IsSet() {
		origin = from.From
	}
	return &Error{
		Attribute: File.Attribute,
		Summary:   summary.UnreadableFile,
		Detail: fmt.Sprintf("The file %s (from %s): %s. %s\n\n"+
			"It must be the aliyun CLI's configuration file, in JSON: `aliyun configure` writes one.", path, origin, fileProblem(err), why),
	}
}

// profileError is the error of a profile that is there and cannot be used.
func (r *resolver) profileError(file *configFile, p *profile, err error) *Error {
	why, remedy := "selected by "+r.named.From, "Correct the profile, or select another one."
	if p == r.current {
		why = "the current profile, used because no other credentials are configured"
		remedy = "Correct the profile. Or set other credentials, for example access_key and secret_key, or another profile."
	}
	return &Error{
		Attribute: Profile.Attribute,
		Summary:   summary.UnusableProfile(p.Name),
		Detail: fmt.Sprintf("The profile %q of the file %s (%s): %s.\n\n%s",
			p.Name, file.path, why, r.scrub.text(err.Error()), remedy),
	}
}

func unknownMode(mode string) error {
	switch mode {
	case "":
		return errors.New("it has no mode. Without a mode, it needs both access_key_id and access_key_secret")
	case modeRsaKeyPair:
		return errors.New("it has the mode RsaKeyPair, which is not supported")
	}
	return fmt.Errorf("it has the mode %q, which is unknown. Known modes: %s", mode, strings.Join(modes, ", "))
}

func capital(text string) string {
	return strings.ToUpper(text[:1]) + text[1:]
}
