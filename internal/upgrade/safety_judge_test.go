package upgrade_test

import (
	"slices"
	"strings"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/upgrade"
)

// judge is the oracle. An answer that came whole says what the story is at, to the word; what is left of one that was cut
// off, or that is not the cluster's at all, may say less, but never that an upgrade has ended which has not.
func (c *safetyCase) judge(id string, reading *upgrade.Reading, started time.Time) {
	phase := reading.Phase
	opens := phase == upgrade.PhaseSucceeded || phase.Terminal()
	c.count["answers"]++
	if opens {
		c.count["answers of an end"]++
	}
	from, ok := c.asked[reading.RequestID]
	switch {
	case !ok && opens:
		c.failf("%s: OPENED EARLY: %s, and the cluster never answered that: %s", id, phase, reading.Response)
	case !ok:
	case from.cluster != id || from.at.Before(started):
		c.failf("%s: got what %s answered %s earlier", id, from.cluster, started.Sub(from.at))
	case opens && !from.act.ended():
		c.failf("%s: OPENED EARLY: %s, and the upgrade is %s: %s (%s)", id, phase, from.act.phase, reading.Response, from.struck)
	case phase == upgrade.PhaseUnknown && strings.HasSuffix(reading.Response, "a field is missing"):
		// In XML, a response that was cut off between two fields looks the same.
	case string(phase) != from.act.phase && (opens || from.struck == "" && !c.wire.wasCut(reading.RequestID)):
		c.failf("%s: %s, and the upgrade is %s: %s (%s)", id, phase, from.act.phase, reading.Response, from.struck)
	}
}

// judgeTasks is the oracle of what is read from several responses, of different moments. No such reading says that no upgrade is
// under way, unless there was a moment, since the read began, when there was none; and none says how the last one has ended,
// unless that was so at a moment, or so much earlier as the list lags. What was the same for so long is read as it was, or as
// unknown. The tasks may be of an earlier moment than the cluster's state: a cluster that was in no state of rest all the while is
// at rest in none of them.
func (c *safetyCase) judgeTasks(id string, reading *upgrade.Reading, started time.Time, scopes []upgrade.Scope) {
	s, began := c.stories[id], c.began[id]
	c.count["answers"]++
	c.count["answers from tasks"]++
	if began.IsZero() { // It was something else that answered.
		if reading.Phase != upgrade.PhaseUnknown {
			c.failf("%s: %s, and the cluster never answered that: %s", id, reading.Phase, reading.Response)
		}
		return
	}
	now := time.Since(began)
	window := s.spans(started.Sub(began), now)
	told := s.spans(started.Sub(began)-s.listing.Lag, now)
	phase := string(reading.Phase)
	means := func(i int) bool { return s.told(i) == phase }
	restless := len(window) == 1 && s.restless(window[0])
	controlPlane := len(scopes) == 0 // What all scopes together mean, nobody has written down here.
	switch opens := reading.Phase.Terminal(); {
	case opens && (restless || !slices.ContainsFunc(window, func(i int) bool { return s.over(i, scopes) })):
		c.failf("%s: OPENED EARLY: %s, and the upgrade is %s: %s", id, phase, s.told(window[len(window)-1]), reading.Response)
	case controlPlane && opens && !slices.ContainsFunc(told, means):
		c.failf("%s: %s, and the upgrade is %s: %s", id, phase, s.told(window[len(window)-1]), reading.Response)
	case controlPlane && len(told) == 1 && !means(told[0]) && reading.Phase != upgrade.PhaseUnknown:
		c.failf("%s: %s, and the upgrade is %s: %s", id, phase, s.told(told[0]), reading.Response)
	case opens:
		c.count["answers of an end"]++
	case reading.Phase == upgrade.PhaseUnknown && len(told) == 1 && controlPlane && !means(told[0]) && !restless:
		c.count["answers from tasks that are not known"]++
	}
}
