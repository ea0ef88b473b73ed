package scenario

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/document"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/story"
)

// CheckTimeline reports the first thing that is wrong with steps. Its errors name the field that holds them.
func CheckTimeline(field string, steps []Step) error {
	if len(steps) == 0 {
		return document.Errorf(field, `a timeline needs at least one step, such as {"phase": "idle"}`)
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
		return document.Errorf(at+".for", "%s is not a length: give a positive duration", s.For)
	case s.Polls < 0:
		return document.Errorf(at+".polls", "%d is not a number of polls: give 1 or more", s.Polls)
	case s.For > 0 && s.Polls > 0:
		return document.Errorf(at, "there is for and polls: a step lasts a time or a number of polls, so leave one of them out")
	case s.For == 0 && s.Polls == 0 && !last:
		return document.Errorf(at, "it would stay for ever, and steps follow: give it for or polls, or make it the last one")
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
		return document.Errorf(at, "it has %d of phase, answer and http: give exactly one of them", given)
	case s.Phase != "" && !slices.Contains(story.Phases(), s.Phase):
		return document.Errorf(at+".phase", "%q is not a phase: use %s", string(s.Phase), document.List(story.Phases()))
	case s.Message != "" && s.Phase == "":
		return document.Errorf(at+".message", "a message goes with a phase only: write it into the answer itself")
	case s.Answer != nil && !json.Valid(s.Answer):
		return document.Errorf(at+".answer", "it is not JSON: for an answer that is not, use http")
	case s.HTTP != nil:
		return s.HTTP.Check(at + ".http")
	}
	return nil
}
