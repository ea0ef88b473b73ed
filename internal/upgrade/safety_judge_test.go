package upgrade_test

import (
	"slices"
	"strings"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/upgrade"
)

// judge is the oracle. A complete response must have exactly the phase of the timeline. A truncated or foreign response may have
// an unknown phase, but never a phase that means that a running upgrade has ended.
func (c *safetyCase) judge(id string, reading *upgrade.Reading, started time.Time) {
	phase := reading.Phase
	opens := phase == upgrade.PhaseSucceeded || phase.Terminal()
	c.count["readings"]++
	if opens {
		c.count["readings of an end"]++
	}
	from, ok := c.requests[reading.RequestID]
	switch {
	case !ok && opens:
		c.failf("%s: OPENED EARLY: %s, and no response of the cluster means that: %s", id, phase, reading.Response)
	case !ok:
	case from.cluster != id || from.at.Before(started):
		c.failf("%s: got the response of %s from %s earlier", id, from.cluster, started.Sub(from.at))
	case opens && !from.act.ended():
		c.failf("%s: OPENED EARLY: %s, and the upgrade is %s: %s (%s)", id, phase, from.act.phase, reading.Response, from.applied)
	case phase == upgrade.PhaseUnknown && strings.HasSuffix(reading.Response, "a field is missing"):
		// In XML, a response that is truncated between two fields looks the same.
	case string(phase) != from.act.phase && (opens || from.applied == "" && !c.wire.wasCut(reading.RequestID)):
		c.failf("%s: %s, and the upgrade is %s: %s (%s)", id, phase, from.act.phase, reading.Response, from.applied)
	}
}

// judgeTasks is the oracle of a reading from several responses of different times. The reading may mean that no upgrade is under
// way only if that was true at some time since the read began. It may have the end of the last upgrade only if that was true at
// some time of the read, or before it by the lag of the list. A phase that did not change in that time is read exactly, or as
// unknown. The tasks may be older than the cluster's state: if the cluster was never in a state of rest, the reading must not be
// at rest.
func (c *safetyCase) judgeTasks(id string, reading *upgrade.Reading, started time.Time, scopes []upgrade.Scope) {
	s, began := c.stories[id], c.began[id]
	c.count["readings"]++
	c.count["readings from tasks"]++
	if began.IsZero() { // The response is not from the cluster.
		if reading.Phase != upgrade.PhaseUnknown {
			c.failf("%s: %s, and no response of the cluster means that: %s", id, reading.Phase, reading.Response)
		}
		return
	}
	now := time.Since(began)
	window := s.spans(started.Sub(began), now)
	listed := s.spans(started.Sub(began)-s.listing.Lag, now)
	phase := string(reading.Phase)
	means := func(i int) bool { return s.visiblePhase(i) == phase }
	restless := len(window) == 1 && s.restless(window[0])
	controlPlane := len(scopes) == 0 // The oracle does not cover all scopes together.
	switch opens := reading.Phase.Terminal(); {
	case opens && (restless || !slices.ContainsFunc(window, func(i int) bool { return s.over(i, scopes) })):
		c.failf("%s: OPENED EARLY: %s, and the upgrade is %s: %s", id, phase, s.visiblePhase(window[len(window)-1]), reading.Response)
	case controlPlane && opens && !slices.ContainsFunc(listed, means):
		c.failf("%s: %s, and the upgrade is %s: %s", id, phase, s.visiblePhase(window[len(window)-1]), reading.Response)
	case controlPlane && len(listed) == 1 && !means(listed[0]) && reading.Phase != upgrade.PhaseUnknown:
		c.failf("%s: %s, and the upgrade is %s: %s", id, phase, s.visiblePhase(listed[0]), reading.Response)
	case opens:
		c.count["readings of an end"]++
	case reading.Phase == upgrade.PhaseUnknown && len(listed) == 1 && controlPlane && !means(listed[0]) && !restless:
		c.count["readings from tasks that are not known"]++
	}
}
