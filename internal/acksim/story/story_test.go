package story

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// steps returns steps of the given phases, each a minute long.
func steps(phases ...Phase) []Step {
	all := make([]Step, len(phases))
	for i, p := range phases {
		all[i] = Step{Length: Length{For: time.Minute}, Phase: p}
	}
	return all
}

// states returns the states of a cluster's upgrades, newest first.
func states(truth Truth) (all []string) {
	for _, task := range truth.Tasks {
		if task.Type == UpgradeTask {
			all = append(all, task.State)
		}
	}
	return all
}

func TestUpgradesRunOneAfterAnother(t *testing.T) {
	const first, second, third = "1.32.1-aliyun.1", "1.33.1-aliyun.1", "1.34.1-aliyun.1"
	type want struct {
		version string
		states  []string
	}
	for name, test := range map[string]struct {
		phases []Phase
		want   []want
	}{
		"one that goes well": {
			[]Phase{Idle, Running, Paused, Running, Finishing, Succeeded},
			[]want{
				{first, nil},
				{first, []string{"running"}},
				{first, []string{"paused"}},
				{first, []string{"running"}},
				{second, []string{"success"}},
				{second, []string{"success"}},
			},
		},
		"two": {
			[]Phase{Succeeded, Running, Succeeded},
			[]want{{second, []string{"success"}}, {second, []string{"running", "success"}}, {third, []string{"success", "success"}}},
		},
		"one that fails, and is repeated": {
			[]Phase{Running, Failed, Running, Succeeded},
			[]want{
				{first, []string{"running"}},
				{first, []string{"failed"}},
				{first, []string{"running", "failed"}},
				{second, []string{"success", "failed"}},
			},
		},
		"one that is forgotten": {[]Phase{Succeeded, Idle, Running}, []want{{second, nil}, {second, nil}, {second, []string{"running"}}}},
		"nothing new":           {[]Phase{Running, "", Succeeded}, []want{{first, []string{"running"}}, {first, []string{"running"}}, {second, []string{"success"}}}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := New(Cluster{ID: "c"}, steps(test.phases...))
				for i, w := range test.want {
					truth := s.At(s.Poll("a", time.Now()))
					if name == "one that is forgotten" && i == 0 {
						w.states = []string{"success"}
					}
					if diff := cmp.Diff(w, want{truth.CurrentVersion, states(truth)}, cmp.AllowUnexported(want{})); diff != "" {
						t.Errorf("step %d (-want +got):\n%s", i+1, diff)
					}
					time.Sleep(time.Minute)
				}
			})
		})
	}
}

func TestVersionsAreThoseOfTheScenarioOrTheNextMinor(t *testing.T) {
	for name, test := range map[string]struct {
		cluster Cluster
		want    [3]string // Before, after the first and after the second upgrade.
	}{
		"neither":            {Cluster{}, [3]string{"1.32.1-aliyun.1", "1.33.1-aliyun.1", "1.34.1-aliyun.1"}},
		"the first":          {Cluster{Version: "1.28.9"}, [3]string{"1.28.9", "1.29.9", "1.30.9"}},
		"both":               {Cluster{Version: "1.28.9", NextVersion: "1.30.1"}, [3]string{"1.28.9", "1.30.1", "1.31.1"}},
		"what is no version": {Cluster{Version: "new"}, [3]string{"new", "new-next", "new-next-next"}},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := New(test.cluster, steps(Idle, Succeeded, Running, Succeeded))
			var got [3]string
			for i, wait := range []time.Duration{0, time.Minute, 2 * time.Minute} {
				time.Sleep(wait)
				got[i] = s.At(s.Poll("a", time.Now())).CurrentVersion
			}
			if got != test.want {
				t.Errorf("%s: %v, want %v", name, got, test.want)
			}
		})
	}
}

func TestATaskKeepsTheStateOfItsLastStep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		all := steps(Idle, Idle, Idle)
		all[0].Tasks = []TaskSpec{{Type: "nodepool_upgrade", State: "running"}, {ID: "T-1", Type: "a", Created: When{After: 30 * time.Second}}}
		all[1].Tasks = []TaskSpec{{Type: "nodepool_upgrade", State: "failed", Error: &TaskError{Code: "x"}}}
		s := New(Cluster{ID: "c", History: []TaskSpec{{Type: "b", Count: 2}, {Type: "c", Created: When{After: -time.Hour * 48}}}}, all)
		begun := time.Now()
		nodepool := Task{Type: "nodepool_upgrade", State: "running", Created: begun, Updated: begun}
		later := Task{ID: "T-1", Type: "a", State: "success", Created: begun.Add(30 * time.Second), Updated: begun}
		old := []Task{
			{Type: "b", State: "success", Created: begun.Add(-24 * time.Hour), Updated: begun.Add(-24*time.Hour + 5*time.Minute)},
			{Type: "b", State: "success", Created: begun.Add(-24*time.Hour - 10*time.Minute), Updated: begun.Add(-24*time.Hour + 5*time.Minute)},
			{Type: "c", State: "success", Created: begun.Add(-48 * time.Hour), Updated: begun.Add(-48*time.Hour + 5*time.Minute)},
		}
		old[1].Updated = old[1].Created.Add(5 * time.Minute)
		made := cmpopts.IgnoreFields(Task{}, "ID")
		if diff := cmp.Diff(append([]Task{nodepool}, old...), s.At(s.Poll("a", begun)).Tasks, made); diff != "" {
			t.Errorf("a task shows before it is created (-want +got):\n%s", diff)
		}
		time.Sleep(30 * time.Second)
		if diff := cmp.Diff(append([]Task{later, nodepool}, old...), s.At(s.Poll("a", time.Now())).Tasks, made); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		time.Sleep(30 * time.Second)
		nodepool.State, nodepool.Updated, nodepool.Error = "failed", time.Now(), &TaskError{Code: "x"}
		want := append([]Task{later, nodepool}, old...)
		if diff := cmp.Diff(want, s.At(s.Poll("a", time.Now())).Tasks, made); diff != "" {
			t.Errorf("in the second step (-want +got):\n%s", diff)
		}
		time.Sleep(time.Hour)
		tasks := s.At(s.Poll("a", time.Now())).Tasks
		if diff := cmp.Diff(want, tasks, made); diff != "" {
			t.Errorf("in the last step (-want +got):\n%s", diff)
		}
		ids := make(map[string]bool)
		for _, task := range tasks {
			ids[task.ID] = true
		}
		if len(ids) != len(tasks) {
			t.Errorf("two tasks have one id: %v", tasks)
		}
	})
}
