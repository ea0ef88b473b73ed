package upgrade

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/ack"
)

// lister generates lists of tasks, and servers for them.
type lister struct{ *rand.Rand }

func (r lister) chance(p float64) bool { return r.Float64() < p }

func (r lister) of(all ...string) string { return all[r.IntN(len(all))] }

// tasks generates a list, newest first. The control plane has one upgrade at a time: all before the newest have ended. Most tasks
// are not upgrades. Some have the same hour.
func (r lister) tasks() []ack.ClusterTask {
	var all []ack.ClusterTask
	hour := 100_000
	upgraded := false
	ended := func() string {
		return r.of("success", "Succeeded", "failed", "FAIL", "error", "timeout", "canceled", "cancelled")
	}
	upgrades := r.of("no", "few", "few", "some")
	for i := range r.IntN([]int{3, 20, 150, 450}[r.IntN(4)] + 1) {
		if r.chance(0.9) {
			hour -= 1 + r.IntN(3)
		}
		task := ack.ClusterTask{ID: ptr(fmt.Sprint("t-", i)), Created: moment(hour), Type: ptr("nodepool_scaleout"), State: ptr(ended())}
		frequent := map[string]float64{"no": 0, "few": 0.01, "some": 0.2}[upgrades]
		switch {
		case r.chance(frequent):
			hour -= 5 // Never in the same hour as another upgrade.
			task.Type, task.Created = ptr("cluster_upgrade"), moment(hour)
			if !upgraded {
				task.State = ptr(r.of("running", "pausing", "paused", "rolling_back", ended(), ended(), ended()))
			}
			upgraded = true
		case r.chance(frequent):
			hour -= 5
			task.Type, task.Created = ptr("nodepool_upgrade"), moment(hour)
			task.State = ptr(r.of("running", "paused", "rolling_back", ended(), ended(), ended(), ended()))
		case r.chance(frequent / 4):
			task.Type, task.State = ptr("cluster_rebalance"), ptr(ended())
			if !upgraded && r.chance(0.3) {
				task.State = ptr("running")
			}
		}
		all = append(all, task)
	}
	return all
}

// accidentallyInOrder reports whether an unordered list begins with pages that are in order and contain an upgrade of the control
// plane: then the provider relies on the order. A random page of a hundred tasks is never in order.
func accidentallyInOrder(tasks []ack.ClusterTask, size int) bool {
	newestFirst := func(a, b ack.ClusterTask) int { return b.Created.Compare(a.Created) }
	if slices.IsSortedFunc(tasks, newestFirst) {
		return false
	}
	for end := size; end < len(tasks); end += size {
		if !slices.IsSortedFunc(tasks[:end], newestFirst) {
			return false
		}
		if slices.ContainsFunc(tasks[:end], func(t ack.ClusterTask) bool { return *t.Type == "cluster_upgrade" }) {
			return true
		}
	}
	return false
}

func (r lister) scopes() []Scope { return allScopes()[r.IntN(len(allScopes()))] }

// size generates the page size, so that fifty pages hold the complete list.
func (r lister) size(tasks int) int {
	size := []int{1, 2, 10, 20, 50, 99, 100, 100, 1000}[r.IntN(9)]
	for size*(maxPages-1) < tasks {
		size *= 10
	}
	return size
}

// A list of a correct server has the same result in any form and with any number of pages.
func TestReadTasksOfACorrectServer(t *testing.T) {
	const lists = 20_000
	phases, pages, read := make(map[Phase]int), 0, 0
	for seed := range uint64(lists) {
		r := lister{rand.New(rand.NewPCG(seed, 1))}
		l := &list{tasks: r.tasks(), says: r.chance(0.5)}
		scopes := r.scopes()
		want := readPlain(l.tasks, ptr("running"), scopes).Phase
		l.size = r.size(len(l.tasks))
		if l.size > tasksPerPage && !r.chance(0.3) {
			l.size = 0
		}
		order := r.of("newest first", "newest first", "oldest first", "none")
		switch order {
		case "oldest first":
			slices.Reverse(l.tasks)
		case "none":
			r.Shuffle(len(l.tasks), func(i, j int) { l.tasks[i], l.tasks[j] = l.tasks[j], l.tasks[i] })
		}
		if r.chance(0.7) {
			l.honestly()
		} else if l.size > 0 && len(l.tasks) > (maxPages-1)*l.size {
			continue
		}
		if len(scopes) == 1 && scopes[0] == ScopeControlPlane && accidentallyInOrder(l.tasks, max(l.size, 1)) {
			continue
		}
		got := readList(t, l, scopes...)
		if got.Phase != want {
			t.Fatalf("seed %d: %d tasks, %s, pages of %d, %v: got %s, want %s: %s", seed, len(l.tasks), order, l.size, scopes, got.Phase, want, got.Response)
		}
		if l.pages[0] != 1 || !slices.Equal(l.pages, pagesUpTo(len(l.pages))) {
			t.Fatalf("seed %d: the pages %v were requested", seed, l.pages)
		}
		phases[got.Phase]++
		pages += len(l.pages)
		read++
	}
	t.Logf("%d pages of %d lists; %v", pages, read, phases)
}

// A list of an incorrect server never has a phase that ends a wait, unless the complete list has it.
//
// One error cannot be detected: a total count that equals the number of tasks on the page.
func TestReadTasksOfAnIncorrectServer(t *testing.T) {
	const lists = 20_000
	phases, other, read := make(map[Phase]int), 0, 0
	for seed := range uint64(lists) {
		r := lister{rand.New(rand.NewPCG(seed, 2))}
		all := r.tasks()
		scopes := r.scopes()
		want := readPlain(all, ptr("running"), scopes).Phase
		l := &list{tasks: slices.Clone(all), size: r.size(len(all)), says: r.chance(0.5)}
		honest := r.chance(0.5)
		if honest {
			l.honestly()
		}
		lie := r.of("total too large", "total too small", "total of nothing", "total that changes", "page size", "ignores pages", "cut short", "repeats", "no order")
		switch lie {
		case "total too large":
			l.total = fixed(len(all) + 1 + r.IntN(200))
		case "total too small":
			l.total = fixed(r.IntN(max(1, min(len(all), l.size)))) // Less than the number of tasks on the first page.
		case "total of nothing":
			l.total = fixed(0)
		case "total that changes":
			l.total = func(page int) int { return len(all) * (page % 2) }
		case "page size":
			l.says, l.claims = true, []int{1, 5, 100, 1000}[r.IntN(4)]
		case "ignores pages":
			l.ignoresPage = true
		case "cut short":
			l.honestly()
			total := len(all)
			l.total = fixed(total)
			l.tasks = l.tasks[:r.IntN(total+1)]
		case "repeats":
			l.change = func(l *list, page int) { // As if tasks were added, never as if some were removed: removed tasks would be missed.
				if page > 1 {
					l.tasks = slices.Concat(all[:min(len(all), r.IntN(20))], l.tasks)
				}
			}
		case "no order":
			r.Shuffle(len(l.tasks), func(i, j int) { l.tasks[i], l.tasks[j] = l.tasks[j], l.tasks[i] })
		}
		if len(scopes) == 1 && scopes[0] == ScopeControlPlane && accidentallyInOrder(l.tasks, l.size) {
			continue
		}
		got := readList(t, l, scopes...)
		if got.Phase.Terminal() && got.Phase != want {
			t.Fatalf("seed %d: %s; %d tasks, pages of %d, %v: got %s, want %s: %s", seed, lie, len(all), l.size, scopes, got.Phase, want, got.Response)
		}
		phases[got.Phase]++
		read++
		if got.Phase != want {
			other++
		}
	}
	t.Logf("%d lists, of which %d have another phase than all tasks have, and none of them a terminal one; %v", read, other, phases)
}
