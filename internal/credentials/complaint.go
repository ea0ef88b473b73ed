package credentials

import (
	"fmt"
	"strings"
	"unicode"
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
		Summary:   "Half a pair of credentials: " + lacking.Attribute + " is missing",
		Detail: fmt.Sprintf("%s is set, by %s, but %s is not.\n\nLooked for it in %s: %s.\n\n"+
			"Set %[3]s too, or %[6]s if the credentials are meant to come from elsewhere.",
			given.Attribute, from.From, lacking.Attribute, places, emptyWord(value), remove),
	}
}

// malformed is the error of a value that no credential can have: they all travel in HTTP headers.
func malformed(s Setting, v Value) *Error {
	if !strings.ContainsFunc(v.Text, notInAHeader) {
		return nil
	}
	return &Error{
		Attribute: s.Attribute,
		Summary:   "Malformed " + s.Attribute,
		Detail: fmt.Sprintf("The value comes from %s. It holds white space, a control character or a character that is not ASCII, "+
			"which no credential of Alibaba Cloud does: a line end is easily copied along. Set the value without it.", v.From),
	}
}

func notInAHeader(r rune) bool {
	return r > unicode.MaxASCII || unicode.IsSpace(r) || unicode.IsControl(r)
}

// emptiness says that a setting gives nothing, and where was looked.
func emptiness(s Setting, v Value) string {
	if v.IsSet() {
		return emptyWord(v)
	}
	return emptyWord(v) + " (" + s.short() + ")"
}

func emptyWord(v Value) string {
	if v.IsSet() {
		return v.From + " is an empty string"
	}
	return "not set"
}

// fileError is the error of a configuration file that cannot be read.
func (r *resolver) fileError(path string, from Value, err error) *Error {
	why := "It is looked at for its current profile, because nothing else is configured."
	if r.named.IsSet() {
		why = fmt.Sprintf("It is looked at because %s names the profile %q.", r.named.From, r.named.Text)
	}
	origin := "the default; " + File.Places() + " can name another"
	if from.IsSet() {
		origin = from.From
	}
	return &Error{
		Attribute: File.Attribute,
		Summary:   "The credentials file cannot be read",
		Detail: fmt.Sprintf("The file %s (from %s): %s. %s\n\n"+
			"It must be the aliyun CLI's configuration file, in JSON: `aliyun configure` writes one.", path, origin, fileProblem(err), why),
	}
}

// profileError is the error of a profile that is there and cannot be used.
func (r *resolver) profileError(file *configFile, p *profile, err error) *Error {
	why, mend := "named by "+r.named.From, "Correct the profile, or name another one."
	if p == r.current {
		why = "its current one, which is looked at because nothing else is configured"
		mend = "Correct the profile, or give credentials elsewhere: with access_key and secret_key, or with another profile, for example."
	}
	return &Error{
		Attribute: Profile.Attribute,
		Summary:   fmt.Sprintf("The profile %q cannot be used", p.Name),
		Detail: fmt.Sprintf("The profile %q of the file %s (%s): %s.\n\n%s",
			p.Name, file.path, why, r.scrub.text(err.Error()), mend),
	}
}

func unknownMode(mode string) error {
	return fmt.Errorf("it has the mode %q, which is none of %s", mode, strings.Join(modes, ", "))
}

func capital(text string) string {
	return strings.ToUpper(text[:1]) + text[1:]
}
