package redact

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"html"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/display"
)

// Hidden replaces a secret.
const Hidden = "(hidden)"

const (
	// minSecret is how long a secret must be to be looked for. A shorter one is left to the patterns: it would blot out
	// ordinary words.
	minSecret = 4
	// minBeginning is the minimum length of the beginning of a secret at the end of a text that was cut off.
	minBeginning = 12
)

// Redactor takes secrets out of texts. The zero value knows none. It is safe for concurrent use.
type Redactor struct {
	mu      sync.Mutex
	secrets []secret
	forms   []string // Every spelling of every secret, the longest first; nil until it is needed.
}

// secret is a secret, and what every spelling of it begins with: nothing where that is not known.
type secret struct{ text, mark string }

// New returns a redactor that knows the secrets.
func New(secrets ...string) *Redactor {
	r := &Redactor{}
	r.Learn(secrets...)
	return r
}

// Learn adds secrets.
func (r *Redactor) Learn(secrets ...string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, text := range secrets {
		known := slices.ContainsFunc(r.secrets, func(s secret) bool { return s.text == text })
		if len(text) >= minSecret && !known {
			r.secrets = append(r.secrets, secret{text, markOf(text)})
			r.forms = nil
		}
	}
}

// LearnProxy adds the password of a proxy's URL, in the form too in which the header Proxy-Authorization contains it.
func (r *Redactor) LearnProxy(proxy *url.URL) {
	if proxy == nil || proxy.User == nil {
		return
	}
	password, _ := proxy.User.Password()
	r.Learn(password, base64.StdEncoding.EncodeToString([]byte(proxy.User.Username()+":"+password)))
}

// Known takes out the secrets that are known, in every spelling, and changes nothing else. Those of minBeginning characters and
// more are found in any letter case; a shorter one may be an ordinary word in another.
func (r *Redactor) Known(text string) string {
	forms := r.formsFor(text)
	if len(forms) == 0 {
		return text
	}
	return hideBeginning(hide(text, forms), forms)
}

// Line returns a foreign text in one line of at most limit characters, without the known secrets. They are removed before it is cut,
// and again from the line: a line end in the text can be a space in a secret.
func (r *Redactor) Line(text string, limit int) string { return display.Cut(r.line(text), limit) }

func (r *Redactor) line(text string) string {
	return r.Known(display.Line(r.Known(strings.ToValidUTF8(text, "?")), math.MaxInt))
}

// Address returns an address without the user and password before an "@".
func Address(text string) string {
	at := strings.LastIndexByte(text, '@')
	if at < 0 {
		return text
	}
	scheme := ""
	if i := strings.Index(text[:at], "://"); i >= 0 {
		scheme = text[:i+len("://")]
	}
	return scheme + Hidden + text[at:]
}

// formsFor returns the spellings of all secrets, or none where the text cannot contain one.
func (r *Redactor) formsFor(text string) []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	folded := ""
	possible := func(s secret) bool {
		if len(text) < min(len(s.text), minBeginning) {
			return false
		}
		if folded == "" && s.mark != "" {
			folded = lower(text)
		}
		return strings.Contains(folded, s.mark)
	}
	if !slices.ContainsFunc(r.secrets, possible) {
		return nil
	}
	if r.forms == nil {
		r.forms = spellings(r.secrets)
	}
	return r.forms
}

// markOf returns the letters and digits that a secret begins with, which no spelling changes. Most texts do not contain them,
// and need not be compared with every spelling then.
func markOf(text string) string {
	end := strings.IndexFunc(text, func(r rune) bool { return (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') })
	if end < 0 {
		end = len(text)
	}
	if end < minSecret {
		return ""
	}
	return lower(text[:min(end, minBeginning)])
}

// spellings returns each secret as it can be spelled in headers, JSON, HTML, URLs and Go's quoted strings, the longest first:
// one spelling may be the beginning of another, whose end must not stay.
func spellings(secrets []secret) []string {
	var all []string
	for _, known := range secrets {
		secret := known.text
		var forms []string
		quoted, _ := json.Marshal(secret) // A string always can be.
		goQuoted := strconv.Quote(secret)
		forms = append(
			forms, secret,
			url.QueryEscape(secret), url.QueryEscape(url.QueryEscape(secret)),
			url.PathEscape(secret), url.PathEscape(url.PathEscape(secret)),
			html.EscapeString(secret), string(quoted[1:len(quoted)-1]), goQuoted[1:len(goQuoted)-1],
		)
		for _, escaped := range escapes {
			forms = append(forms, escaped.Replace(secret))
		}
		all = append(all, forms...)
	}
	for i, form := range all {
		if anyCase(form) {
			all[i] = lower(form)
		}
	}
	slices.SortFunc(all, func(a, b string) int { return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b)) })
	return slices.Compact(all)
}

// anyCase reports whether a form is looked for in any letter case: it is in lower case then.
func anyCase(form string) bool { return len(form) >= minBeginning }

// escapes are how some writers of JSON and HTML spell what a token contains besides letters and digits.
var escapes = []*strings.Replacer{
	strings.NewReplacer("/", `\/`),
	strings.NewReplacer("+", `\u002b`),
	strings.NewReplacer("+", `\u002b`, "=", `\u003d`),
	strings.NewReplacer("+", `\u002b`, "/", `\u002f`, "=", `\u003d`),
	strings.NewReplacer("+", `\u002b`, "/", `\/`, "=", `\u003d`),
	strings.NewReplacer("+", "&#43;"),
	strings.NewReplacer("+", "&#43;", "=", "&#61;"),
	strings.NewReplacer("+", "&#x2b;", "=", "&#x3d;"),
	strings.NewReplacer("+", "&#x2b;", "/", "&#x2f;", "=", "&#x3d;"),
}

// hide takes each of the forms out of a text. A regular expression of tokens that are as long as they are would cost more memory
// than the text.
func hide(text string, forms []string) string {
	folded := lower(text)
	for _, form := range forms {
		searched := text
		if anyCase(form) {
			searched = folded
		}
		if !strings.Contains(searched, form) {
			continue
		}
		var b strings.Builder
		for i := strings.Index(searched, form); i >= 0; i = strings.Index(searched, form) {
			b.WriteString(text[:i])
			b.WriteString(Hidden)
			text, searched = text[i+len(form):], searched[i+len(form):]
		}
		b.WriteString(text)
		text = b.String()
		folded = lower(text)
	}
	return text
}

// hideBeginning takes out the beginning of a secret at the end of a text: the sender may have cut the text off there.
func hideBeginning(text string, forms []string) string {
	longest := 0
	end := lower(text[max(0, len(text)-len(forms[0])):])
	for _, form := range forms {
		for n := min(len(form)-1, len(end)); n >= minBeginning && n > longest; n-- {
			if strings.HasSuffix(end, form[:n]) {
				longest = n
				break
			}
		}
	}
	if longest == 0 {
		return text
	}
	return text[:len(text)-longest] + Hidden
}

// lower returns text in lower case, byte for byte; secrets are ASCII.
func lower(text string) string {
	b := []byte(text)
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] = c + ('a' - 'A')
		}
	}
	return string(b)
}
