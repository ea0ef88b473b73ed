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

// listing reads the list of a cluster's tasks, page by page.
type listing struct {
	// take is called for each task. A list that changes while it is read repeats some tasks: again is true for a repeated one.
	take func(t ack.ClusterTask, again bool)
	// enough reports, after each page, whether no further task is needed.
	enough func(l *listing) bool
	// unclear is the reason why the list may be incomplete; empty if it is complete, or not needed to its end.
	unclear string
	// ended is whether the list was read to its end.
	ended bool
	// ordered is whether all tasks so far were listed newest first. The API is known to use this order, but does not document it.
	// descending is whether two tasks show the order: a single task is in every order.
	ordered, descending bool
	oldest              time.Time
	seen                map[string]bool // The ids of the tasks so far.
	unnamed             int             // The number of tasks without an ID.
	// total is the smallest total count in a page, and most the largest; -1 if no page has one.
	total, most int
	// short is whether a page had fewer tasks than its page size.
	short bool
}

// readTasks reads the tasks of a cluster, page by page, until the phase is certain.
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

// read reads the list, page by page, until enough tasks are known or the list ends.
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

// add adds a page, and reports whether no further page is needed.
func (l *listing) add(p *ack.ClusterTasks) bool {
	if missing := p.TotalCount < 0 || p.TotalCount > l.count(); !p.Listed && missing { // Otherwise it may be an empty list.
		l.doubt("the response contains no task list")
		return true
	}
	if l.short && len(p.Tasks) > 0 {
		l.ordered = false // It was not the last page, so tasks may be missing between that page and this one.
	}
	l.short = len(p.Tasks) < min(p.PageSize, tasksPerPage)
	before := l.count()
	for _, t := range p.Tasks {
		l.addTask(t)
	}
	// A number that is smaller than that of the tasks so far is ignored: some servers return the count of the page, or zero.
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
	case !grows && len(p.Tasks) > 0 && l.total < 0: // The server may not support pages, or the list may have ended.
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
		return // The list has changed. Its order is not affected.
	default:
		l.seen[*t.ID] = true
	}
	l.ordered = l.ordered && !t.Created.IsZero() && (l.oldest.IsZero() || !t.Created.After(l.oldest))
	l.descending = l.descending || t.Created.Before(l.oldest)
	l.oldest = t.Created
}

// count is the number of different tasks so far. A list that changes while it is read repeats some.
func (l *listing) count() int { return len(l.seen) + l.unnamed }

// decided reports whether no further task can change the phase: a task is under way, or the newest is known. For the control
// plane, the newest is the first one of a list in order, because upgrades run one after another and the state of the cluster
// shows them. Node pools and add-ons are upgraded in parallel, and no other state shows it, so the list is read to its end.
func (s *taskSummary) decided(l *listing, scopes []Scope) bool {
	onlyControlPlane := len(scopes) == 1 && scopes[0] == ScopeControlPlane
	return s.underWay || onlyControlPlane && l.inOrder() && s.newest != nil
}

// inOrder reports whether the tasks read so far are known to be listed newest first.
func (l *listing) inOrder() bool { return l.ordered && l.descending }

// lastPage reports whether a page is not full and all known tasks were listed. Without a total count, only an empty page is known
// to be the last: the API may return fewer tasks than requested, and the page size in the response may only repeat the request.
func (l *listing) lastPage(p *ack.ClusterTasks) bool {
	size := p.PageSize
	if size <= 0 || size > tasksPerPage {
		size = tasksPerPage
	}
	return l.total >= 0 && len(p.Tasks) < size && l.count() >= l.all()
}

// all returns the number of tasks of the complete list, or -1 if unknown. In a list that is in order, tasks that are created
// during the read are listed before the first page, and are not needed. Otherwise, they may be anywhere, and the missing tasks
// may be others.
func (l *listing) all() int {
	if l.ordered {
		return l.total
	}
	return l.most
}
