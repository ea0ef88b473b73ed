package acksim

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/scenario"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/story"
)

// Overview is what a list of clusters shows of each.
type Overview struct {
	ID, Name, Region, About string
	// Phase is the phase of the upgrade or, before the first request, of its beginning. It is empty during a step whose response is
	// not from ACK.
	Phase story.Phase
}

// View is the state of a cluster, and the rest of its timeline.
type View struct {
	Overview

	// Steps are the steps of the timeline, and Step is the index of the one that is played. What is left of the timeline while the
	// upgrade is paused by hand is there, too.
	Steps []ViewStep
	Step  int
	// Polls is how many polls have begun in that step.
	Polls int
	// State, CurrentVersion and NextVersion are the cluster's, and Message what its upgrade has to say. They are empty before the
	// first request.
	State, CurrentVersion, NextVersion, Message string
	// PlannedStart is when the next planned upgrade of the control plane begins; zero if none is planned, and before the first request.
	PlannedStart time.Time
	// Interventions are what can be done by hand.
	Interventions []Intervention
}

// ViewStep is a step of a timeline.
type ViewStep struct {
	// Begun is when it began; zero if it has not.
	Begun time.Time
	// For and Polls are how long it is planned to last; both are zero for a step that stays.
	For   time.Duration
	Polls int
	// Phase is the phase of the upgrade. It is empty during a step whose response is not from ACK; Status is its status then.
	Phase   story.Phase
	Status  int
	Message string
}

// Overviews returns all clusters, sorted by id. It begins no timeline.
func (s *Simulator) Overviews() []Overview {
	now := time.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]Overview, 0, len(s.clusters))
	for _, id := range slices.Sorted(maps.Keys(s.clusters)) {
		all = append(all, s.clusters[id].overview(id, now))
	}
	return all
}

// View returns what is true of a cluster, and false if there is none of this id. It begins no timeline.
func (s *Simulator) View(id string) (View, bool) {
	now := time.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	c, ok := s.clusters[id]
	if !ok {
		return View{}, false
	}
	view := View{Overview: c.overview(id, now), Polls: c.story.Polls(), Interventions: Interventions(c.phase(now))}
	begun := c.story.Begun(now)
	view.Step = max(0, len(begun)-1)
	for i, step := range c.spec.Timeline {
		one := viewStep(step)
		if i < len(begun) {
			one.Begun = begun[i]
		}
		view.Steps = append(view.Steps, one)
	}
	for _, step := range c.paused {
		view.Steps = append(view.Steps, viewStep(step))
	}
	if len(begun) > 0 {
		truth := c.story.At(c.story.Look(now))
		view.State, view.CurrentVersion, view.NextVersion, view.Message = truth.State, truth.CurrentVersion, truth.NextVersion, truth.Message
		view.PlannedStart = plannedStart(truth.Plans)
	}
	return view, true
}

func (c *cluster) overview(id string, now time.Time) Overview {
	one := Overview{ID: id, Name: cmp.Or(c.spec.Name, id), Region: c.spec.Region, About: c.spec.About}
	if step := c.spec.Timeline[max(0, len(c.story.Begun(now))-1)]; step.HTTP == nil {
		one.Phase = c.phase(now)
	}
	return one
}

// plannedStart returns when the first upgrade of the control plane begins that has not begun, or zero.
func plannedStart(plans []story.Plan) (next time.Time) {
	for _, plan := range plans {
		if plan.Type == story.ControlPlanePlan && plan.State == story.PlanScheduled && (next.IsZero() || plan.Start.Before(next)) {
			next = plan.Start
		}
	}
	return next
}

func viewStep(step scenario.Step) ViewStep {
	one := ViewStep{For: step.For, Polls: step.Polls, Phase: step.Phase, Message: step.Message}
	if step.HTTP != nil {
		one.Status = step.HTTP.Status
	}
	return one
}
