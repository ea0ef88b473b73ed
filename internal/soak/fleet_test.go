package soak

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/fault"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/gateway"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/response"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/scenario"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/story"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/summary"
)

// act is one step of a cluster's timeline, and the phase that it means.
type act struct {
	phase string
	step  scenario.Step
}

// course is how the upgrade of one cluster goes: the last act is its end.
type course []act

func ended(phase string) bool { return slices.Contains([]string{"idle", "succeeded", "failed"}, phase) }

// end is the phase that the story ends in.
func (s course) end() string { return s[len(s)-1].phase }

// length is how long it takes to come to its end.
func (s course) length() (length time.Duration) {
	for _, a := range s {
		length += a.step.For
	}
	return length
}

// phases returns those that the story is in between two times since its beginning.
func (s course) phases(from, to time.Duration) (phases []string) {
	var begins time.Duration
	for i, a := range s {
		ends := begins + a.step.For
		if begins <= to && (from < ends || i == len(s)-1) {
			phases = append(phases, a.phase)
		}
		begins = ends
	}
	return phases
}

func (s course) pauses() bool {
	return slices.ContainsFunc(s, func(a act) bool { return a.phase == "paused" })
}

// The clusters with a permanent error, and the error of a read of each, unless it times out before: once the API has responded to any
// read, a page that looks like a proxy's is transient.
var broken = map[string]string{
	"redirected": summary.Redirected(summary.Cluster("redirected")),
	"sign-in":    summary.InvalidResponse(summary.Cluster("sign-in")),
	"skewed":     summary.ClockSkew,
	"nobody":     summary.ClusterNotFound(summary.Cluster("nobody")),
}

// healthy is a cluster that is read before anything goes wrong, and that nothing is read of later.
const healthy = "healthy"

// dice are what a round is made by.
type dice struct{ *rand.Rand }

func oneOf[T any](d dice, all ...T) T { return all[d.IntN(len(all))] }

func (d dice) chance(p float64) bool { return d.Float64() < p }

func (d dice) between(shortest, longest time.Duration) time.Duration {
	return shortest + time.Duration(d.Int64N(int64(longest-shortest)+1))
}

// story makes up one that takes up to the given time.
func (d dice) story(longest time.Duration) (s course) {
	steps := 1 + d.IntN(4)
	for range steps {
		a := act{phase: "running", step: scenario.Step{Phase: story.Running}}
		switch chance := d.Float64(); {
		case chance < 0.1:
			a = act{phase: "unknown", step: scenario.Step{Phase: story.Unknown}}
		case chance < 0.15:
			a = act{phase: "paused", step: scenario.Step{Phase: story.Paused}}
		case chance < 0.3:
			a.step = scenario.Step{Phase: story.Running, Responses: map[string]json.RawMessage{"GetUpgradeStatus": []byte(oneOf(d,
				`{"status":"success","upgrade_step":"success","upgrade_task":{"status":"running","message":null}}`,
				`{"status":"Success","upgrade_step":"PRECHECKING","upgrade_task":null}`,
				`{"upgrade_task":{"status":"Failed"},"upgrade_step":"success","status":"running"}`,
			))}}
		}
		a.step.For = d.between(longest/time.Duration(4*steps), longest/time.Duration(steps))
		s = append(s, a)
	}
	end := oneOf(d, story.Succeeded, story.Succeeded, story.Succeeded, story.Failed, story.Idle)
	return append(s, act{phase: string(end), step: scenario.Step{Phase: end}})
}

// scenario is that of the stories, with all that hands out short sessions.
func (d dice) scenario(seed uint64, stories map[string]course, throttled bool) *scenario.Scenario {
	s := &scenario.Scenario{
		AccessKeys:     []scenario.AccessKey{{ID: "testak", Secret: "testsk"}},
		Format:         oneOf(d, response.JSON, response.JSON, response.XML, response.RootedXML),
		Clusters:       make(map[string]scenario.Cluster),
		FaultSeed:      seed,
		Roles:          []scenario.Role{{ARN: role, Trusts: []string{"testak"}, SessionSeconds: roleSeconds}},
		CredentialsURI: &scenario.CredentialsURI{Path: credentialsPath, SessionSeconds: sessionSeconds},
	}
	if throttled && d.chance(0.5) {
		s.RateLimit = &gateway.RateLimit{RequestsPerSecond: 2 * len(stories), Status: oneOf(d, 429, 400), Headers: d.chance(0.5)}
	}
	for id, story := range stories {
		var steps []scenario.Step
		for _, a := range story {
			steps = append(steps, a.step)
		}
		s.Clusters[id] = scenario.Cluster{Timeline: steps}
	}
	for id := range broken {
		if id != "nobody" {
			s.Clusters[id] = scenario.Cluster{Timeline: []scenario.Step{{Phase: story.Succeeded}}}
		}
	}
	return s
}

const (
	role            = "acs:ram::1234567890123456:role/soak"
	credentialsPath = "/credentials"
	// sessionSeconds is what a session of the credentials URI lasts at most: not so long that one would do for a wait, and
	// longer than an attempt. The provider renews a session three minutes before its end, and so this one for each attempt.
	sessionSeconds = 6
	// roleSeconds makes it renew the session of a role every few seconds. Not for each attempt: for every call, credentials-go makes a
	// transport, which is kept until it has been idle for a minute and a half.
	roleSeconds = 184
)

// faults makes up what goes wrong: with the broken clusters always, with the others now and then.
func (d dice) faults(withTLS, throttled bool) []fault.Fault {
	all := []fault.Fault{
		{Kind: fault.Redirect, Cluster: "redirected"},
		{Kind: fault.HTTP, Cluster: "sign-in", HTTP: &response.Raw{
			Status: http.StatusOK, ContentType: "text/html", Body: "<html><body><h1>Sign in</h1>success</body></html>",
		}},
		{Kind: fault.ClockSkew, Cluster: "skewed"},
	}
	passing := []fault.Fault{
		{Kind: fault.Error, Status: oneOf(d, 500, 502, 503, 504), Body: fault.BodyJSON},
		{Kind: fault.Error, Status: oneOf(d, 500, 502, 503, 504), Body: oneOf(d, fault.BodyXML, fault.BodyHTML)},
		{Kind: fault.Error, Status: oneOf(d, 500, 502, 503, 504), Body: oneOf(d, fault.BodyEmpty, fault.BodyTruncated)},
		{Kind: fault.HTTP, HTTP: &response.Raw{Status: http.StatusOK, ContentType: "text/html", Body: "<html>success</html>"}},
		{Kind: fault.HTTP, HTTP: &response.Raw{Status: http.StatusBadGateway, ContentType: "application/json", Body: `{"status":"success","upgrade_step":"success"}`}},
	}
	for _, kind := range []fault.Kind{
		fault.NonceUsed, fault.Redirect, fault.Reset, fault.Silent, fault.ResetInBody, fault.SilentInBody,
		fault.Slow, fault.LongLength, fault.ShortLength, fault.Oversized, fault.NotUTF8, fault.CutGzip,
		fault.Refused, fault.SilentConnection,
	} {
		passing = append(passing, fault.Fault{Kind: kind})
	}
	if throttled {
		passing = append(passing,
			fault.Fault{Kind: fault.Throttled, TimeLeft: d.between(0, time.Second).Truncate(time.Millisecond)},
			fault.Fault{Kind: fault.Throttled, Status: http.StatusBadRequest, RetryAfter: time.Second},
		)
	}
	if withTLS {
		passing = append(passing, fault.Fault{Kind: fault.HTTP1})
	}
	for _, f := range passing {
		f.Probability = 0.02 * d.Float64()
		if f.Kind == fault.Throttled { // As often as that by chance, all would have to slow down for good.
			f.Count = 2
		}
		if f.Kind == fault.Refused {
			f.For = d.between(10*time.Millisecond, 300*time.Millisecond)
			f.Count = 3
		}
		if f.Kind == fault.HTTP1 {
			f.Probability = 0.5
		}
		all = append(all, f)
	}
	return all
}

// clusterID names a cluster by its number.
func clusterID(i int) string { return fmt.Sprint("c-", i) }
