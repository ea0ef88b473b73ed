package soak

import (
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/summary"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/upgrade"
)

// patience is how long after its deadline a read may return in a soak of a minute or more: the race detector is slow, and the machine may
// be busy. In the few seconds of `make test`, a read that does not return ends with the timeout of the tests.
const patience = 30 * time.Second

// together is how far apart requests can be of which the later is the first to begin a story.
const together = time.Second

// judge holds what came of a call against the stories and the clock.
func (r *round) judge(c call, attributes map[string]tftypes.Value, err error, from, to, interrupted time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.count["reads"]++
	late := !interrupted.IsZero() && to.Sub(interrupted) > patience
	over := to.Sub(from) > c.timeout+patience
	if *soak >= time.Minute && (late || over) {
		r.failf("%v: back only after %s, of %s: %v", c.ids, to.Sub(from), c.timeout, err)
	}
	if err == nil {
		r.judgeResult(c, attributes, from, to)
		return
	}
	outcome := ""
	for _, line := range summaries(err) {
		if outcome = r.outcome(c, line, !interrupted.IsZero()); outcome == "" {
			r.failf("%v: not to be expected (%+v): %v", c.ids, c, err)
			return
		}
	}
	r.count[outcome]++
}

// outcome says what kind of error it is that a call ended with; nothing for one that was not to be.
func (r *round) outcome(c call, line string, cancelled bool) string {
	switch {
	case c.broken != "" && (line == c.broken || line == summary.ReadTimeout(summary.Cluster(c.ids[0]))):
		return "failed for good, as they must"
	case cancelled && isInterrupt(c, line):
		return "interrupted"
	case !c.wait && isTransient(c, line):
		return "gave up after max_retry_timeout"
	case c.broken != "":
		return ""
	}
	for _, id := range c.ids {
		story := r.stories[id]
		switch {
		case line == summary.UpgradePaused(summary.Cluster(id)) && c.wait && !c.throughPause && story.pauses():
			return "paused"
		case line == summary.GateClosed(summary.Cluster(id), upgrade.PhaseFailed) && c.require != nil && story.end() == "failed":
			return "gates that stayed closed"
		}
	}
	return ""
}

// transient has the summaries of the errors that a read which does not wait may end with, after its retries.
var transient = []func(subject string) string{
	summary.ServerError, summary.RequestFailed, summary.NoResponse, summary.ConnectionRefused, summary.Throttled, summary.NoCredentials,
	summary.Redirected, summary.InvalidResponse, summary.Replay,
}

// isTransient reports whether a summary is one of transient, for one of the clusters. That of several ends with their number.
func isTransient(c call, line string) bool {
	return slices.ContainsFunc(c.ids, func(id string) bool {
		return slices.ContainsFunc(transient, func(of func(string) string) bool { return strings.HasPrefix(line, of(summary.Cluster(id))) })
	})
}

// isInterrupt reports whether a summary is that of an interrupted read.
func isInterrupt(c call, line string) bool {
	return line == summary.FleetInterrupted(len(c.ids)) || slices.ContainsFunc(c.ids, func(id string) bool { return line == summary.Interrupted(summary.Cluster(id)) })
}

func (r *round) judgeResult(c call, attributes map[string]tftypes.Value, from, to time.Time) {
	if c.broken != "" {
		r.count["opened early"]++
		r.failf("%v: OPENED, and no response can have arrived", c.ids)
		return
	}
	statuses := map[string]tftypes.Value{}
	if len(c.ids) > 1 {
		if err := attributes["statuses"].As(&statuses); err != nil {
			r.failf("%v: %v", c.ids, err)
		}
		r.count["fleets"]++
	}
	for _, id := range c.ids {
		status := attributes
		if len(c.ids) > 1 {
			status = nil
			if err := statuses[id].As(&status); err != nil {
				r.failf("%s: %v", id, err)
			}
		}
		r.judgeStatus(c, id, status, from, to)
	}
	if c.wait {
		r.count["waits that ended with the upgrade"]++
	} else {
		r.count["reads that did not wait"]++
	}
}

func (r *round) judgeStatus(c call, id string, status map[string]tftypes.Value, from, to time.Time) {
	var (
		phase    string
		terminal bool
	)
	if err := status["phase"].As(&phase); err != nil {
		r.failf("%s: %v", id, err)
		return
	}
	if err := status["terminal"].As(&terminal); err != nil {
		r.failf("%s: %v", id, err)
		return
	}
	began, ok := r.began[id]
	s := r.stories[id]
	switch {
	case !ok:
		r.failf("%s: read as %s, and there was no response about the cluster yet", id, phase)
	case (terminal || ended(phase)) && to.Sub(began) < s.length():
		r.count["opened early"]++
		r.failf("%s: OPENED EARLY: %s %s after the upgrade began, which takes %s", id, phase, to.Sub(began), s.length())
	case !slices.Contains(s.phases(from.Sub(began)-together, to.Sub(began)), phase), terminal != ended(phase):
		r.failf("%s: read as %s, terminal %t; it was %v", id, phase, terminal, s.phases(from.Sub(began), to.Sub(began)))
	case c.wait && phase != s.end():
		r.failf("%s: a wait ended with %s, and the upgrade with %s", id, phase, s.end())
	case c.require != nil && !slices.Contains(c.require, phase):
		r.failf("%s: OPENED: %s, and required is %v", id, phase, c.require)
	}
}
