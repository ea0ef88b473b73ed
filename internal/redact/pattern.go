package redact

import (
	"regexp"
	"strings"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/display"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/pattern"
)

// An error of a library can contain a whole URL, with the access key id, signature and security token of the request, or a
// whole response, with the credentials in it. One of STS can contain the string to sign, which is such a URL, escaped once
// more. What is named like a secret is hidden, and so is what looks like one.
var (
	secretParameter = pattern.New(`(?i)([\w-]*(?:signature|access_?key|secret|token|password)(?:_?(?:id|key|nonce))?)(\s*=\s*|: ?|%(?:25)*3D)` +
		`((?:[^&%\s"',;}]|%(?:[013-9a-f][0-9a-f]|2[0-57-9a-f]))+)`)
	secretField = pattern.New(`(?i)((?:\\*["'])[\w-]*(?:access_?key_?id|access_?key_?secret|token|secret|signature|password)[a-z_]*\\*["']\s*:\s*)` +
		`(?:\\*"(?:[^"\\]|\\.)*"?|\\*'[^']*'?|[0-9][\w.+-]*)`)
	secretHeader = pattern.New(`(?i)\b(Bearer|Basic|acs3-hmac-sha256)\s+([^\s"']+)`)
	secretUser   = pattern.New(`(://)[^\s/@"']*:[^\s/@"']*@`)
	secretOption = pattern.New(`(?i)((?:^|[\s"'])(?:-u|--user|--proxy-user|-U)(?:\s+|=)["']?)[^\s"']+`)
	secretLook   = pattern.New(`\beyJ[\w-]+\.[\w-]+(?:\.[\w-]*)?|\b(?:LTAI|STS\.|TMP\.)\w{8,}|\bCAIS[\w+/=%-]{16,}`)
	opaqueWord   = pattern.New(`[\w+=-]{16,}`)
	word         = pattern.New(`^[A-Za-z]?[a-z]{1,20}[.,:;!?]?$`)
	letters      = pattern.New(`^[A-Za-z]{1,40}[.,:;!?]?$`)
	errorCode    = pattern.New(`^(?:Missing|Invalid|Incomplete|Expired|Unknown|Wrong)[A-Z]`)
	identifier   = pattern.New(`^[A-Za-z0-9][A-Za-z0-9.-]{0,99}$`)
)

// maxLooked is how many bytes of a text the patterns look at. They cost a multiple of it.
const maxLooked = 64 << 10

// Name returns an error code or a request id, without secrets that are known. What does not look like one is a text.
func (r *Redactor) Name(text string, limit int) string {
	if identifier().MatchString(text) {
		return r.Known(text)
	}
	return r.Text(text, limit)
}

// Text returns a text in one line of at most limit characters, without the secrets that are known, and without what is named
// like a secret or looks like one.
func (r *Redactor) Text(text string, limit int) string { return display.Cut(r.text(text), limit) }

// Opaque is Text without words that look random: the output of a command may contain secrets without a name.
func (r *Redactor) Opaque(text string, limit int) string {
	return display.Cut(opaqueWord().ReplaceAllStringFunc(r.text(text), func(word string) string {
		if strings.ContainsAny(word, "0123456789") {
			return Hidden
		}
		return word
	}), limit)
}

func (r *Redactor) text(text string) string {
	text = strings.ToValidUTF8(text, "?")
	cut := len(text) > maxLooked
	if cut {
		text = strings.ToValidUTF8(text[:maxLooked], "")
	}
	text = r.Known(text)
	text = replace(secretHeader(), text, func(m []string) string {
		if word().MatchString(m[2]) { // "Basic authentication is required"
			return m[0]
		}
		return m[1] + " " + Hidden
	})
	text = secretUser().ReplaceAllString(text, "$1"+Hidden+"@")
	text = secretOption().ReplaceAllString(text, "$1"+Hidden)
	text = secretField().ReplaceAllString(text, `$1"`+Hidden+`"`)
	text = replace(secretParameter(), text, func(m []string) string {
		if strings.HasPrefix(m[2], ":") && isProse(m[1], m[3]) {
			return m[0]
		}
		return m[1] + m[2] + Hidden
	})
	text = secretLook().ReplaceAllString(text, Hidden)
	text = r.line(text)
	if cut {
		text += "…"
	}
	return text
}

// isProse reports whether a colon between a name and a value is one between words: behind an error code, such as
// "MissingSecurityToken: SecurityToken is mandatory", and in a sentence, such as "failed to read token: no such file". After
// the name of a field, such as access_key_secret, every value is a secret.
func isProse(name, value string) bool {
	return errorCode().MatchString(name) && letters().MatchString(value) || word().MatchString(name) && word().MatchString(value) && !strings.EqualFold(name, "password")
}

// replace is ReplaceAllStringFunc with the groups of each match.
func replace(pattern *regexp.Regexp, text string, with func(groups []string) string) string {
	return pattern.ReplaceAllStringFunc(text, func(match string) string { return with(pattern.FindStringSubmatch(match)) })
}
