package ack

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// jsonSpace is the white space of JSON.
const jsonSpace = " \t\r\n"

// readJSON reads one JSON value. encoding/json checks that it is valid and not nested too deep. Decoding into a struct would
// match names in any letter case, and use the last of two equal names. Decoding member by member allocates up to three hundred
// times the size of the body. So the members of the valid body are cut out here.
func readJSON(body []byte) (value, error) {
	body = bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))
	if json.Valid(body) {
		return value{json: bytes.Trim(body, jsonSpace)}, nil
	}
	// Only a decoder returns the error. It copies the body.
	decoder := json.NewDecoder(bytes.NewReader(body))
	var raw json.RawMessage
	err := decoder.Decode(&raw)
	switch syntax := (*json.SyntaxError)(nil); {
	case errors.Is(err, io.EOF):
		return value{}, errors.New("the response is empty")
	case errors.Is(err, io.ErrUnexpectedEOF):
		return value{}, errTruncated
	case errors.As(err, &syntax):
		return value{}, fmt.Errorf("the response is not JSON (%w)", err)
	case err != nil:
		return value{}, err
	default:
		return value{}, errors.New("unexpected data after the JSON value")
	}
}

// jsonMembers returns the members of a valid JSON object.
func jsonMembers(object []byte) iter.Seq2[string, value] {
	return func(yield func(string, value) bool) {
		for inside := insideJSON(object); len(inside) > 0; {
			var quoted, raw []byte
			quoted, inside = cutJSON(inside, ':')
			raw, inside = cutJSON(inside, ',')
			if !yield(jsonText(quoted), value{json: raw}) {
				return
			}
		}
	}
}

// jsonElements returns the elements of a valid JSON array.
func jsonElements(array []byte) iter.Seq[value] {
	return func(yield func(value) bool) {
		for inside := insideJSON(array); len(inside) > 0; {
			var raw []byte
			raw, inside = cutJSON(inside, ',')
			if !yield(value{json: raw}) {
				return
			}
		}
	}
}

func insideJSON(raw []byte) []byte { return bytes.Trim(raw[1:len(raw)-1], jsonSpace) }

// cutJSON cuts valid JSON at the first separator outside of strings, arrays and objects.
func cutJSON(data []byte, separator byte) (before, after []byte) {
	depth, quoted := 0, false
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{', c == '[':
			depth++
		case c == '}', c == ']':
			depth--
		case c == separator && depth == 0:
			return bytes.Trim(data[:i], jsonSpace), data[i+1:]
		}
	}
	return bytes.Trim(data, jsonSpace), nil
}

// jsonText decodes a valid JSON string as encoding/json does, which would allocate some hundred bytes for each string.
func jsonText(raw []byte) string {
	inside := raw[1 : len(raw)-1]
	if bytes.IndexByte(inside, '\\') < 0 && utf8.Valid(inside) {
		return string(inside)
	}
	var short [64]byte // Most are. It stays on the stack.
	text := short[:0]
	for len(inside) > 0 {
		r, size := utf8.DecodeRune(inside) // U+FFFD for a byte that is not UTF-8.
		if r == '\\' {
			r, size = jsonEscape(inside)
		}
		text = utf8.AppendRune(text, r)
		inside = inside[size:]
	}
	return string(text)
}

// jsonEscape returns the character of an escape in valid JSON, and the length of the escape in bytes.
func jsonEscape(escape []byte) (r rune, size int) {
	if i := strings.IndexByte(`"\/bfnrt`, escape[1]); i >= 0 {
		return rune("\"\\/\b\f\n\r\t"[i]), 2
	}
	r = jsonHex(escape)
	if !utf16.IsSurrogate(r) {
		return r, 6
	}
	if rest := escape[6:]; len(rest) >= 6 && rest[0] == '\\' && rest[1] == 'u' {
		if pair := utf16.DecodeRune(r, jsonHex(rest)); pair != utf8.RuneError {
			return pair, 12
		}
	}
	return utf8.RuneError, 6 // One half of a surrogate pair.
}

// jsonHex returns the number in an escape such as \u00e9.
func jsonHex(escape []byte) (n rune) {
	for _, c := range escape[2:6] {
		digit := c - '0'
		if c > '9' {
			digit = (c | 0x20) - 'a' + 10 // In small letters.
		}
		n = n<<4 | rune(digit)
	}
	return n
}

// rawText returns JSON unchanged, except for bytes that are not UTF-8: encoding/json accepts them in strings, but Terraform does
// not.
func rawText(raw []byte) string { return strings.ToValidUTF8(string(raw), "\ufffd") }
