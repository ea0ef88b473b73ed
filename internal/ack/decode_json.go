package ack

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// decodeJSON reads one JSON value, and the members of an object down to the depth that an answer has. encoding/json's
// own decoding into a struct would match names in any letter case, and take the last of two equal names.
func decodeJSON(body []byte) (value, error) {
	v, err := jsonValue(bytes.TrimPrefix(body, []byte("\xef\xbb\xbf")), 2)
	switch {
	case errors.Is(err, io.EOF):
		return v, errors.New("it is empty")
	case errors.Is(err, io.ErrUnexpectedEOF):
		return v, errCutOff
	}
	if syntax := (*json.SyntaxError)(nil); errors.As(err, &syntax) {
		return v, fmt.Errorf("it is not JSON (%w)", err)
	}
	return v, err
}

// jsonValue reads the one value that raw holds; depth says how many levels of objects are taken apart.
func jsonValue(raw []byte, depth int) (value, error) {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	var whole json.RawMessage
	if err := decoder.Decode(&whole); err != nil {
		return value{}, err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return value{}, errors.New("something follows the JSON value")
	}
	v := value{text: string(whole)}
	switch whole[0] {
	case 'n':
		v.null = true
	case '"':
		v.isText = true
		return v, json.Unmarshal(whole, &v.text)
	case '{':
		v.object = true
		if depth == 0 {
			return v, nil
		}
		return v, v.addJSONMembers(depth)
	}
	return v, nil
}

// addJSONMembers takes in the members of the JSON object that v's text is.
func (v *value) addJSONMembers(depth int) error {
	decoder := json.NewDecoder(strings.NewReader(v.text))
	if _, err := decoder.Token(); err != nil {
		return err
	}
	for decoder.More() {
		token, err := decoder.Token()
		if err != nil {
			return err
		}
		name, _ := token.(string) // The name of a member is a string, or Token has failed.
		var raw json.RawMessage
		if err := decoder.Decode(&raw); err != nil {
			return err
		}
		if v.members > 0 && !matters(name) {
			continue
		}
		member, err := jsonValue(raw, depth-1)
		if err != nil {
			return err
		}
		v.add(name, member)
	}
	return nil
}
