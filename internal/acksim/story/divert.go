package story

import (
	"slices"
	"time"
)

// Begun returns when each step began that has begun by now, as far as is known: a step that counts polls ends with a request.
// It is empty before the first request. In contrast to Poll and Look, it begins nothing.
func (s *Story) Begun(now time.Time) []time.Time {
	if len(s.timeline.begun) == 0 {
		return nil
	}
	s.timeline.pass(now)
	return slices.Clone(s.timeline.begun)
}

// Polls returns how many polls have begun in the step that is played.
func (s *Story) Polls() int { return s.timeline.polls }

// Left returns how much is left of the step that is played, and false when it is used up: another step begins with the next
// request. It begins a story that has not begun.
func (s *Story) Left(now time.Time) (Length, bool) {
	step := s.Look(now).Step
	length := s.timeline.lengths[step]
	switch {
	case length.Polls > 0:
		length.Polls -= s.timeline.polls
		return length, length.Polls > 0
	case length.For > 0:
		length.For -= now.Sub(s.timeline.begun[step])
		return length, length.For > 0
	default:
		return length, true
	}
}

// Divert ends the step that is played, and has other steps follow it from now on, in place of those that were to. There must be
// at least one. What has happened so far stays true. It begins a story that has not begun.
func (s *Story) Divert(now time.Time, steps []Step) {
	m := s.Look(now)
	s.steps = append(s.steps[:m.Step+1:m.Step+1], steps...)
	s.timeline.lengths = s.timeline.lengths[:m.Step+1]
	for _, step := range steps {
		s.timeline.lengths = append(s.timeline.lengths, step.Length)
	}
	s.timeline.begin(m.Time)
	s.diverted = append(s.diverted, m.Time)
}

// Planned returns the remaining time of the upgrade that a plan has begun, and how it ends. ok is false if no plan's upgrade is under
// way, and after Divert. It begins a story that has not begun.
func (s *Story) Planned(now time.Time) (left time.Duration, outcome Phase, ok bool) {
	m := s.Look(now)
	for _, plan := range s.cluster.Plans {
		begin, end, acts := plan.times(s.timeline.begun[0])
		if acts && plan.upgradesControlPlane() && !m.Time.Before(begin) && m.Time.Before(end) && !within(s.diverted, begin, end) {
			return end.Sub(m.Time), plan.outcome(), true
		}
	}
	return 0, "", false
}

// within reports whether one of the times is between begin and end.
func within(times []time.Time, begin, end time.Time) bool {
	return slices.ContainsFunc(times, func(at time.Time) bool { return !at.Before(begin) && at.Before(end) })
}
