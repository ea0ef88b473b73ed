package upgrade

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/ack"
)

// listed returns the number of tasks of a list, its newest and its oldest.
func listed(l *TaskList) string {
	if len(l.Tasks) == 0 {
		return "none"
	}
	return fmt.Sprintf("%d: %s to %s", len(l.Tasks), *l.Tasks[0].ID, *l.Tasks[len(l.Tasks)-1].ID)
}

func TestListTasks(t *testing.T) {
	join := slices.Concat[[]ack.ClusterTask]
	const none = "" // No error.
	for name, test := range map[string]struct {
		list     *list
		kinds    []TaskKind
		limit    int
		want     string
		complete bool
		pages    int
		err      string
	}{
		"no tasks":                       {(&list{}).honestly(), nil, 100, "none", true, 1, none},
		"three pages":                    {(&list{tasks: otherTasks(250, 0)}).honestly(), nil, 5000, "250: o-0-250 to o-0-1", true, 3, none},
		"as many as the limit":           {(&list{tasks: otherTasks(50, 0)}).honestly(), nil, 50, "50: o-0-50 to o-0-1", true, 1, none},
		"one more than the limit":        {(&list{tasks: otherTasks(51, 0)}).honestly(), nil, 50, "50: o-0-51 to o-0-2", false, 1, none},
		"a full page, and no more":       {(&list{tasks: otherTasks(100, 0)}).honestly(), nil, 100, "100: o-0-100 to o-0-1", false, 1, none},
		"the limit on the second page":   {(&list{tasks: otherTasks(250, 0)}).honestly(), nil, 150, "150: o-0-250 to o-0-101", false, 2, none},
		"one task of a long list":        {(&list{tasks: otherTasks(250, 0)}).honestly(), nil, 1, "1: o-0-250 to o-0-250", false, 1, none},
		"one kind of a long list":        {(&list{tasks: join(otherTasks(150, 100), []ack.ClusterTask{upgradeAt(50, "failed")}, otherTasks(20, 0))}).honestly(), []TaskKind{KindControlPlane}, 100, "1: u-50 to u-50", true, 2, none},
		"one task of one kind":           {(&list{tasks: join(otherTasks(150, 100), []ack.ClusterTask{upgradeAt(50, "failed")}, otherTasks(200, -201))}).honestly(), []TaskKind{KindControlPlane}, 1, "1: u-50 to u-50", false, 2, none},
		"two kinds":                      {(&list{tasks: []ack.ClusterTask{nodePoolAt(3, "running"), upgradeAt(2, "success"), otherTasks(1, 0)[0]}}).honestly(), []TaskKind{KindControlPlane, KindNodePool}, 100, "2: n-3 to u-2", true, 1, none},
		"no task of the kind":            {(&list{tasks: otherTasks(150, 0)}).honestly(), []TaskKind{KindAddon}, 100, "none", true, 2, none},
		"without a total":                {&list{tasks: otherTasks(150, 0)}, nil, 5000, "150: o-0-150 to o-0-1", true, 3, none},
		"smaller pages":                  {(&list{tasks: otherTasks(25, 0), size: 10}).honestly(), nil, 5000, "25: o-0-25 to o-0-1", true, 3, none},
		"oldest first":                   {(&list{tasks: oldestFirst(otherTasks(150, 0)...)}).honestly(), nil, 5000, "150: o-0-150 to o-0-1", true, 2, none},
		"oldest first, and a limit":      {(&list{tasks: oldestFirst(otherTasks(150, 0)...)}).honestly(), nil, 10, "10: o-0-150 to o-0-141", false, 2, none},
		"in no order, and a limit":       {(&list{tasks: join(otherTasks(100, 0), otherTasks(100, 500))}).honestly(), nil, 10, "10: o-0-100 to o-0-91", false, 1, none},
		"out of order on the first page": {(&list{tasks: join(otherTasks(50, 0), otherTasks(100, 500))}).honestly(), nil, 10, "10: o-500-100 to o-500-91", false, 2, none},
		"a list that moves by one":       {moving(250, 1).honestly(), nil, 5000, "250: o-0-250 to o-0-1", true, 3, none},
		"a list that moves by many":      {moving(250, 30).honestly(), nil, 5000, "250: o-0-250 to o-0-1", true, 4, none},
		"a list that moves, and a limit": {moving(250, 30).honestly(), nil, 120, "120: o-0-250 to o-0-131", false, 2, none},
		"a list that repeats a page":     {(&list{tasks: otherTasks(150, 0), ignoresPage: true}).honestly(), nil, 5000, "", false, 2, "the task list ends after 100 of 150 tasks"},
		"a repeated page, without a total": {
			&list{tasks: otherTasks(150, 0), ignoresPage: true}, nil, 5000, "", false, 2,
			"a page of the task list repeats the previous page, and the total number of tasks is unknown",
		},
		"a repeated page behind the limit": {(&list{tasks: otherTasks(150, 0), ignoresPage: true}).honestly(), nil, 100, "100: o-0-150 to o-0-51", false, 1, none},
		"a list that stops short":          {&list{tasks: otherTasks(150, 0), total: fixed(250)}, nil, 5000, "", false, 3, "the task list ends after 150 of 250 tasks"},
		"stops short behind the limit":     {&list{tasks: otherTasks(150, 0), total: fixed(250)}, nil, 120, "120: o-0-150 to o-0-31", false, 2, none},
		"a page that lacks some":           {(&list{tasks: otherTasks(150, 0), size: 50, says: true, lacks: map[int]int{1: 10}}).honestly(), nil, 5000, "", false, 4, "the task list ends after 140 of 150 tasks"},
		"a page that lacks some, a limit":  {(&list{tasks: otherTasks(150, 0), size: 50, says: true, lacks: map[int]int{1: 10}}).honestly(), nil, 80, "", false, 4, "the task list ends after 140 of 150 tasks"},
		"a total that is too large":        {&list{tasks: otherTasks(10, 0), total: fixed(11)}, nil, 5000, "", false, 2, "the task list ends after 10 of 11 tasks"},
		"a total that is too small":        {&list{tasks: otherTasks(150, 0), total: fixed(9)}, nil, 5000, "150: o-0-150 to o-0-1", true, 3, none},
		"a total of 0 beside tasks":        {&list{tasks: otherTasks(150, 0), total: fixed(0)}, nil, 5000, "150: o-0-150 to o-0-1", true, 3, none},
		"5,000 tasks":                      {(&list{tasks: otherTasks(5000, 0)}).honestly(), nil, 5000, "5000: o-0-5000 to o-0-1", false, 50, none},
		"more than 50 pages":               {(&list{tasks: otherTasks(6000, 0)}).honestly(), []TaskKind{KindControlPlane}, 1, "", false, 50, "the task list has more than 50 pages, and only these were read"},
		"more than 50 pages, and a limit":  {(&list{tasks: otherTasks(6000, 0)}).honestly(), nil, 5000, "5000: o-0-6000 to o-0-1001", false, 50, none},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := NewReader(&fakeAPI{tasks: test.list.serve}).ListTasks(t.Context(), TaskQuery{ClusterID: "c1", Kinds: test.kinds, Limit: test.limit})
			if len(test.list.pages) != test.pages {
				t.Errorf("%d pages were requested, want %d", len(test.list.pages), test.pages)
			}
			var incomplete *IncompleteListError
			switch {
			case test.err != none:
				if !errors.As(err, &incomplete) || incomplete.Error() != test.err || incomplete.Read == 0 || got != nil {
					t.Errorf("got %v, %v, want %s", got, err, test.err)
				}
			case err != nil:
				t.Error(err)
			case listed(got) != test.want || got.Complete != test.complete:
				t.Errorf("got %s, complete: %t, want %s, %t", listed(got), got.Complete, test.want, test.complete)
			}
		})
	}
}

// moving is a list to which tasks are added before each further page is read.
func moving(n, each int) *list {
	return &list{tasks: otherTasks(n, 0), change: func(l *list, page int) {
		if page > 1 {
			l.tasks = slices.Concat(otherTasks(each, 1000*page), l.tasks)
		}
	}}
}

// A task that is repeated because the list has changed is listed once, with its later state.
func TestARepeatedTaskIsListedOnce(t *testing.T) {
	l := (&list{tasks: otherTasks(150, 0), change: func(l *list, page int) {
		if page == 2 {
			l.tasks = slices.Concat(otherTasks(1, 1000), l.tasks)
			l.tasks[100].State = ptr("failed") // The last task of the first page, which is now the first one of the second page.
		}
	}}).honestly()
	got, err := NewReader(&fakeAPI{tasks: l.serve}).ListTasks(t.Context(), TaskQuery{ClusterID: "c1", Limit: 5000})
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Tasks) != 150 || got.Tasks[99].Phase != PhaseFailed || got.Summary() != "150 tasks: 149 succeeded, 1 failed" {
		t.Errorf("%d tasks, %+v, %s", len(got.Tasks), got.Tasks[99], got.Summary())
	}
}

func TestTasksWithoutATimeOrAnIDAreListedLast(t *testing.T) {
	l := (&list{tasks: []ack.ClusterTask{
		{Type: ptr("cluster_upgrade"), State: ptr("running")}, {Similar: "null"}, upgradeAt(1, "success"), nodePoolAt(2, "PAUSED"),
	}}).honestly()
	got, err := NewReader(&fakeAPI{tasks: l.serve}).ListTasks(t.Context(), TaskQuery{ClusterID: "c1", Limit: 3})
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, task := range got.Tasks {
		texts = append(texts, fmt.Sprintf("%s %s %s", quoted(task.ID), task.Kind, task.Phase))
	}
	want := []string{`"n-2" node_pool paused`, `"u-1" control_plane succeeded`, `none control_plane running`}
	if diff := cmp.Diff(want, texts); diff != "" || got.Complete {
		t.Errorf("complete: %t, -want +got:\n%s", got.Complete, diff)
	}
}

func TestAPageOfAListThatCannotBeReadIsAnError(t *testing.T) {
	broken := errors.New("broken")
	api := &fakeAPI{}
	pages := (&list{tasks: otherTasks(250, 0)}).honestly()
	api.tasks = failingFrom(2, pages, broken)
	if got, err := NewReader(api).ListTasks(t.Context(), TaskQuery{ClusterID: "c1", Limit: 5000}); !errors.Is(err, broken) || got != nil {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestThePhaseOfAListedTask(t *testing.T) {
	code := func(state, code string) ack.ClusterTask { return ack.ClusterTask{State: word(state), ErrorCode: &code} }
	for want, tasks := range map[Phase][]ack.ClusterTask{
		PhaseRunning:   {code("running", ""), code("PENDING", "X"), code(" pausing ", ""), code("cancelling", "")},
		PhasePaused:    {code("paused", ""), code("Paused", "X")},
		PhaseSucceeded: {code("success", ""), code("SUCCEEDED", " "), {State: ptr("success")}},
		PhaseFailed:    {code("failed", ""), code("timeout", ""), code("canceled", ""), code("error", "X"), code("success", "NodeNotReady")},
		PhaseUnknown:   {code("-", ""), code("", ""), code("rolling_back", ""), code("done", ""), {State: ptr("success"), Similar: "State"}},
	} {
		for _, task := range tasks {
			task.Created = time.Now()
			if got := listedTask(task); got.Phase != want {
				t.Errorf("%s, code %s: got %s, want %s", quoted(task.State), quoted(task.ErrorCode), got.Phase, want)
			}
		}
	}
}

func TestTheSizeOfAListCountsItsTexts(t *testing.T) {
	l := TaskList{Tasks: []ListedTask{{ID: ptr("12"), Type: ptr("3"), ErrorMessage: ptr(strings.Repeat("x", 10))}, {}}}
	if l.Size() != 13 {
		t.Error(l.Size())
	}
}
