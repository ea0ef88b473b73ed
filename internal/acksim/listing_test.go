package acksim

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/operation"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/scenario"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/story"
)

// listed returns a simulator whose only cluster has 25 tasks, an upgrade that succeeded among them, and this listing.
func listed(t *testing.T, l operation.Listing, steps ...scenario.Step) *Simulator {
	t.Helper()
	if steps == nil {
		steps = []scenario.Step{{Phase: story.Succeeded}}
	}
	with := playing(steps...)
	c := with.Clusters[clusterID]
	c.Listing = l
	c.History = []story.TaskSpec{
		{Type: "nodepool_scaleout", Count: 20},
		{Type: "nodepool_scalein", State: "canceled", Count: 3},
		{ID: "T-old", Type: "cluster_create", Created: story.When{At: time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC)}},
	}
	with.Clusters[clusterID] = c
	return start(t, with)
}

// readAll reads all pages, each of the given size, and returns the ids of their tasks and the last page.
func readAll(t *testing.T, s *Simulator, size int) (ids []string, last taskList) {
	t.Helper()
	for number := 1; ; number++ {
		last = page(t, s, fmt.Sprintf("page_number=%d&page_size=%d", number, size))
		if last.PageInfo.PageNumber != number {
			t.Errorf("page %d calls itself %d", number, last.PageInfo.PageNumber)
		}
		if len(last.Tasks) == 0 {
			return ids, last
		}
		for _, task := range last.Tasks {
			ids = append(ids, task.TaskID)
		}
	}
}

func TestAllPagesTogetherHaveEachTaskOnce(t *testing.T) {
	for _, order := range []operation.Order{"", operation.OldestFirst, operation.Shuffled} {
		for _, size := range []int{1, 7, 10, 24, 25, 26, 100, 1000} {
			t.Run(fmt.Sprint(order, size), func(t *testing.T) {
				ids, last := readAll(t, listed(t, operation.Listing{Order: order}), size)
				if slices.Sort(ids); len(ids) != 25 || len(slices.Compact(ids)) != 25 || last.PageInfo.TotalCount != 25 {
					t.Errorf("%d tasks of %d", len(ids), last.PageInfo.TotalCount)
				}
				if got := last.PageInfo.PageSize; got != min(size, 100) {
					t.Errorf("the pages have %d", got)
				}
			})
		}
	}
}

func TestTasksAreInTheOrderOfTheListing(t *testing.T) {
	created := func(order operation.Order) (times []string) {
		for _, task := range page(t, listed(t, operation.Listing{Order: order}), "page_size=100").Tasks {
			times = append(times, fmt.Sprint(task.Created))
		}
		return times
	}
	newest, oldest, shuffled := created(operation.NewestFirst), created(operation.OldestFirst), created(operation.Shuffled)
	if !slices.IsSortedFunc(newest, func(a, b string) int { return strings.Compare(b, a) }) {
		t.Errorf("newest first: %v", newest)
	}
	if !slices.IsSorted(oldest) {
		t.Errorf("oldest first: %v", oldest)
	}
	if slices.IsSorted(shuffled) || slices.Equal(shuffled, newest) {
		t.Errorf("shuffled: %v", shuffled)
	}
}

func TestAnInvalidPageNumberIsRejected(t *testing.T) {
	s := listed(t, operation.Listing{})
	for _, query := range []string{"page_number=0", "page_number=x", "page_size=-1", "page_size=", "page_number=9999999999999999999"} {
		w := requestOperation(t, s, tasks, query)
		if w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), `"code":"InvalidParameter"`) {
			t.Errorf("%s: %d: %s", query, w.Code, w.Body)
		}
	}
	if got := page(t, s, "page_number="+strconv.FormatInt(1<<62, 10)); len(got.Tasks) != 0 {
		t.Errorf("a page far behind the end: %+v", got)
	}
	if w := requestOperation(t, s, detail, "page_number=x"); w.Code != http.StatusOK {
		t.Errorf("an operation without pages: %d: %s", w.Code, w.Body)
	}
}

func TestAPageHasAtMostTheMaximumSize(t *testing.T) {
	s := listed(t, operation.Listing{PageSize: 4})
	got := page(t, s, "page_size=100&page_number=2")
	if len(got.Tasks) != 4 || got.PageInfo.PageSize != 4 || got.PageInfo.TotalCount != 25 {
		t.Errorf("%+v", got)
	}
	if ids, _ := readAll(t, s, 100); len(ids) != 25 {
		t.Errorf("%d tasks", len(ids))
	}
}

func TestATruncatedListReportsItsFullLength(t *testing.T) {
	ids, last := readAll(t, listed(t, operation.Listing{CutShort: 5}), 10)
	if len(ids) != 20 || last.PageInfo.TotalCount != 25 {
		t.Errorf("%d tasks of %d", len(ids), last.PageInfo.TotalCount)
	}
	if ids, _ := readAll(t, listed(t, operation.Listing{CutShort: 99}), 10); len(ids) != 0 {
		t.Errorf("%d tasks", len(ids))
	}
}

func TestTimesAreWrittenAsTheListingSays(t *testing.T) {
	for times, want := range map[operation.Times]any{
		"":                     "2000-01-01T07:50:00+08:00",
		operation.Offset:       "2000-01-01T07:50:00+08:00",
		operation.Fraction:     "2000-01-01T07:50:00.000000000+08:00",
		operation.UTC:          "1999-12-31T23:50:00Z",
		operation.Seconds:      946684200.0,
		operation.Milliseconds: 946684200000.0,
	} {
		synctest.Test(t, func(t *testing.T) {
			if got := page(t, listed(t, operation.Listing{Times: times}), "").Tasks[0].Created; got != want {
				t.Errorf("%s: %v, want %v", times, got, want)
			}
		})
	}
}

func TestStatesAreSpelledAsTheListingSays(t *testing.T) {
	words := func(l operation.Listing) []string {
		seen := make(map[string]bool)
		var words []string
		for _, task := range page(t, listed(t, l), "page_size=100").Tasks {
			if !seen[task.State] {
				words = append(words, task.State)
			}
			seen[task.State] = true
		}
		slices.Sort(words)
		return words
	}
	for name, test := range map[string]struct {
		listing operation.Listing
		want    []string
	}{
		"as documented":   {operation.Listing{}, []string{"canceled", "success"}},
		"second spelling": {operation.Listing{Spelling: operation.SecondSpelling}, []string{"cancelled", "succeeded"}},
		"both spellings":  {operation.Listing{Spelling: operation.MixedSpelling}, []string{"canceled", "cancelled", "succeeded", "success"}},
		"capitals":        {operation.Listing{Case: operation.Upper}, []string{"CANCELED", "SUCCESS"}},
		"a capital":       {operation.Listing{Case: operation.Title, Spelling: operation.SecondSpelling}, []string{"Cancelled", "Succeeded"}},
		"every case": {
			operation.Listing{Case: operation.MixedCase}, []string{"CANCELED", "Canceled", "SUCCESS", "Success", "canceled", "success"},
		},
	} {
		if diff := cmp.Diff(test.want, words(test.listing)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestAListCanLagBehind(t *testing.T) {
	steps := []scenario.Step{
		{For: time.Minute, Phase: story.Idle}, {For: time.Minute, Phase: story.Running}, {Phase: story.Succeeded},
	}
	state := func(t *testing.T, s *Simulator) string {
		t.Helper()
		first := page(t, s, "").Tasks[0]
		if first.TaskType != "cluster_upgrade" {
			return "none"
		}
		return first.State
	}
	for name, test := range map[string]struct {
		listing operation.Listing
		want    []string // Every half minute.
	}{
		"not":         {operation.Listing{}, []string{"none", "none", "running", "running", "success", "success", "success"}},
		"by a time":   {operation.Listing{Lag: 30 * time.Second}, []string{"none", "none", "none", "running", "running", "success", "success"}},
		"by polls":    {operation.Listing{LagPolls: 2}, []string{"none", "none", "none", "none", "running", "running", "success"}},
		"before time": {operation.Listing{Lag: time.Hour}, []string{"none", "none", "none", "none", "none", "none", "none"}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := listed(t, test.listing, steps...)
				for i, want := range test.want {
					if got := state(t, s); got != want {
						t.Errorf("poll %d: %s, want %s", i+1, got, want)
					}
					if got := page(t, s, "page_number=2&page_size=10").PageInfo.TotalCount; (got == 24) != (want == "none") {
						t.Errorf("poll %d, second page: %d tasks", i+1, got)
					}
					time.Sleep(30 * time.Second)
				}
				wantDetail := clusterNow{ClusterID: clusterID, State: "running", CurrentVersion: "1.33.1-aliyun.1"}
				if diff := cmp.Diff(wantDetail, decode[clusterNow](t, requestOperation(t, s, detail, ""))); diff != "" {
					t.Errorf("what is no list lags too (-want +got):\n%s", diff)
				}
			})
		})
	}
}

func TestAListMovesWhileItIsRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := listed(t, operation.Listing{Moves: true}, scenario.Step{Phase: story.Succeeded})
		first := page(t, s, "page_size=10")
		time.Sleep(time.Second)
		second := page(t, s, "page_size=10&page_number=2")
		if got, want := second.Tasks[0].TaskID, first.Tasks[9].TaskID; got != want {
			t.Errorf("the second page begins with %s, and the first ends with %s", got, want)
		}
		if second.PageInfo.TotalCount != 26 {
			t.Errorf("%+v", second.PageInfo)
		}
		if again := page(t, s, "page_size=10"); again.Tasks[0].TaskType != movingTask || again.Tasks[1].TaskID != first.Tasks[0].TaskID {
			t.Errorf("the first page again: %+v", again.Tasks[:2])
		}
	})
}
