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
		`(?:[^&%\s"',;}]|%(?:[013-9a-f][0-9a-f]|2[0-57-9a-f]))+`)
	secretField = regexp.MustCompile(`(?i)((?:\\*["'])[\w-]*(?:access_?key_?id|access_?key_?secret|token|secret|signature|password)[a-z_]*\\*["']\s*:\s*)` +
		`(?:\\*"(?:[^"\\]|\\.)*"?|\\*'[^']*'?|[0-9][\w.+-]*)`)
	secretHeader = regexp.MustCompile(`(?i)\b(Bearer|Basic|acs3-hmac-sha256)\s+[^\s"']+`)
	secretLook   = regexp.MustCompile(`\beyJ[\w-]+\.[\w-]+(?:\.[\w-]*)?|\b(?:LTAI|STS\.|TMP\.)\w{8,}|\bCAIS[\w+/=%-]{16,}`)
	opaqueWord   = regexp.MustCompile(`[\w+=-]{16,}`)
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

// text returns a text in one line, without secrets, and not too long.
func (s *scrubber) text(text string) string {
	text = s.known(strings.ToValidUTF8(text, "?"))
	text = secretHeader.ReplaceAllString(text, "$1 "+hidden)
	text = secretField.ReplaceAllString(text, `$1"`+hidden+`"`)
	text = secretParameter.ReplaceAllString(text, "$1$2"+hidden)
	text = secretLook.ReplaceAllString(text, hidden)
	text = s.known(strings.TrimSpace(spaces.ReplaceAllString(text, " "))) // Again: a secret may have a line end for its space.
	if characters := []rune(text); len(characters) > maxReason {
		text = string(characters[:maxReason-1]) + "…"
	}
	return text
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
