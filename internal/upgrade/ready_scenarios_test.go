package upgrade_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/ack"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/scenario"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acs3"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/upgrade"
)

// outcome is the expected end of the waits for the clusters of a ready scenario.
type outcome struct {
	// ends has the end of each wait by cluster ID; the empty ID is for all others. It is a phase, a reason without a phase, or an
	// error code.
	ends map[string]string
	// least and most are the bounds of the longest wait.
	least, most time.Duration
	// scopes are the scopes whose upgrades count.
	scopes []upgrade.Scope
	// sees is the evidence in the requests that the scenario has had its effect.
	sees func(r acksim.Request) bool
}

// readyOutcomes has every ready scenario except for the default one, whose clusters have other tests.
var readyOutcomes = map[string]outcome{
	"quiet-fleet":      {ends: map[string]string{"": "idle", "c-03": "succeeded", "c-06": "succeeded", "c-09": "succeeded", "c-12": "succeeded"}},
	"upgrade-succeeds": {ends: map[string]string{"c-upgrade": "succeeded"}, least: 3 * time.Minute, most: 190 * time.Second},
	"upgrade-fails":    {ends: map[string]string{"c-upgrade": "failed"}, least: 90 * time.Second, most: 2 * time.Minute},
	"upgrade-pauses": {
		ends: map[string]string{"c-resumed": "paused", "c-stuck": "paused"}, least: 30 * time.Second, most: time.Minute,
	},
	"upgrade-begins": {ends: map[string]string{"c-upgrade": "idle"}},
	// A wait looks at the upgrade that is under way: what is planned is for quiet_before.
	"planned-upgrade": {ends: map[string]string{"c-planned": "idle", "c-quiet": "succeeded"}},
	"throttled": {
		ends: map[string]string{"": "succeeded"}, least: 70 * time.Second, most: 5 * time.Minute,
		sees: func(r acksim.Request) bool { return r.Status == 429 && strings.HasPrefix(r.Code, "Throttling") },
	},
	"withdrawn": {
		ends: map[string]string{"c-upgrade": "succeeded", "c-idle": "idle"}, least: 2 * time.Minute, most: 150 * time.Second,
		sees: func(r acksim.Request) bool { return r.Operation == "GetUpgradeStatus" && r.Status == 404 },
	},
	"expired-token": {
		ends: map[string]string{"c-upgrade": "InvalidSecurityToken.Expired", "c-idle": "idle"}, least: time.Minute, most: 90 * time.Second,
	},
	"forbidden": {ends: map[string]string{"c-idle": "idle", "c-denied": "Forbidden.RAM"}},
	"flaky-network": {
		ends:  map[string]string{"c-upgrade": "succeeded", "c-idle": "idle", "c-failed": "failed"},
		least: 2 * time.Minute, most: 4 * time.Minute, sees: func(r acksim.Request) bool { return r.Fault != "" },
	},
	"fleet-150": {ends: fleetEnds(), least: 160 * time.Second, most: 4 * time.Minute},
	"node-pools": {
		ends:   map[string]string{"": "succeeded", "c-nodepool-fails": "failed"},
		scopes: upgrade.Scopes(), least: time.Minute, most: 3 * time.Minute,
	},
}

// fleetEnds has the ends of the upgrades of the fleet of 150.
func fleetEnds() map[string]string {
	ends := map[string]string{"c-040": "failed", "c-080": "paused"}
	plan, _ := scenario.Parse([]byte(readyScenario("fleet-150")))
	for id, c := range plan.Clusters {
		if _, ok := ends[id]; !ok {
			ends[id] = string(c.Timeline[len(c.Timeline)-1].Phase)
		}
	}
	return ends
}

func readyScenario(name string) string {
	file, _ := scenario.Ready(name)
	return file
}

func TestEachReadyScenarioMatchesItsDescription(t *testing.T) {
	for _, name := range scenario.ReadyNames() {
		want, ok := readyOutcomes[name]
		if !ok && name != scenario.DefaultName {
			t.Errorf("no test says how the scenario %s ends", name)
		}
		if !ok {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { playReady(t, name, want) })
		})
	}
}

// playReady waits for the upgrades of all clusters of a scenario at once.
func playReady(t *testing.T, name string, want outcome) {
	plan, err := scenario.Parse([]byte(readyScenario(name)))
	if err != nil {
		t.Error(err)
		return
	}
	simulator, err := acksim.New(plan)
	if err != nil {
		t.Error(err)
		return
	}
	wire := newWire(simulator, rand.New(rand.NewPCG(1, 1)), wireFaults{latency: time.Millisecond})
	transport := wire.transport(5*time.Second, 10*time.Second)
	defer wire.stop(t, transport)
	key := plan.AccessKeys[0]
	reader := upgrade.NewReader(ack.NewClient(ack.Config{
		Endpoint: "cs.cn-hangzhou.aliyuncs.com", Scheme: "http", UserAgent: "test", Transport: transport,
		AttemptTimeout: 10 * time.Second, RetryTimeout: 30 * time.Second,
		Credentials: func(context.Context) (acs3.Credentials, error) {
			return acs3.Credentials{AccessKeyID: key.ID, AccessKeySecret: key.Secret, SecurityToken: key.SecurityToken}, nil
		},
	}))
	started := time.Now()
	var waits sync.WaitGroup
	for id := range plan.Clusters {
		end, ok := want.ends[id]
		if !ok {
			end = want.ends[""]
		}
		waits.Go(func() {
			if got := waitReady(t.Context(), reader, upgrade.Query{ClusterID: id, Scopes: want.scopes}); got != end {
				t.Errorf("%s: the wait ends in %q, want %q", id, got, end)
			}
		})
	}
	waits.Wait()
	if took := time.Since(started); took < want.least || want.most > 0 && took > want.most {
		t.Errorf("the waits took %s, want %s to %s", took, want.least, want.most)
	}
	if want.sees != nil && !slices.ContainsFunc(simulator.Requests(), want.sees) {
		t.Error("no request shows what the scenario is for")
	}
}

// waitReady waits as the provider does, and returns the end of the wait.
func waitReady(ctx context.Context, reader *upgrade.Reader, q upgrade.Query) string {
	ctx, cancel := context.WithTimeout(ctx, time.Hour)
	defer cancel()
	reading, err := upgrade.Wait{Interval: 5 * time.Second}.ForTerminal(ctx, func(ctx context.Context) (*upgrade.Reading, error) {
		return reader.Read(ctx, q)
	})
	if api := (*ack.APIError)(nil); errors.As(err, &api) {
		return api.Code
	}
	if ended := (*upgrade.WaitError)(nil); errors.As(err, &ended) && ended.Reason == upgrade.WaitPaused {
		return string(upgrade.PhasePaused)
	}
	if err != nil {
		return err.Error()
	}
	return string(reading.Phase)
}
