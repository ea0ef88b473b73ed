package ack

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// maxXMLDepth is how deep elements may nest. An answer needs three levels; the API's undocumented ones a few more.
const maxXMLDepth = 32

// maxXMLBody bounds XML further than maxBody does: encoding/xml makes up to seventy times its size in garbage. The API is
// asked for JSON, and answers in XML when it refuses, in some hundred bytes.
const maxXMLBody = 64 << 10

// decodeXML reads an answer's fields from XML, with or without a root element around them. The reference shows none:
// five elements side by side, of which a plain parse of one document would read the first and drop the rest.
func decodeXML(body []byte) ([]field, error) {
	if len(body) > maxXMLBody {
		return nil, fmt.Errorf("it is larger than %d bytes, in XML", maxXMLBody)
	}
	v, err := xmlValue(xml.NewDecoder(bytes.NewReader(body)), 0)
	switch syntax := (*xml.SyntaxError)(nil); {
	case errors.As(err, &syntax) && syntax.Msg == "unexpected EOF": // It has no other way to say so.
		return nil, errCutOff
	case err != nil:
		return nil, err
	case v.members == 0:
		return nil, errors.New("it holds no XML element")
	case strings.TrimSpace(v.text) != "":
		return nil, errors.New("it holds text outside of XML elements")
	}
	if v.members == 1 && v.fields[0].value.object && !slices.Contains(statusFields, v.fields[0].name) {
		return v.fields[0].value.fields, nil // The one element is a root element.
	}
	return v.fields, nil
}

// xmlValue reads the content of an element up to its end, or of the whole document at depth 0.
func xmlValue(decoder *xml.Decoder, depth int) (value, error) {
	if depth > maxXMLDepth {
		return value{}, fmt.Errorf("its XML elements nest deeper than %d", maxXMLDepth)
	}
	var v value
	var text strings.Builder
	for {
		token, err := decoder.Token()
		switch {
		case errors.Is(err, io.EOF) && depth == 0:
			v.text = text.String()
			return v, nil
		case err != nil:
			return value{}, err
		}
		switch token := token.(type) {
		case xml.StartElement:
			child, err := xmlValue(decoder, depth+1)
			if err != nil {
				return value{}, err
			}
			if name := token.Name.Local; v.wants(name) {
				v.add(name, child)
			}
			v.members++
		case xml.CharData:
			text.Write(token)
		case xml.EndElement:
			v.close(text.String())
			return v, nil
		}
	}
}

// close settles what an element holds, once its end has come. Blank text around elements is layout. An element that
// holds nothing is an empty text, and an empty object too: which of the two is for the field to say.
func (v *value) close(text string) {
	v.text = text
	v.isText = v.members == 0
	v.object = strings.TrimSpace(text) == ""
	if v.members > 0 {
		v.text = "<" + v.fields[0].name + ">" + text // Raw enough to be shown, and no word of the dictionary.
	}
}
