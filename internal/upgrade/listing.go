package upgrade

import (
	"context"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/ack"
)

const (
	// tasksPerPage is how many tasks are asked for at a time. No maximum is documented; official clients ask for as many.
	tasksPerPage = 100
	// maxPages bounds how far a list is read.
	maxPages = 50
)

// listing reads a cluster's tasks as far as they decide.
type listing struct {
	scopes  []Scope
	summary taskSummary
	// ordered is whether all tasks so far came newest first. That is how the API lists them, as far as is known, and not
	// documented. descending is whether two of them show it: one task alone is in every order.
	ordered, descending bool
	oldest              time.Time
	seen                map[string]bool // The ids of the tasks so far.
	unnamed             int             // How many had none.
	// total is the smallest number of tasks that a page has said there are, and most the largest; -1 if none has.
	total, most int
	// short is whether a page had fewer tasks than it says a page has.
	short bool
}

// readTasks reads the tasks of a cluster, page by page, to where they decide.
func readTasks(ctx context.Context, api API, clusterID string, scopes []Scope) (*taskSummary, error) {
	l := &listing{scopes: scopes, ordered: true, seen: make(map[string]bool), total: -1, most: -1}
	for page := 1; page <= maxPages; page++ {
		p, err := api.DescribeClusterTasks(ctx, clusterID, page, tasksPerPage)
		if err != nil {
			return nil, err
		}
		if l.add(p) {
			return &l.summary, nil
		}
	}
	l.summary.doubt("the task list has more than %d pages, and only these were read", maxPages)
	return &l.summary, nil
}

// add takes in a page, and reports whether it was the last that is needed.
func (l *listing) add(p *ack.ClusterTasks) bool {
	if missing := p.TotalCount < 0 || p.TotalCount > l.count(); !p.Listed && missing { // Else it may stand for an empty list.
		l.summary.doubt("the response contains no task list")
		return true
	}
	if l.short && len(p.Tasks) > 0 {
		l.ordered = false // It was not the last, so some tasks may be missing between that page and this one.
	}
	l.short = len(p.Tasks) < min(p.PageSize, tasksPerPage)
	before := l.count()
	for _, t := range p.Tasks {
		l.addTask(t)
	}
	// A number that is smaller than that of the tasks so far is none: some servers count what is on the page, or nothing.
	if p.TotalCount >= l.count() {
		if l.total < 0 || p.TotalCount < l.total {
			l.total = p.TotalCount
		}
		l.most = max(l.most, p.TotalCount)
	}
	if l.decided() {
		return true
	}
	grows := l.count() > before
	if grows && !l.lastPage(p) {
		return false
	}
	switch {
	case l.count() < l.all():
		l.summary.doubt("the task list ends after %d of %d tasks", l.count(), l.all())
	case !grows && len(p.Tasks) > 0 && l.total < 0: // The server may not know of pages, or it may have come to the end.
		l.summary.doubt("a page of the task list repeats the previous page, and the total number of tasks is unknown")
	}
	return true
}

func (l *listing) addTask(t ack.ClusterTask) {
	l.summary.add(t, l.scopes)
	switch {
	case t.ID == nil:
		l.unnamed++
	case l.seen[*t.ID]:
		return // The list has moved. That says nothing of its order.
	default:
		l.seen[*t.ID] = true
	}
	l.ordered = l.ordered && !t.Created.IsZero() && (l.oldest.IsZero() || !t.Created.After(l.oldest))
	l.descending = l.descending || t.Created.Before(l.oldest)
	l.oldest = t.Created
}

// count is how many different tasks there were so far. A list that moves while it is read repeats some.
func (l *listing) count() int { return len(l.seen) + l.unnamed }

// decided reports whether no further task can change the phase: one is under way; or the newest is known. For a control
// plane that is where one was found while the list is in order, because one upgrade follows the other and the cluster's own
// state shows it. Node pools and add-ons upgrade side by side, and nothing else shows it, so their list is read to its end.
func (l *listing) decided() bool {
	onlyControlPlane := len(l.scopes) == 1 && l.scopes[0] == ScopeControlPlane
	return l.summary.underWay || onlyControlPlane && l.ordered && l.descending && l.summary.newest != nil
}

// lastPage reports whether a page is not full, and all tasks that are known of were there. Without a number of tasks in all,
// no page but an empty one is known to be the last: the API may give fewer than were asked for, and the size that it names
// may be no more than the one that it was asked for.
func (l *listing) lastPage(p *ack.ClusterTasks) bool {
	size := p.PageSize
	if size <= 0 || size > tasksPerPage {
		size = tasksPerPage
	}
	return l.total >= 0 && len(p.Tasks) < size && l.count() >= l.all()
}

// all returns how many tasks there must be for the list to be whole; -1 where that is not known. Tasks that come while a list is
// read in order come before those of its first page, and there is no need to have them. Out of order, they may be anywhere, and
// those that are missing may be others.
func (l *listing) all() int {
	if l.ordered {
		return l.total
	}
	return l.most
}
