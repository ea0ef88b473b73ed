package upgrade

import (
	"context"
	"fmt"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/ack"
)

const (
	// tasksPerPage is the requested page size. No maximum is documented; official clients request the same.
	tasksPerPage = 100
	// maxPages is the maximum number of pages that are read.
	maxPages = 50
)

// listing walks through a cluster's list of tasks, page by page.
type listing struct {
	// take takes in a task. A list that moves while it is read repeats some: again says that this one came before.
	take func(t ack.ClusterTask, again bool)
	// enough reports, after each page, whether no further task is needed.
	enough func(l *listing) bool
	// unclear says in words why the list is not known to be whole; empty when there is no doubt, or it is not needed to its end.
	unclear string
	// ended is whether the list was read to its end.
	ended bool
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
	summary := &taskSummary{}
	l := newListing(func(t ack.ClusterTask, _ bool) { summary.add(t, scopes) }, func(l *listing) bool { return summary.decided(l, scopes) })
	if err := l.read(ctx, api, clusterID); err != nil {
		return nil, err
	}
	if l.unclear != "" {
		summary.doubt("%s", l.unclear)
	}
	return summary, nil
}

func newListing(take func(ack.ClusterTask, bool), enough func(*listing) bool) *listing {
	return &listing{take: take, enough: enough, ordered: true, seen: make(map[string]bool), total: -1, most: -1}
}

// read reads the list, page by page, until enough of it is known, or it ends.
func (l *listing) read(ctx context.Context, api API, clusterID string) error {
	for page := 1; page <= maxPages; page++ {
		p, err := api.DescribeClusterTasks(ctx, clusterID, page, tasksPerPage)
		if err != nil {
			return err
		}
		if l.add(p) {
			return nil
		}
	}
	l.doubt("the task list has more than %d pages, and only these were read", maxPages)
	return nil
}

func (l *listing) doubt(format string, arguments ...any) {
	if l.unclear == "" {
		l.unclear = fmt.Sprintf(format, arguments...)
	}
}

// add takes in a page, and reports whether it was the last that is needed.
func (l *listing) add(p *ack.ClusterTasks) bool {
	if missing := p.TotalCount < 0 || p.TotalCount > l.count(); !p.Listed && missing { // Else it may stand for an empty list.
		l.doubt("the response contains no task list")
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
	last := l.lastPage(p)
	if l.enough(l) {
		l.ended = last
		return true
	}
	grows := l.count() > before
	if grows && !last {
		return false
	}
	l.ended = true
	switch {
	case l.count() < l.all():
		l.doubt("the task list ends after %d of %d tasks", l.count(), l.all())
	case !grows && len(p.Tasks) > 0 && l.total < 0: // The server may not know of pages, or it may have come to the end.
		l.doubt("a page of the task list repeats the previous page, and the total number of tasks is unknown")
	}
	return true
}

func (l *listing) addTask(t ack.ClusterTask) {
	l.take(t, t.ID != nil && l.seen[*t.ID])
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
func (s *taskSummary) decided(l *listing, scopes []Scope) bool {
	onlyControlPlane := len(scopes) == 1 && scopes[0] == ScopeControlPlane
	return s.underWay || onlyControlPlane && l.inOrder() && s.newest != nil
}

// inOrder reports whether the list is known to come newest first, as far as it was read.
func (l *listing) inOrder() bool { return l.ordered && l.descending }

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
