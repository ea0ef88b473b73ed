package upgrade

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/ack"
)

// readList reads a list for some scopes, in a cluster without an upgrade.
func readList(t *testing.T, l *list, scopes ...Scope) *Reading {
	t.Helper()
	summary, err := readTasks(t.Context(), &fakeAPI{tasks: l.serve}, "c1", scopes)
	if err != nil {
		t.Fatal(err)
	}
	return fromTasks("c1", summary, &ack.ClusterDetail{State: ptr("running")})
}

func fixed(total int) func(int) int { return func(int) int { return total } }

func pagesUpTo(n int) (all []int) {
	for page := range n {
		all = append(all, page+1)
	}
	return all
}

// oldestFirst returns tasks in reverse order.
func oldestFirst(tasks ...ack.ClusterTask) []ack.ClusterTask {
	slices.Reverse(tasks)
	return tasks
}

func TestReadTasks(t *testing.T) {
	controlPlane, nodePools := []Scope{ScopeControlPlane}, []Scope{ScopeNodePools}
	join := slices.Concat[[]ack.ClusterTask]
	one := func(task ack.ClusterTask) []ack.ClusterTask { return []ack.ClusterTask{task} }
	for name, test := range map[string]struct {
		list   *list
		scopes []Scope
		want   Phase
		pages  []int
		says   string // In the text of the response.
	}{
		"no tasks at all":                        {(&list{}).honestly(), controlPlane, PhaseIdle, pagesUpTo(1), "no upgrade task"},
		"no tasks, and no number of them":        {&list{}, controlPlane, PhaseIdle, pagesUpTo(1), ""},
		"one task":                               {(&list{tasks: one(upgradeAt(1, "success"))}).honestly(), controlPlane, PhaseSucceeded, pagesUpTo(1), ""},
		"one task, and no number of them":        {&list{tasks: one(upgradeAt(1, "success"))}, controlPlane, PhaseSucceeded, pagesUpTo(2), ""},
		"one page without an upgrade":            {(&list{tasks: otherTasks(99, 0)}).honestly(), controlPlane, PhaseIdle, pagesUpTo(1), ""},
		"one full page without an upgrade":       {(&list{tasks: otherTasks(100, 0)}).honestly(), controlPlane, PhaseIdle, pagesUpTo(2), ""},
		"three pages without an upgrade":         {(&list{tasks: otherTasks(250, 0)}).honestly(), controlPlane, PhaseIdle, pagesUpTo(3), ""},
		"an upgrade behind 250 other tasks":      {(&list{tasks: join(otherTasks(250, 9), one(upgradeAt(5, "failed")))}).honestly(), controlPlane, PhaseFailed, pagesUpTo(3), ""},
		"an upgrade on the first page, in order": {(&list{tasks: join(one(upgradeAt(999, "success")), otherTasks(300, 0))}).honestly(), controlPlane, PhaseSucceeded, pagesUpTo(1), ""},
		"an upgrade on the second page, in order": {
			(&list{tasks: join(otherTasks(150, 400), one(upgradeAt(390, "success")), otherTasks(300, 0))}).honestly(),
			controlPlane, PhaseSucceeded, pagesUpTo(2), "",
		},
		"oldest first, the newer of two on the last page": {
			(&list{tasks: oldestFirst(join(one(upgradeAt(999, "failed")), otherTasks(150, 100), one(upgradeAt(50, "success")), otherTasks(20, 0))...)}).honestly(),
			controlPlane, PhaseFailed, pagesUpTo(2), "",
		},
		"oldest first, one that runs on the last page": {
			(&list{tasks: oldestFirst(join(one(upgradeAt(999, "running")), otherTasks(150, 100), one(upgradeAt(50, "success")))...)}).honestly(),
			controlPlane, PhaseRunning, pagesUpTo(2), "",
		},
		"oldest first, in pages of one": {
			(&list{tasks: oldestFirst(upgradeAt(3, "failed"), upgradeAt(2, "success"), upgradeAt(1, "success")), size: 1, says: true}).honestly(),
			controlPlane, PhaseFailed, pagesUpTo(4), "",
		},
		"out of order on the first page": {
			(&list{tasks: join(otherTasks(3, 0), one(upgradeAt(500, "success")), otherTasks(200, 100))}).honestly(),
			controlPlane, PhaseSucceeded, pagesUpTo(3), "",
		},
		"a task without a time is out of order": {
			(&list{tasks: join(one(upgradeAt(900, "success")), one(ack.ClusterTask{ID: ptr("x"), Type: ptr("cluster_create"), State: ptr("success")}), otherTasks(200, 100))}).honestly(),
			controlPlane, PhaseSucceeded, pagesUpTo(3), "",
		},
		"a running task stops at once, also out of order": {
			(&list{tasks: join(otherTasks(3, 0), one(upgradeAt(500, "running")), otherTasks(200, 100))}).honestly(),
			controlPlane, PhaseRunning, pagesUpTo(1), "",
		},
		"a running node pool stops at once": {
			(&list{tasks: join(one(nodePoolAt(900, "running")), otherTasks(200, 100))}).honestly(),
			nodePools, PhaseRunning, pagesUpTo(1), "",
		},
		"node pools are read to the end": {
			(&list{tasks: join(one(nodePoolAt(900, "success")), otherTasks(250, 100), one(nodePoolAt(90, "running")))}).honestly(),
			nodePools, PhaseRunning, pagesUpTo(3), "",
		},
		"control plane and node pools are read to the end": {
			(&list{tasks: join(one(upgradeAt(900, "success")), otherTasks(250, 100), one(nodePoolAt(90, "success")))}).honestly(),
			[]Scope{ScopeControlPlane, ScopeNodePools},
			PhaseSucceeded, pagesUpTo(3), "",
		},
		"a paused one on the first page, in order": {
			(&list{tasks: join(one(upgradeAt(900, "paused")), otherTasks(250, 100))}).honestly(), controlPlane, PhasePaused, pagesUpTo(1), "",
		},
		"smaller pages, said":        {(&list{tasks: otherTasks(25, 0), size: 10, says: true}).honestly(), controlPlane, PhaseIdle, pagesUpTo(3), ""},
		"smaller pages, not said":    {(&list{tasks: otherTasks(25, 0), size: 10}).honestly(), controlPlane, PhaseIdle, pagesUpTo(3), ""},
		"smaller pages, without all": {&list{tasks: otherTasks(25, 0), size: 10, says: true}, controlPlane, PhaseIdle, pagesUpTo(4), ""},
		"smaller pages that claim to be as large as requested, without all": {
			&list{tasks: join(otherTasks(10, 9), one(upgradeAt(5, "failed"))), size: 10, says: true, claims: 100}, controlPlane, PhaseFailed, pagesUpTo(3), "",
		},
		"a page that claims to be larger than requested": {
			(&list{tasks: slices.Concat(otherTasks(100, 900), one(upgradeAt(500, "failed")), otherTasks(300, 0)), says: true, claims: 1000}).honestly(),
			controlPlane, PhaseFailed, pagesUpTo(2), "",
		},
		"no total at all": {&list{tasks: otherTasks(250, 0)}, controlPlane, PhaseIdle, pagesUpTo(4), ""},
		"a total of 0 beside tasks": {
			&list{tasks: join(otherTasks(10, 9), one(upgradeAt(5, "failed"))), size: 10, total: fixed(0)}, controlPlane, PhaseFailed, pagesUpTo(2), "",
		},
		"a total that is too small": {
			&list{tasks: join(otherTasks(10, 9), one(upgradeAt(5, "failed"))), size: 10, total: fixed(9)}, controlPlane, PhaseFailed, pagesUpTo(2), "",
		},
		"a total that is too large": {
			&list{tasks: otherTasks(10, 0), total: fixed(11)}, controlPlane, PhaseUnknown, pagesUpTo(2), "ends after 10 of 11",
		},
		"a total that becomes 0": {
			&list{tasks: otherTasks(100, 0), total: func(page int) int { return 150 * (2 - min(page, 2)) }},
			controlPlane, PhaseUnknown, pagesUpTo(2), "ends after 100 of 150",
		},
		"a task that comes while the list is read": {
			(&list{tasks: otherTasks(150, 0), change: func(l *list, page int) {
				if page == 2 {
					l.tasks = join(otherTasks(1, 500), l.tasks)
				}
			}}).honestly(), controlPlane, PhaseIdle, pagesUpTo(2), "",
		},
		"several tasks that come while the list is read": {
			(&list{tasks: join(otherTasks(148, 0), one(upgradeAt(-1, "success")), otherTasks(200, -300)), change: func(l *list, page int) {
				if page == 2 {
					l.tasks = join(otherTasks(9, 500), l.tasks)
				}
			}}).honestly(), controlPlane, PhaseSucceeded, pagesUpTo(2), "",
		},
		"several tasks that come while a list is read that is out of order": {
			(&list{tasks: oldestFirst(otherTasks(150, 0)...), change: func(l *list, page int) {
				if page == 2 { // In the part that was read already.
					l.tasks = join(l.tasks[:50], one(upgradeAt(900, "failed")), l.tasks[50:])
				}
			}}).honestly(), controlPlane, PhaseUnknown, pagesUpTo(3), "ends after 150 of 151",
		},
		"a page that lacks some of its tasks": {
			(&list{tasks: join(otherTasks(20, 900), one(upgradeAt(800, "failed")), otherTasks(100, 300), one(upgradeAt(100, "success")), otherTasks(100, -50)), size: 50, says: true, lacks: map[int]int{1: 31}}).honestly(),
			controlPlane, PhaseUnknown, pagesUpTo(6), "ends after 191 of 222",
		},
		"a list that becomes shorter while it is read": {
			(&list{tasks: otherTasks(250, 0), change: func(l *list, page int) { l.tasks = l.tasks[:250-10*(page-1)] }}).honestly(),
			controlPlane, PhaseIdle, pagesUpTo(3), "",
		},
		"a list that moves by a whole page": {
			(&list{tasks: otherTasks(30, 0), size: 10, says: true, change: func(l *list, page int) {
				if page > 1 {
					l.tasks = join(otherTasks(10, 1000*page), l.tasks)
				}
			}}).honestly(), controlPlane, PhaseUnknown, pagesUpTo(2), "ends after 10 of 30",
		},
		"a list that is cut short": {
			(&list{tasks: otherTasks(150, 0), total: fixed(250)}), controlPlane, PhaseUnknown, pagesUpTo(3), "ends after 150 of 250",
		},
		"a list that is cut short behind an upgrade, in order": {
			(&list{tasks: join(one(upgradeAt(900, "success")), otherTasks(10, 0)), total: fixed(250)}), controlPlane, PhaseSucceeded, pagesUpTo(1), "",
		},
		"a list that is cut short behind an upgrade, out of order": {
			(&list{tasks: join(otherTasks(10, 0), one(upgradeAt(900, "paused"))), total: fixed(250)}), controlPlane, PhaseUnknown, pagesUpTo(2), "ends after 11 of 250",
		},
		"pages ignored, and all tasks on the first": {
			(&list{tasks: otherTasks(30, 0), ignoresPage: true}).honestly(), controlPlane, PhaseIdle, pagesUpTo(1), "",
		},
		"pages ignored": {
			(&list{tasks: otherTasks(150, 0), ignoresPage: true}).honestly(), controlPlane, PhaseUnknown, pagesUpTo(2), "ends after 100 of 150",
		},
		"pages ignored, without a total": {
			&list{tasks: otherTasks(150, 0), ignoresPage: true}, controlPlane, PhaseUnknown, pagesUpTo(2), "a page of the task list repeats the previous page",
		},
		"everything at once": {
			(&list{tasks: join(otherTasks(250, 9), one(upgradeAt(5, "canceled"))), size: 1000, ignoresPage: true}).honestly(), controlPlane, PhaseFailed, pagesUpTo(1), "",
		},
		"everything at once, without an upgrade": {
			(&list{tasks: otherTasks(250, 0), size: 1000, ignoresPage: true}).honestly(), controlPlane, PhaseIdle, pagesUpTo(2), "",
		},
		"everything at once, and no other page": {
			(&list{tasks: otherTasks(250, 0), size: 1000, says: true}).honestly(), controlPlane, PhaseIdle, pagesUpTo(2), "",
		},
		"50 pages": {
			(&list{tasks: otherTasks(4999, 0)}).honestly(), controlPlane, PhaseIdle, pagesUpTo(50), "",
		},
		"more than 50 pages": {
			(&list{tasks: otherTasks(6000, 0)}).honestly(), controlPlane, PhaseUnknown, pagesUpTo(50), "the task list has more than 50 pages",
		},
		"more than 50 pages, and an upgrade behind them": {
			(&list{tasks: join(otherTasks(600, 9), one(upgradeAt(5, "success"))), size: 10, says: true}).honestly(), controlPlane, PhaseUnknown, pagesUpTo(50), "more than 50 pages",
		},
		"more than 50 pages, and an upgrade in them": {
			(&list{tasks: join(otherTasks(400, 900), one(upgradeAt(5, "success")), otherTasks(600, -700)), size: 10, says: true}).honestly(), controlPlane, PhaseSucceeded, pagesUpTo(41), "",
		},
		"an unclassified task that runs on another page": {
			(&list{tasks: join(otherTasks(150, 9), one(ack.ClusterTask{ID: ptr("x"), Type: ptr("cluster_rebalance"), State: ptr("running"), Created: moment(1)}))}).honestly(),
			controlPlane, PhaseUnknown, pagesUpTo(2), `a task of the unknown type "cluster_rebalance" has the state "running"`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := readList(t, test.list, test.scopes...)
			if r.Phase != test.want || !strings.Contains(r.Response, test.says) {
				t.Errorf("got %s, want %s: %s", r.Phase, test.want, r.Response)
			}
			if diff := cmp.Diff(test.pages, test.list.pages); diff != "" {
				t.Errorf("requested pages, -want +got:\n%s", diff)
			}
		})
	}
}

// Some servers return an empty list as null. A missing list is an error.
func TestAResponseWithoutATaskList(t *testing.T) {
	page := func(listed bool, total int, tasks ...ack.ClusterTask) *ack.ClusterTasks {
		return &ack.ClusterTasks{Listed: listed, PageSize: -1, TotalCount: total, Tasks: tasks}
	}
	for name, test := range map[string]struct {
		pages []*ack.ClusterTasks
		want  Phase
	}{
		"where there are no tasks":             {[]*ack.ClusterTasks{page(false, 0)}, PhaseIdle},
		"where there are tasks":                {[]*ack.ClusterTasks{page(false, 3)}, PhaseUnknown},
		"where nobody says whether there are":  {[]*ack.ClusterTasks{page(false, -1)}, PhaseUnknown},
		"after the last page":                  {[]*ack.ClusterTasks{page(true, 100, otherTasks(100, 0)...), page(false, 100)}, PhaseIdle},
		"after the last page, without a total": {[]*ack.ClusterTasks{page(true, -1, otherTasks(100, 0)...), page(false, -1)}, PhaseUnknown},
		"before the last page":                 {[]*ack.ClusterTasks{page(true, 150, otherTasks(100, 0)...), page(false, 150)}, PhaseUnknown},
		"before the last page, with 0 tasks":   {[]*ack.ClusterTasks{page(true, 150, otherTasks(100, 0)...), page(false, 0)}, PhaseUnknown},
	} {
		t.Run(name, func(t *testing.T) {
			api := &fakeAPI{tasks: func(_ context.Context, _ string, n, _ int) (*ack.ClusterTasks, error) {
				if n > len(test.pages) {
					return nil, fmt.Errorf("page %d was requested", n)
				}
				return test.pages[n-1], nil
			}}
			summary, err := readTasks(t.Context(), api, "c1", []Scope{ScopeControlPlane})
			if err != nil {
				t.Fatal(err)
			}
			if r := fromTasks("c1", summary, &ack.ClusterDetail{State: ptr("running")}); r.Phase != test.want {
				t.Errorf("got %s, want %s: %s", r.Phase, test.want, r.Response)
			}
		})
	}
}

func TestAPageThatCannotBeReadIsAnError(t *testing.T) {
	broken := errors.New("broken")
	l := (&list{tasks: otherTasks(250, 0)}).honestly()
	api := &fakeAPI{tasks: func(ctx context.Context, id string, page, size int) (*ack.ClusterTasks, error) {
		if page == 3 {
			return nil, broken
		}
		return l.serve(ctx, id, page, size)
	}}
	if summary, err := readTasks(t.Context(), api, "c1", Scopes()); !errors.Is(err, broken) || summary != nil {
		t.Errorf("got %v, %v", summary, err)
	}
}
