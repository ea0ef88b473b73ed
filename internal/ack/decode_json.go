package ack

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// jsonSpace is what JSON knows as white space.
const jsonSpace = " \t\r\n"

// decodeJSON reads one JSON value, and the members of an object down to the depth that an answer has. encoding/json says
// whether it is one, and that it does not nest too deep. Its own decoding into a struct would match names in any letter
// case, and take the last of two equal names; member by member, it makes up to three hundred times the body's size in
// garbage. So the members are cut out here, of what is known to be valid.
func decodeJSON(body []byte) (value, error) {
	decoder := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))))
	var whole json.RawMessage
	err := decoder.Decode(&whole)
	switch syntax := (*json.SyntaxError)(nil); {
	case errors.Is(err, io.EOF):
		return value{}, errors.New("it is empty")
	case errors.Is(err, io.ErrUnexpectedEOF):
		return value{}, errCutOff
	case errors.As(err, &syntax):
		return value{}, fmt.Errorf("it is not JSON (%w)", err)
	case err != nil:
		return value{}, err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return value{}, errors.New("something follows the JSON value")
	}
	return jsonValue(whole, 2), nil
}

// jsonValue reads valid JSON without white space around it; depth says how many levels of objects are taken apart.
func jsonValue(raw []byte, depth int) value {
	switch raw[0] {
	case '"':
		return value{isText: true, text: jsonText(raw)}
	case '{':
		v := value{object: true, text: rawText(raw)}
		v.addJSONMembers(raw, depth)
		return v
	default:
		return value{null: raw[0] == 'n', text: rawText(raw)}
	}
}

// addJSONMembers takes in the members of a JSON object; at depth 0 it only counts them.
func (v *value) addJSONMembers(object []byte, depth int) {
	inside := bytes.Trim(object[1:len(object)-1], jsonSpace)
	for len(inside) > 0 {
		var quoted, raw []byte
		quoted, inside = cutJSON(inside, ':')
		raw, inside = cutJSON(inside, ',')
		if name := jsonText(quoted); depth > 0 && v.wants(name) {
			v.add(name, jsonValue(raw, depth-1))
		}
		v.members++
	}
}

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

// jsonText returns what a valid JSON string says. Most are what they say: asking encoding/json costs each of them more.
func jsonText(raw []byte) string {
	if inside := raw[1 : len(raw)-1]; bytes.IndexByte(inside, '\\') < 0 && utf8.Valid(inside) {
		return string(inside)
	}
	var text string
	if err := json.Unmarshal(raw, &text); err != nil {
		return rawText(raw) // It cannot be; and in its quotes it is no word of the dictionary.
	}
	return text
}

// rawText returns JSON as it came, but for bytes that are no UTF-8: encoding/json lets them pass in strings, and Terraform
// takes no text with them.
func rawText(raw []byte) string { return strings.ToValidUTF8(string(raw), "\ufffd") }
