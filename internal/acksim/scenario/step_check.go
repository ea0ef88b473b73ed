package scenario

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/document"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/operation"
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
		if err := step.checkTruth(at); err != nil {
			return err
		}
		if err := step.checkResponses(at); err != nil {
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
		return document.Errorf(at, "it has for and polls: a step lasts a time or a number of polls, so leave one of them out")
	case s.For == 0 && s.Polls == 0 && !last:
		return document.Errorf(at, "it would stay for ever, and steps follow: give it for or polls, or make it the last one")
	}
	return nil
}

func (s Step) checkTruth(at string) error {
	switch {
	case s.Phase == "" && s.HTTP == nil && s.Responses != nil:
		return document.Errorf(at, "it has responses but no phase: give a phase too, for the operations that have no response here")
	case s.Phase == "" && s.HTTP == nil:
		return document.Errorf(at, "it has neither phase nor http: give one of them")
	case s.Phase != "" && s.HTTP != nil:
		return document.Errorf(at, "it has phase and http: give one of them")
	case s.Phase != "" && !slices.Contains(story.Phases(), s.Phase):
		return document.Errorf(at+".phase", "%q is not a phase: use %s", string(s.Phase), document.List(story.Phases()))
	case s.HTTP != nil && (s.Message != "" || s.Responses != nil || s.Tasks != nil || s.Cluster != story.Override{}):
		return document.Errorf(at, "http is the response of all operations: leave out message, cluster, tasks and responses, or http")
	case s.HTTP != nil:
		return s.HTTP.Check(at + ".http")
	}
	for i, task := range s.Tasks {
		if err := checkTask(fmt.Sprintf("%s.tasks[%d]", at, i), task); err != nil {
			return err
		}
		if task.Count != 0 {
			return document.Errorf(fmt.Sprintf("%s.tasks[%d].count", at, i), "a task of a step is one task: leave it out, or write the tasks into the history")
		}
	}
	return nil
}

func (s Step) checkResponses(at string) error {
	for _, name := range slices.Sorted(maps.Keys(s.Responses)) {
		field := document.Entry(at+".responses", name)
		if err := checkOperation(field, name); err != nil {
			return err
		}
		if o, _ := operation.Named(name); o.OfRegion() {
			return document.Errorf(field, "%s is about a region, and no cluster has a response of it: use a fault of the kind http", name)
		}
		if !json.Valid(s.Responses[name]) {
			return document.Errorf(field, "it is not JSON: for a response that is not, use http")
		}
	}
	return nil
}

// checkOperation reports that there is no operation of this name.
func checkOperation(field, name string) error {
	if _, ok := operation.Named(name); !ok {
		return document.Errorf(field, "%q is not an operation of the simulator: use %s", name, document.List(operation.Names()))
	}
	return nil
}
