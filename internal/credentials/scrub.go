package credentials

import (
	"cmp"
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
)

const hidden = "(hidden)"

// In an error of credentials-go there can be a whole URL, with the access key id, signature and security token of the
// request, or a whole answer, with the credentials in it. In one of STS there can be the string to sign, which is such a
// URL, escaped once more. What is named like a secret is hidden, and so is what looks like one or is known to be one.
var (
	secretParameter = regexp.MustCompile(`(?i)([\w-]*(?:signature|access_?key|secret|token|password)(?:_?(?:id|key|nonce))?)(\s*=\s*|: ?|%(?:25)*3D)` +
		`((?:[^&%\s"',;}]|%(?:[013-9a-f][0-9a-f]|2[0-57-9a-f]))+)`)
	secretField = regexp.MustCompile(`(?i)((?:\\*["'])[\w-]*(?:access_?key_?id|access_?key_?secret|token|secret|signature|password)[a-z_]*\\*["']\s*:\s*)` +
		`(?:\\*"(?:[^"\\]|\\.)*"?|\\*'[^']*'?|[0-9][\w.+-]*)`)
	secretHeader = regexp.MustCompile(`(?i)\b(Bearer|Basic|acs3-hmac-sha256)\s+([^\s"']+)`)
	secretLook   = regexp.MustCompile(`\beyJ[\w-]+\.[\w-]+(?:\.[\w-]*)?|\b(?:LTAI|STS\.|TMP\.)\w{8,}|\bCAIS[\w+/=%-]{16,}`)
	opaqueWord   = regexp.MustCompile(`[\w+=-]{16,}`)
	word         = regexp.MustCompile(`^[A-Za-z]?[a-z]{1,20}[.,:;!?]?$`)
	letters      = regexp.MustCompile(`^[A-Za-z]{1,40}[.,:;!?]?$`)
	errorCode    = regexp.MustCompile(`^(?:Missing|Invalid|Incomplete|Expired|Unknown|Wrong)[A-Z]`)
	spaces       = regexp.MustCompile(`[\s[:cntrl:]]+`)
)

// maxReason is how many characters are shown of an error that is not ours.
const maxReason = 400

// scrubber takes secrets out of texts. It is safe for concurrent use.
type scrubber struct {
	mu      sync.Mutex
	secrets []string
}

// learn adds secrets that are known. Very short ones are left to the patterns: they would blot out ordinary words.
func (s *scrubber) learn(secrets ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, secret := range secrets {
		if len(secret) < 4 {
			continue
		}
		quoted, _ := json.Marshal(secret) // A string always can be.
		for _, form := range []string{secret, url.QueryEscape(secret), url.PathEscape(secret), string(quoted[1 : len(quoted)-1])} {
			if !slices.Contains(s.secrets, form) {
				s.secrets = append(s.secrets, form)
			}
		}
	}
	// The longest first: one secret may begin with another, and its end must not stay.
	slices.SortStableFunc(s.secrets, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
}

// known takes out the secrets that are known.
func (s *scrubber) known(text string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, secret := range s.secrets {
		text = strings.ReplaceAll(text, secret, hidden)
	}
	return text
}

// identifier is what error codes and request ids look like.
var identifier = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9.-]{0,99}$`)

// name returns an error code or a request id, without secrets that are known. What does not look like one is a text.
func (s *scrubber) name(text string) string {
	if identifier.MatchString(text) {
		return s.known(text)
	}
	return s.text(text)
}

// text returns a text in one line, without secrets, and not too long.
func (s *scrubber) text(text string) string {
	text = s.known(strings.ToValidUTF8(text, "?"))
	text = replace(secretHeader, text, func(m []string) string {
		if word.MatchString(m[2]) { // "Basic authentication is required"
			return m[0]
		}
		return m[1] + " " + hidden
	})
	text = secretField.ReplaceAllString(text, `$1"`+hidden+`"`)
	text = replace(secretParameter, text, func(m []string) string {
		if strings.HasPrefix(m[2], ":") && isProse(m[1], m[3]) {
			return m[0]
		}
		return m[1] + m[2] + hidden
	})
	text = secretLook.ReplaceAllString(text, hidden)
	text = s.known(strings.TrimSpace(spaces.ReplaceAllString(text, " "))) // Again: a secret may have a line end for its space.
	if characters := []rune(text); len(characters) > maxReason {
		text = string(characters[:maxReason-1]) + "…"
	}
	return text
}

// isProse reports whether a colon between a name and a value is one between words: behind an error code, such as
// "MissingSecurityToken: SecurityToken is mandatory", and in a sentence, such as "failed to read token: no such file". A
// name that is written as a field's, such as access_key_secret, stands before a secret, whatever it looks like.
func isProse(name, value string) bool {
	return errorCode.MatchString(name) && letters.MatchString(value) || word.MatchString(name) && word.MatchString(value) && !strings.EqualFold(name, "password")
}

// replace is ReplaceAllStringFunc with the groups of each match.
func replace(pattern *regexp.Regexp, text string, with func(groups []string) string) string {
	return pattern.ReplaceAllStringFunc(text, func(match string) string { return with(pattern.FindStringSubmatch(match)) })
}

// opaque is text, without the words, too, that nobody can read: what a command says may hold secrets that have no name.
func (s *scrubber) opaque(text string) string {
	return opaqueWord.ReplaceAllStringFunc(s.text(text), func(word string) string {
		if strings.ContainsAny(word, "0123456789") {
			return hidden
		}
		return word
	})
}
