package ack

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
)

// Bounds on XML beyond the size of the body: encoding/xml allocates up to seventy times that. The provider requests JSON. The API
// responds in XML only when it rejects a request, in some hundred bytes.
const (
	maxXMLBody     = 64 << 10
	maxXMLElements = 4096
	// maxXMLDepth is how deep elements may nest. A response needs five levels; the API's undocumented ones a few more.
	maxXMLDepth = 32
)

// element is an XML element.
type element struct {
	name     string
	text     string // The text between its elements, concatenated.
	children []element
}

// readXML reads a response's fields from XML, with or without a root element around them. The reference shows none: five elements
// side by side, of which a parser of one document would read only the first. A single element whose name is not one of the given
// ones is a root element.
func readXML(body []byte, names []string) (value, error) {
	if len(body) > maxXMLBody {
		return value{}, fmt.Errorf("the response is larger than %d bytes, in XML", maxXMLBody)
	}
	reader := xmlReader{decoder: xml.NewDecoder(bytes.NewReader(body))}
	document := &element{}
	err := reader.fill(document, 0)
	switch syntax := (*xml.SyntaxError)(nil); {
	case errors.As(err, &syntax) && syntax.Msg == "unexpected EOF": // XML has no null.
		return value{}, errTruncated
	case err != nil:
		return value{}, err
	case len(document.children) == 0:
		return value{}, errors.New("the response contains no XML element")
	case strings.TrimSpace(document.text) != "":
		return value{}, errors.New("the response contains text outside XML elements")
	}
	if root := (value{xml: &document.children[0]}); len(document.children) == 1 && root.isObject() && !slices.Contains(names, root.xml.name) {
		return root, nil
	}
	return value{xml: document}, nil
}

// xmlReader builds elements from tokens.
type xmlReader struct {
	decoder  *xml.Decoder
	elements int
}

// fill reads the content of e up to its end, or of the whole document at depth 0.
func (r *xmlReader) fill(e *element, depth int) error {
	if depth > maxXMLDepth {
		return fmt.Errorf("the XML elements are nested deeper than %d", maxXMLDepth)
	}
	var text strings.Builder
	for {
		token, err := r.decoder.Token()
		if number := errors.Is(err, io.EOF) && depth == 0; err != nil && !number {
			return err
		}
		switch token := token.(type) {
		case xml.StartElement:
			if r.elements++; r.elements > maxXMLElements {
				return fmt.Errorf("the response has more than %d XML elements", maxXMLElements)
			}
			child := element{name: token.Name.Local}
			if err := r.fill(&child, depth+1); err != nil {
				return err
			}
			e.children = append(e.children, child)
		case xml.CharData:
			text.Write(token)
		case xml.EndElement, nil: // Nil is the end of the document.
			e.text = text.String()
			return nil
		}
	}
}

func (e *element) members() iter.Seq2[string, value] {
	return func(yield func(string, value) bool) {
		for i := range e.children {
			if !yield(e.children[i].name, value{xml: &e.children[i]}) {
				return
			}
		}
	}
}

// elements returns the elements of the list e: its child elements, if all have one name and are not texts. It returns none if e
// is empty. Otherwise e is itself the only element of a list that is written as a repeated element.
func (e *element) elements() iter.Seq[value] {
	around := !slices.ContainsFunc(e.children, func(c element) bool { return c.name != e.children[0].name || len(c.children) == 0 })
	return func(yield func(value) bool) {
		if !around {
			yield(value{xml: e})
			return
		}
		for i := range e.children {
			if !yield(value{xml: &e.children[i]}) {
				return
			}
		}
	}
}
