package acksim

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/scenario"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/story"
)

// reference is a second reading of a story: which step is played, and how many upgrades there were, kept apart from the code that
// plays it.
type reference struct {
	steps    []scenario.Step
	index    int
	until    time.Time // When a step of a given length ends.
	polls    []string  // The operations of each request that counts, in this step.
	upgrades int       // That are not forgotten.
	total    int       // Of all upgrades.
	minor    int       // Of the version before the upgrade.
}

func newReference(steps []scenario.Step, now time.Time) *reference {
	o := &reference{steps: steps, minor: 32}
	o.enter(0, now)
	return o
}

func (o *reference) enter(index int, at time.Time) {
	before := story.Idle
	if index > 0 {
		before = o.steps[index-1].Phase
	}
	phase := o.steps[index].Phase
	if before == story.Succeeded && phase != before {
		o.minor++
	}
	ended := before == story.Idle || before == story.Succeeded || before == story.Failed
	switch {
	case phase == story.Idle:
		o.upgrades = 0
	case ended && phase != before:
		o.upgrades++
		o.total++
	}
	o.index, o.until, o.polls = index, at.Add(o.steps[index].For), nil
}

// request takes a request into account, and returns the phase that it meets.
func (o *reference) request(name string, first bool, now time.Time) story.Phase {
	for o.index < len(o.steps)-1 {
		step := o.steps[o.index]
		switch {
		case step.For > 0 && !now.Before(o.until):
			o.enter(o.index+1, o.until)
			continue
		case step.Polls > 0 && first && pollsIn(append(slices.Clone(o.polls), name)) > step.Polls:
			o.enter(o.index+1, now)
			continue
		}
		break
	}
	if first {
		o.polls = append(o.polls, name)
	}
	return o.steps[o.index].Phase
}

// pollsIn counts the polls in requests for operations: each ends where an operation comes back.
func pollsIn(names []string) (polls int) {
	for from, i := 0, 0; i < len(names); i++ {
		if i == 0 || slices.Contains(names[from:i], names[i]) {
			polls, from = polls+1, i
		}
	}
	return polls
}

func randomSteps(r *rand.Rand) []scenario.Step {
	steps := make([]scenario.Step, 1+r.IntN(8))
	for i := range steps {
		steps[i].Phase = story.Phases()[r.IntN(len(story.Phases()))]
		if r.IntN(2) == 0 {
			steps[i].Polls = 1 + r.IntN(4)
		} else {
			steps[i].For = time.Duration(1+r.IntN(60)) * time.Second
		}
		if r.IntN(4) == 0 {
			steps[i].Tasks = []story.TaskSpec{{Type: "nodepool_upgrade", State: "running"}}
		}
	}
	return steps
}

// At every moment of every story, what each operation reports agrees with the story, and so with what the others report.
func TestWhatTheOperationsReportAgreesWithTheStory(t *testing.T) {
	for seed := range uint64(300) {
		synctest.Test(t, func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 1))
			steps := randomSteps(r)
			s := start(t, playing(steps...))
			var oracle *reference
			ids := make(map[string]int) // Of the upgrades so far, and which each is, counted from 1.
			for range 60 {
				if oracle == nil {
					oracle = newReference(steps, time.Now())
				}
				name := []string{action, tasks, detail, info}[r.IntN(4)]
				number := 1
				if name == tasks && r.IntN(3) == 0 {
					number = 2
				}
				var id string
				if name == info {
					known := slices.Sorted(maps.Keys(ids))
					if len(known) == 0 {
						continue
					}
					id = known[r.IntN(len(known))]
				}
				phase := oracle.request(name, number == 1, time.Now())
				w := requestOperation(t, s, name, fmt.Sprintf("page_number=%d&page_size=100", number))
				if name == info {
					w = requestTask(t, s, id)
				}
				where := fmt.Sprintf("seed %d, step %d of %+v: %s", seed, oracle.index, steps, name)
				switch name {
				case action:
					if got := w.Body.String(); got != statusIn(phase) {
						t.Fatalf("%s: %s", where, got)
					}
				case detail:
					agreeDetail(t, where, oracle, phase, decode[clusterNow](t, w))
				case tasks:
					if number == 1 {
						list := decode[taskList](t, w)
						agreeTasks(t, where, oracle, phase, list)
						noteUpgrades(ids, oracle, list)
					}
				case info:
					agreeTask(t, where, oracle, phase, ids[id], w)
				}
				all := s.Requests()
				if last := all[len(all)-1]; last.Phase != phase || last.Step != oracle.index+1 {
					t.Fatalf("%s: remembered as %+v", where, last)
				}
				if r.IntN(3) == 0 {
					time.Sleep(time.Duration(r.IntN(40)) * time.Second)
				}
			}
		})
	}
}

func agreeDetail(t *testing.T, where string, oracle *reference, phase story.Phase, got clusterNow) {
	t.Helper()
	state, minor := "running", oracle.minor
	switch phase {
	case story.Running, story.Paused, story.Unknown:
		state = "upgrading"
	case story.Finishing:
		state, minor = "upgrading", minor+1
	case story.Succeeded:
		minor++
	case story.Idle, story.Failed:
	}
	if version := fmt.Sprintf("1.%d.1-aliyun.1", minor); got.State != state || got.CurrentVersion != version {
		t.Fatalf("%s: %+v, want %s, %s", where, got, state, version)
	}
}

// noteUpgrades notes which upgrade has which id.
func noteUpgrades(ids map[string]int, oracle *reference, list taskList) {
	n := oracle.total
	for _, task := range list.Tasks {
		if task.TaskType == "cluster_upgrade" {
			ids[task.TaskID], n = n, n-1
		}
	}
}

// agreeTask holds what is said of one upgrade: the same as in the list, and nothing of one that is forgotten.
func agreeTask(t *testing.T, where string, oracle *reference, phase story.Phase, number int, w *httptest.ResponseRecorder) {
	t.Helper()
	if number <= oracle.total-oracle.upgrades {
		if w.Code != http.StatusNotFound {
			t.Fatalf("%s: an upgrade that is forgotten: %d", where, w.Code)
		}
		return
	}
	got := decode[taskInDepth](t, w)
	var stages []string
	for _, stage := range got.Stages {
		stages = append(stages, stage.State)
	}
	if len(stages) != 2 || stages[0] != "success" || stages[1] != got.State || (got.CurrentStage == "") != (got.State == "success") ||
		got.ClusterID != clusterID || got.TaskType != "cluster_upgrade" || (got.Error != nil) != (got.State == "failed") {
		t.Fatalf("%s: %+v", where, got)
	}
	switch {
	case number < oracle.total && got.State != "success" && got.State != "failed":
		t.Fatalf("%s: an upgrade before the last is %q", where, got.State)
	case number == oracle.total && got.State != upgradeState(phase):
		t.Fatalf("%s: %q, want %q", where, got.State, upgradeState(phase))
	}
}

// upgradeState is the state of the newest upgrade in a phase.
func upgradeState(phase story.Phase) string {
	return map[story.Phase]string{
		story.Running: "running", story.Paused: "paused", story.Finishing: "success", story.Succeeded: "success", story.Failed: "failed",
		story.Unknown: "rolling_back",
	}[phase]
}

func agreeTasks(t *testing.T, where string, oracle *reference, phase story.Phase, got taskList) {
	t.Helper()
	var states []string
	for _, task := range got.Tasks {
		if task.TaskType == "cluster_upgrade" {
			states = append(states, task.State)
		}
	}
	want := upgradeState(phase)
	if len(states) != oracle.upgrades || want != "" && states[0] != want {
		t.Fatalf("%s: %v, want %d upgrades, the newest %q", where, states, oracle.upgrades, want)
	}
	for _, state := range states[min(1, len(states)):] {
		if state != "success" && state != "failed" {
			t.Fatalf("%s: an upgrade before the last is %q", where, state)
		}
	}
}
