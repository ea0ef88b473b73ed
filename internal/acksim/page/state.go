package page

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/story"
)

// shownClusters is how many clusters the page shows at a time. More would slow down the browser, and be too many to read.
const shownClusters = 25

// Of a timeline, the page shows the step that is played, and so many before and after it.
const (
	shownBefore = 12
	shownAfter  = 6
)

// notACK is what the page calls the phase of a cluster that gets a response which is not ACK's.
const notACK story.Phase = "not-ack"

// state is all that the page shows.
type state struct {
	About    string       `json:"about"`
	Requests int          `json:"requests"`
	Other    []request    `json:"other"`
	Phases   []phaseCount `json:"phases"`
	// Total is how many clusters there are, Matching how many of them the filter lets pass, and Offset how many of those come
	// before the ones that are shown.
	Total    int       `json:"total"`
	Matching int       `json:"matching"`
	Offset   int       `json:"offset"`
	Clusters []cluster `json:"clusters"`
}

type phaseCount struct {
	Phase story.Phase `json:"phase"`
	Count int         `json:"count"`
}

type cluster struct {
	ID      string      `json:"id"`
	Name    string      `json:"name,omitempty"` // Where it is not the id.
	Region  string      `json:"region,omitempty"`
	About   string      `json:"about,omitempty"`
	Phase   story.Phase `json:"phase"`
	State   string      `json:"state,omitempty"`
	Version string      `json:"version,omitempty"`
	Next    string      `json:"next,omitempty"`
	Message string      `json:"message,omitempty"`
	Planned int64       `json:"planned,omitempty"` // When an upgrade is planned to begin, in milliseconds since 1970.

	Steps []step `json:"steps"`
	// First is the index of the first step that is shown, Step that of the one that is played, and Count how many there are.
	First int `json:"first"`
	Step  int `json:"step"`
	Count int `json:"count"`
	Polls int `json:"polls"`

	Actions      []acksim.Intervention `json:"actions"`
	Requests     []request             `json:"requests"`
	RequestCount int                   `json:"requestCount"`
}

type step struct {
	Phase   story.Phase `json:"phase"`
	Begun   int64       `json:"begun,omitempty"` // In milliseconds since 1970.
	For     int64       `json:"for,omitempty"`   // In milliseconds.
	Polls   int         `json:"polls,omitempty"`
	Status  int         `json:"status,omitempty"`
	Message string      `json:"message,omitempty"`
}

// filter says which clusters to show.
type filter struct {
	text   string
	phase  story.Phase
	active bool // Only those that were requested.
	offset int
}

func readFilter(r *http.Request) filter {
	query := url.Values{}
	if r.URL != nil {
		query = r.URL.Query()
	}
	offset, err := strconv.Atoi(query.Get("offset"))
	if err != nil || offset < 0 {
		offset = 0
	}
	return filter{
		text: strings.ToLower(strings.TrimSpace(query.Get("text"))), phase: story.Phase(query.Get("phase")),
		active: query.Get("active") == "true", offset: offset,
	}
}

// state returns what the page shows.
func (p *Page) state(f filter) state {
	other, count := p.requests.rest()
	s := state{About: p.about, Requests: count, Other: other.newest, Clusters: []cluster{}}
	all := p.simulator.Overviews()
	counts := make(map[story.Phase]int)
	active := p.requests.active()
	var matching []string
	for _, one := range all {
		phase := phaseOf(one.Phase)
		if !f.matches(one, active) {
			continue
		}
		counts[phase]++ // What a choice of this phase would leave.
		if f.phase == "" || f.phase == phase {
			matching = append(matching, one.ID)
		}
	}
	for _, phase := range append(story.Phases(), notACK) {
		if counts[phase] > 0 || phase == f.phase {
			s.Phases = append(s.Phases, phaseCount{phase, counts[phase]})
		}
	}
	s.Total, s.Matching = len(all), len(matching)
	s.Offset = min(f.offset, max(0, (len(matching)-1)/shownClusters*shownClusters))
	for _, id := range matching[s.Offset:min(len(matching), s.Offset+shownClusters)] {
		if view, ok := p.simulator.View(id); ok {
			s.Clusters = append(s.Clusters, clusterOf(view, p.requests.of(id)))
		}
	}
	return s
}

// matches reports whether a cluster matches the filter, apart from its phase.
func (f filter) matches(one acksim.Overview, active map[string]bool) bool {
	if f.active && !active[one.ID] {
		return false
	}
	return slices.ContainsFunc([]string{one.ID, one.Name, one.Region, one.About}, func(text string) bool {
		return strings.Contains(strings.ToLower(text), f.text)
	})
}

func phaseOf(phase story.Phase) story.Phase {
	if phase == "" {
		return notACK
	}
	return phase
}

func clusterOf(v acksim.View, l log) cluster {
	c := cluster{
		ID: v.ID, Name: v.Name, Region: v.Region, About: v.About, Phase: phaseOf(v.Phase),
		State: v.State, Version: v.CurrentVersion, Next: v.NextVersion, Message: v.Message, Planned: millis(v.PlannedStart),
		Step: v.Step, Count: len(v.Steps), Polls: v.Polls, First: max(0, v.Step-shownBefore),
		Actions: v.Interventions, Requests: l.newest, RequestCount: l.count,
	}
	if c.Name == c.ID {
		c.Name = ""
	}
	if c.Requests == nil {
		c.Requests = []request{}
	}
	for _, one := range v.Steps[c.First:min(len(v.Steps), v.Step+shownAfter+1)] {
		c.Steps = append(c.Steps, step{
			Phase: phaseOf(one.Phase), Begun: millis(one.Begun), For: one.For.Milliseconds(), Polls: one.Polls,
			Status: one.Status, Message: one.Message,
		})
	}
	return c
}
