package upgrade_test

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/fault"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/response"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/scenario"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/story"
)

// act is one step of a cluster's timeline, and what it means.
type act struct {
	step scenario.Step
	// phase is the name of the phase; empty if the step is a foreign response, from which no phase may be read.
	phase string
	// restless is whether the cluster is not in a state of rest, although no upgrade is under way.
	restless bool
}

// ended reports whether no upgrade is under way in the act.
func (a act) ended() bool { return slices.Contains([]string{"idle", "succeeded", "failed"}, a.phase) }

// course is the timeline of one cluster.
type course struct {
	listed

	acts []act
	// polls is set if each act lasts for a number of responses instead of a time.
	polls bool
}

// at returns the number, from zero, and the act of a request, by the time since the first request and the number of earlier
// responses. It depends only on the scenario and the clock.
func (s course) at(elapsed time.Duration, polled int) (int, act) {
	var length time.Duration
	polls := 0
	for i, a := range s.acts[:len(s.acts)-1] {
		length, polls = length+a.step.For, polls+a.step.Polls
		if s.polls && polled < polls || !s.polls && elapsed < length {
			return i, a
		}
	}
	last := len(s.acts) - 1
	return last, s.acts[last]
}

// length is the time until the last act; if acts count polls, for polls at that interval.
func (s course) length(interval time.Duration) (length time.Duration) {
	for _, a := range s.acts[:len(s.acts)-1] {
		length += a.step.For + time.Duration(a.step.Polls)*interval
	}
	return length
}

// dice generate a case.
type dice struct{ *rand.Rand }

// oneOf returns one of several values.
func oneOf[T any](d dice, all ...T) T { return all[d.IntN(len(all))] }

func (d dice) chance(p float64) bool { return d.Float64() < p }

// between returns a time. Short and long times are equally likely.
func (d dice) between(shortest, longest time.Duration) time.Duration {
	if longest <= shortest {
		return shortest
	}
	exponent := d.Float64() * math.Log(float64(longest)/float64(shortest))
	return time.Duration(float64(shortest) * math.Exp(exponent)).Round(time.Millisecond)
}

// story generates a timeline of up to a dozen steps, which may have no end.
func (d dice) story() course {
	s := course{polls: d.chance(0.25)}
	longest := d.between(2*time.Second, 30*time.Minute)
	for range 1 + d.IntN(12) {
		a := d.act(oneOf(d, "running", "running", "running", "running", "paused", "unknown"))
		switch {
		case d.chance(0.04):
			a = d.act(oneOf(d, "succeeded", "failed", "idle")) // One upgrade after another.
		case d.chance(0.04):
			a = act{step: scenario.Step{HTTP: d.foreignResponse()}}
		}
		if s.polls {
			a.step.Polls = 1 + d.IntN(5)
		} else {
			a.step.For = d.between(time.Second, longest)
		}
		s.acts = append(s.acts, a)
	}
	s.acts = append(s.acts, d.act(oneOf(d, "succeeded", "succeeded", "succeeded", "failed", "idle", "running", "paused", "unknown")))
	return s
}

// act generates a step with the given phase: ACK's documented response, or one with values of the same meaning.
func (d dice) act(phase string) act {
	a := act{phase: phase, step: scenario.Step{Phase: story.Phase(phase)}} // Both use the same names.
	if !d.chance(0.4) {
		a.step.Responses = map[string]json.RawMessage{"GetUpgradeStatus": d.statusBody(d.words(phase))}
	}
	return a
}

// The values of each kind. missing is a missing field, and wrong an invalid value.
var (
	runningWords = []string{"running", "prechecking", "upgrading"}
	pauseWords   = []string{"pause", "paused"}
	failureWords = []string{"fail", "failed", "error", "canceled", "cancelled"}
	emptyValues  = []string{"", "empty", " ", missing, null}
	wrongValues  = []string{"rolling_back", "queued", "succeeded", "not success", "success!", "idle", "done", "0", wrong}
)

const (
	success    = "success"
	notStarted = "not_start"
	missing    = "(missing)"
	null       = "(null)"
	wrong      = "(wrong)"
)

// words generates the values of status, upgrade_step and upgrade_task.status for a phase. It starts from the phase, while the
// client starts from the values: it sets the value that decides, and adds others that must not matter.
func (d dice) words(phase string) [3]string {
	others := slices.Concat([]string{success, success, success, notStarted}, emptyValues)
	var words [3]string
	fill := func(from ...[]string) {
		for i := range words {
			words[i] = oneOf(d, slices.Concat(from...)...)
		}
	}
	// decide makes one field decide. With a running status, a failure does not count: the task is retried.
	decide := func(from ...string) {
		i := d.IntN(3)
		words[i] = oneOf(d, from...)
		if slices.Contains(runningWords, words[0]) && d.chance(0.2) {
			words[[...]int{1 + d.IntN(2), 2, 1}[i]] = oneOf(d, failureWords...)
		}
	}
	switch phase {
	case "running":
		fill(others, runningWords)
		decide(runningWords...)
	case "paused":
		fill(others, runningWords, wrongValues)
		decide(pauseWords...)
	case "unknown":
		fill(others, runningWords)
		decide(wrongValues...)
		if d.chance(0.1) { // No phase can be read.
			fill([]string{missing, null})
		}
	case "failed":
		fill(others, pauseWords, wrongValues)
		words[1+d.IntN(2)] = oneOf(d, slices.Concat(runningWords, failureWords)...)
		words[oneOf(d, 0, 0, 1, 2)] = oneOf(d, failureWords...)
	case "succeeded":
		fill([]string{success})
		words[d.IntN(3)] = oneOf(d, slices.Concat(emptyValues, []string{success})...)
	case "idle":
		if d.chance(0.2) { // Any number of unconfirmed successes.
			fill([]string{success})
			words[d.IntN(3)] = notStarted
			break
		}
		fill(emptyValues, []string{notStarted})
		words[d.IntN(3)] = success // No second field confirms it.
		words[d.IntN(3)] = oneOf(d, notStarted, "", "empty")
	}
	return words
}

// statusBody writes the values as ACK may: members in any order, values in any letter case, and unused members between them.
func (d dice) statusBody(words [3]string) []byte {
	var members []string
	add := func(name, word string) {
		if value := d.value(word); value != "" {
			members = append(members, fmt.Sprintf("%q:%s", name, value))
		}
	}
	add("status", words[0])
	add("upgrade_step", words[1])
	add("error_message", oneOf(d, "", missing, null, "Success", "node \"a\" <b> & c: success"))
	add("precheck_report_id", oneOf(d, missing, null, "r-1"))
	add("progress", oneOf(d, missing, "42", "upgrading", wrong))
	if words[2] == missing && d.chance(0.5) {
		add("upgrade_task", oneOf(d, missing, null))
	} else {
		task := []string{fmt.Sprintf(`"message":%q`, strings.Repeat("success ", d.IntN(9)))}
		if value := d.value(words[2]); value != "" {
			task = append(task, `"status":`+value)
		}
		d.Shuffle(len(task), func(i, j int) { task[i], task[j] = task[j], task[i] })
		members = append(members, `"upgrade_task":{`+strings.Join(task, ",")+"}")
	}
	d.Shuffle(len(members), func(i, j int) { members[i], members[j] = members[j], members[i] })
	return []byte("{" + strings.Join(members, ",") + "}")
}

// value writes a value in JSON; an empty result omits the field. Invalid values are also invalid in XML.
func (d dice) value(word string) string {
	switch word {
	case missing:
		return ""
	case null:
		return "null"
	case wrong:
		return oneOf(d, "5", "true", "0.5", `{"status":"success"}`, `{"a":1}`)
	}
	switch d.IntN(6) {
	case 0:
		word = strings.ToUpper(word)
	case 1:
		word = strings.ToUpper(word[:min(len(word), 1)]) + word[min(len(word), 1):]
	case 2:
		word = " " + word + "\t"
	}
	return fmt.Sprintf("%q", word)
}

// foreignResponse generates a response that is not from ACK. Some are similar to a success.
func (d dice) foreignResponse() *response.Raw {
	const (
		good    = `"status":"success","upgrade_step":"success","upgrade_task":{"status":"Success"}`
		element = "<status>success</status><upgrade_step>success</upgrade_step>"
		asJSON  = "application/json"
	)
	return oneOf(d,
		&response.Raw{Status: http.StatusOK, ContentType: "text/html", Body: "<html><body>success</body></html>"},
		&response.Raw{Status: http.StatusOK, ContentType: "application/xml", Body: "<html><body><status>success</status></body></html>"},
		&response.Raw{Status: http.StatusOK, ContentType: asJSON, Body: "{" + good},
		&response.Raw{Status: http.StatusOK, ContentType: asJSON, Body: "{" + good + `}{"status":"running"}`},
		&response.Raw{Status: http.StatusOK, ContentType: asJSON, Body: "{" + good + `,"status":"running"}`},
		&response.Raw{Status: http.StatusOK, ContentType: asJSON, Body: "{" + good + `,"code":"ServiceUnavailable"}`},
		&response.Raw{Status: http.StatusOK, ContentType: asJSON, Body: "[{" + good + "}]"},
		&response.Raw{Status: http.StatusOK, ContentType: asJSON, Body: "null"},
		&response.Raw{Status: http.StatusOK, ContentType: asJSON},
		&response.Raw{Status: http.StatusOK, ContentType: "text/xml", Body: element + "<upgrade_task><status>Success"},
		&response.Raw{Status: http.StatusOK, ContentType: "text/xml", Body: element},
		&response.Raw{Status: http.StatusNoContent},
		&response.Raw{Status: http.StatusNotModified},
		&response.Raw{Status: http.StatusFound, ContentType: asJSON, Body: "{" + good + "}", Headers: map[string]string{"Location": "/"}},
		&response.Raw{Status: http.StatusForbidden, ContentType: asJSON, Body: "{" + good + "}"},
		&response.Raw{Status: http.StatusBadGateway, ContentType: asJSON, Body: "{" + good + "}"},
		&response.Raw{Status: http.StatusServiceUnavailable, ContentType: asJSON, Body: "{" + good + "}"},
	)
}

// faults generates the faults of requests.
func (d dice) faults(clusters []string) (all []fault.Fault) {
	if d.chance(0.2) {
		return nil
	}
	kinds := slices.DeleteFunc(fault.Kinds(), fault.Kind.OfConnection)
	for range 1 + d.IntN(5) {
		f := fault.Fault{Kind: oneOf(d, kinds...), Count: d.IntN(4), Probability: 0.01 * math.Pow(50, d.Float64())}
		f.Operation = oneOf(d, "", "", "GetUpgradeStatus", "DescribeClusterTasks", "DescribeClusterDetail")
		if d.chance(0.3) {
			f.Cluster = oneOf(d, clusters...)
		}
		if f.Count > 0 && d.chance(0.3) {
			f.Probability = 0
		}
		seconds := time.Duration(d.IntN(20)) * time.Second
		if f.Kind == fault.Throttled {
			f.Status = oneOf(d, 0, http.StatusTooManyRequests, http.StatusBadRequest)
			f.Code = oneOf(d, "", "Throttling", "Throttling.Api")
			f.TimeLeft, f.RetryAfter = oneOf(d, 0, seconds/8), oneOf(d, 0, seconds)
		}
		if f.Kind == fault.Error {
			f.Status = oneOf(d, 0, 500, 502, 504, 501)
			f.Body = oneOf(d, fault.BodyJSON, fault.BodyXML, fault.BodyHTML, fault.BodyEmpty, fault.BodyTruncated)
			f.RetryAfter = oneOf(d, 0, seconds)
		}
		if f.Kind == fault.ClockSkew {
			f.Skew = oneOf(d, time.Hour, -time.Hour, 5*time.Minute)
		}
		if f.Kind == fault.HTTP {
			f.HTTP = d.foreignResponse()
		}
		all = append(all, f)
	}
	return all
}
