package provider

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// shown writes a value for a message. What cannot be seen, or looks like something else, is escaped and named: it is most likely
// what makes the value invalid.
func shown(text string) string {
	odd := strings.IndexFunc(text, func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsPrint(r) })
	if text != "" && odd < 0 && strings.TrimSpace(text) == text {
		return text
	}
	quoted := strconv.QuoteToASCII(text)
	switch {
	case text == "":
		return "an empty string"
	case odd >= 0:
		return quoted + ", which contains " + character([]rune(text[odd:])[0])
	default:
		return quoted + ", which has leading or trailing white space"
	}
}

// characters are those that come with a copied value, by their usual names.
var characters = map[rune]string{
	'\n': "a line feed", '\r': "a carriage return", '\t': "a tab", '\u00a0': "a no-break space", '\ufeff': "a byte order mark",
	'\u200b': "a zero-width space", '\u200c': "a zero-width non-joiner", '\u200d': "a zero-width joiner", '\u2060': "a word joiner",
	'\u00ad': "a soft hyphen", '\u2010': "a hyphen that is not ASCII", '\u2011': "a non-breaking hyphen", '\u2013': "an en dash", '\u2014': "an em dash",
}

func character(r rune) string {
	name, known := characters[r]
	switch {
	case known:
	case unicode.Is(unicode.Cyrillic, r):
		name = "a Cyrillic letter"
	case unicode.Is(unicode.Greek, r):
		name = "a Greek letter"
	case unicode.Is(unicode.Han, r):
		name = "a Chinese character"
	default:
		name = "the character"
	}
	return fmt.Sprintf("%s (U+%04X)", name, r)
}
