package credentials

import (
	"errors"
	"strings"
	"unicode"
)

var (
	errNoCommand         = errors.New("it is empty")
	errOpenQuote         = errors.New("it has a quote that is not closed")
	errTrailingBackslash = errors.New("it ends in a backslash")
)

// splitCommand splits a command line into words as POSIX shells do, without anything else that they do: there are no variables,
// globs or comments. A # is a character like others, as in the aliyun CLI. On Windows a backslash separates folders, and
// escapes nothing but a double quote between double quotes.
func splitCommand(command string, windows bool) ([]string, error) {
	s := &splitter{rest: []rune(command), windows: windows}
	for len(s.rest) > 0 {
		if err := s.next(); err != nil {
			return nil, err
		}
	}
	s.end()
	if len(s.words) == 0 || s.words[0] == "" {
		return nil, errNoCommand
	}
	return s.words, nil
}

type splitter struct {
	rest    []rune
	windows bool
	words   []string
	word    strings.Builder
	begun   bool // Whether there is a word: "" is one too.
}

// next takes what comes next: a character, or all that is quoted together.
func (s *splitter) next() error {
	r := s.take()
	switch {
	case unicode.IsSpace(r):
		s.end()
	case r == '\'':
		return s.quoted('\'', func(rune) bool { return false })
	case r == '"':
		return s.quoted('"', func(next rune) bool {
			if s.windows {
				return next == '"'
			}
			return strings.ContainsRune("$`\"\\\n", next)
		})
	case r == '\\' && !s.windows:
		if len(s.rest) == 0 {
			return errTrailingBackslash
		}
		s.escaped()
	default:
		s.add(r)
	}
	return nil
}

// quoted reads up to the closing quote. It removes the backslash before a character for which escapes is true.
func (s *splitter) quoted(quote rune, escapes func(rune) bool) error {
	s.begun = true
	for len(s.rest) > 0 {
		switch r := s.take(); {
		case r == quote:
			return nil
		case r == '\\' && len(s.rest) > 0 && escapes(s.rest[0]):
			s.escaped()
		default:
			s.add(r)
		}
	}
	return errOpenQuote
}

// escaped takes the character behind a backslash. Before a line end, both go.
func (s *splitter) escaped() {
	if r := s.take(); r != '\n' {
		s.add(r)
	}
}

func (s *splitter) take() rune {
	r := s.rest[0]
	s.rest = s.rest[1:]
	return r
}

func (s *splitter) add(r rune) {
	s.begun = true
	s.word.WriteRune(r)
}

func (s *splitter) end() {
	if s.begun {
		s.words = append(s.words, s.word.String())
	}
	s.word.Reset()
	s.begun = false
}
