package ack

import (
	"cmp"
	"html"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acs3"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/display"
)

// maxExcerpt is how many characters are shown of something that was not expected.
const maxExcerpt = 200

// maxExcerptBytes is how much of an unexpected body is looked at for that.
const maxExcerptBytes = 16 << 10

// newRedactor returns a function that makes a text from a response fit to be shown: in one line, not longer than a limit, and
// without the secrets of the request. The gateway explains a bad signature by repeating what it was
// made from, which can hold the security token, and there are pages that repeat a whole request.
func newRedactor(signed *http.Request) func(string, int) string {
	var secrets []string
	if signed != nil {
		if token := signed.Header.Get(acs3.HeaderSecurityToken); token != "" {
			secrets = append(secrets, token)
		}
		if authorization, err := acs3.ParseAuthorization(signed.Header.Get("Authorization")); err == nil {
			secrets = append(secrets, authorization.Signature)
		}
	}
	forms := sync.OnceValue(func() []string { return spellings(secrets) })
	return func(text string, limit int) string {
		// A text shorter than every secret holds none; most are.
		if slices.ContainsFunc(secrets, func(secret string) bool { return len(text) >= len(secret) }) {
			text = hide(text, forms())
		}
		return display.Line(strings.ToValidUTF8(text, "?"), limit)
	}
}

// spellings returns each secret as it can be spelled in JSON, HTML and URLs, in small letters and the longest first: one
// spelling may be the beginning of another, whose end must not stay.
func spellings(secrets []string) []string {
	var forms []string
	for _, secret := range secrets {
		forms = append(forms, secret, url.QueryEscape(secret), url.QueryEscape(url.QueryEscape(secret)), url.PathEscape(secret), html.EscapeString(secret))
		for _, escaped := range escapes {
			forms = append(forms, escaped.Replace(secret))
		}
	}
	for i := range forms {
		forms[i] = small(forms[i])
	}
	slices.SortFunc(forms, func(a, b string) int { return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b)) })
	return slices.Compact(forms)
}

// escapes are how some writers of JSON and HTML spell what a token has besides letters and digits.
var escapes = []*strings.Replacer{
	strings.NewReplacer("/", `\/`),
	strings.NewReplacer("+", `\u002b`),
	strings.NewReplacer("+", `\u002b`, "=", `\u003d`),
	strings.NewReplacer("+", "&#43;"),
	strings.NewReplacer("+", "&#43;", "=", "&#61;"),
}

// hide takes each of the forms out of a text, in any letter case. A regular expression of tokens that are as long as they
// are would cost more memory than the text.
func hide(text string, forms []string) string {
	folded := small(text)
	for _, form := range forms {
		if !strings.Contains(folded, form) {
			continue
		}
		var b strings.Builder
		for i := strings.Index(folded, form); i >= 0; i = strings.Index(folded, form) {
			b.WriteString(text[:i])
			b.WriteString("(hidden)")
			text, folded = text[i+len(form):], folded[i+len(form):]
		}
		b.WriteString(text)
		text = b.String()
		folded = small(text)
	}
	return text
}

// small returns text in small letters, byte for byte; secrets are ASCII.
func small(text string) string {
	b := []byte(text)
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] = c + ('a' - 'A')
		}
	}
	return string(b)
}
