package acksim

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/operation"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/scenario"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/story"
)

// cluster is one cluster, and how far its story has come. It is guarded by the simulator's lock.
type cluster struct {
	spec  scenario.Cluster
	story *story.Story
	// polls are the newest moments that each list was polled at, as many as it lags: a further page is of the same moment
	// as the first one.
	polls map[string][]story.Moment
	// paused is what is left of the timeline while the upgrade is paused by hand.
	paused []scenario.Step
}

func newCluster(id, region string, spec scenario.Cluster) *cluster {
	// What a test changes in its scenario later must change nothing here.
	spec.Timeline, spec.History, spec.Tags = slices.Clone(spec.Timeline), slices.Clone(spec.History), maps.Clone(spec.Tags)
	spec.VisibleTo, spec.Plans = slices.Clone(spec.VisibleTo), slices.Clone(spec.Plans)
	return &cluster{spec: spec, story: spec.Story(id, region), polls: make(map[string][]story.Moment)}
}

// isIn reports whether a request that is sent to a region finds the cluster.
func (c *cluster) isIn(region string) bool { return c.spec.Region == "" || c.spec.Region == region }

// isVisibleTo reports whether a request finds the cluster that is signed by a key, or by a session of a role.
func (c *cluster) isVisibleTo(identity string) bool {
	return len(c.spec.VisibleTo) == 0 || slices.ContainsFunc(c.spec.VisibleTo, func(who string) bool {
		return identity == who || strings.HasPrefix(identity, who+"/") // A role's ARN, a slash, and the session's name.
	})
}

// movingTask is the type of the tasks that begin while a list moves.
const movingTask = "nodepool_scaleout"

// report returns the step that is played, and what renders the operation's response in it, which needs no lock any more: nil where the
// request names a task that does not exist now. A request for a further page of a list counts as no poll.
func (c *cluster) report(
	o operation.Operation, r operation.Request, record *Request,
) (step scenario.Step, render func() json.RawMessage) {
	var now story.Moment
	if r.Page.Number > 1 {
		now = c.story.Look(record.Time)
		if c.spec.Listing.Moves {
			c.story.Add(movingTask, record.Time)
		}
	} else {
		now = c.story.Poll(o.Action, record.Time)
	}
	step = c.spec.Timeline[now.Step]
	record.Step, record.Phase = now.Step+1, step.Phase
	if step.HTTP != nil {
		return step, nil
	}
	if body, ok := step.Responses[o.Action]; ok {
		return step, func() json.RawMessage { return body }
	}
	if o.Paged {
		now = c.lag(o.Action, now, r.Page.Number == 1)
	}
	r.Truth, r.Listing = c.story.At(now), c.spec.Listing
	record.Phase = r.Truth.Phase // A plan may have begun an upgrade that the step knows nothing of.
	if id := r.Task.ID; id != "" {
		var ok bool
		if r.Task, ok = r.Truth.Task(id); !ok {
			return step, nil
		}
	}
	return step, func() json.RawMessage { return o.Render(r) }
}

// lag returns the moment that a list is of.
func (c *cluster) lag(name string, now story.Moment, first bool) story.Moment {
	l := c.spec.Listing
	if l.Lag > 0 {
		return c.story.Ago(now, l.Lag)
	}
	if l.LagPolls == 0 {
		return now
	}
	if first || len(c.polls[name]) == 0 {
		c.polls[name] = append(c.polls[name], now)
		if len(c.polls[name]) > l.LagPolls+1 {
			c.polls[name] = c.polls[name][1:]
		}
	}
	return c.polls[name][0]
}
