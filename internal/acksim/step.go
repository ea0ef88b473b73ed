package acksim

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// checkTimeline reports the first thing that is wrong with steps. Its errors name the field that holds them.
func checkTimeline(field string, steps []Step) error {
	if len(steps) == 0 {
		return faulty(field, `a timeline needs at least one step, such as {"phase": "idle"}`)
	}
	for i, step := range steps {
		at := fmt.Sprintf("%s[%d]", field, i)
		if err := step.checkLength(at, i == len(steps)-1); err != nil {
			return err
		}
		if err := step.checkAnswer(at); err != nil {
			return err
		}
	}
	return nil
}

func (s Step) checkLength(at string, last bool) error {
	switch {
	case s.For < 0:
		return faulty(at+".for", "%s is not a length: give a positive duration", s.For)
	case s.Polls < 0:
		return faulty(at+".polls", "%d is not a number of polls: give 1 or more", s.Polls)
	case s.For > 0 && s.Polls > 0:
		return faulty(at, "there is for and polls: a step lasts a time or a number of polls, so leave one of them out")
	case s.For == 0 && s.Polls == 0 && !last:
		return faulty(at, "it would stay for ever, and steps follow: give it for or polls, or make it the last one")
	}
	return nil
}

func (s Step) checkAnswer(at string) error {
	given := 0
	for _, is := range []bool{s.Phase != "", s.Answer != nil, s.HTTP != nil} {
		if is {
			given++
		}
	}
	switch {
	case given != 1:
		return faulty(at, "it has %d of phase, answer and http: give exactly one of them", given)
	case s.Phase != "" && !slices.Contains(phases(), s.Phase):
		return faulty(at+".phase", "%q is not a phase: use %s", string(s.Phase), list(phases()))
	case s.Message != "" && s.Phase == "":
		return faulty(at+".message", "a message goes with a phase only: write it into the answer itself")
	case s.Answer != nil && !json.Valid(s.Answer):
		return faulty(at+".answer", "it is not JSON: for an answer that is not, use http")
	case s.HTTP != nil:
		return s.HTTP.check(at + ".http")
	}
	return nil
}

func (a *HTTPAnswer) check(at string) error {
	if a.Status < 200 || a.Status > 599 {
		return faulty(at+".status", "%d is not a status that ends an answer: give 200 to 599", a.Status)
	}
	if (a.Status == http.StatusNoContent || a.Status == http.StatusNotModified) && a.Body != "" {
		return faulty(at+".body", "an answer with status %d has no body: leave it out", a.Status)
	}
	if strings.ContainsFunc(a.ContentType, notInHeaderValue) {
		return faulty(at+".content_type", "%q cannot stand in a header: take out line breaks and the like", a.ContentType)
	}
	for _, name := range slices.Sorted(maps.Keys(a.Headers)) {
		if name == "" || strings.ContainsFunc(name, notInHeaderName) {
			return faulty(fieldOf(at+".headers", name), "%q is not the name of a header: use letters, digits and -", name)
		}
		if value := a.Headers[name]; strings.ContainsFunc(value, notInHeaderValue) {
			return faulty(fieldOf(at+".headers", name), "%q cannot stand in a header: take out line breaks and the like", value)
		}
	}
	return nil
}

func notInHeaderName(r rune) bool { return notInKeyID(r) }

func notInHeaderValue(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }
