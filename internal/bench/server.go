package bench

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/scenario"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/story"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acs3"
)

// The key that the server knows.
const (
	accessKey = "testak"
	secretKey = "testsk"
)

// server is the simulated ACK API. It signs requests that come without a signature itself, before it checks them: a signed
// request and an unsigned one cost it the same.
type server struct {
	*acksim.Server
	simulator *acksim.Simulator
	delay     time.Duration // of each response
	requests  atomic.Int64
}

// serve starts a server with so many clusters, all of them in the given phase.
func serve(ctx context.Context, clusters int, phase story.Phase, delay time.Duration) (*server, error) {
	simulator, err := acksim.New(&scenario.Scenario{AccessKeys: []scenario.AccessKey{{ID: accessKey, Secret: secretKey}}})
	if err != nil {
		return nil, err
	}
	for _, id := range clusterIDs(clusters) {
		if err := simulator.SetTimeline(id, []scenario.Step{{Phase: phase}}); err != nil {
			return nil, err
		}
	}
	s := &server{simulator: simulator, delay: delay}
	s.Server, err = acksim.Start(ctx, s, acksim.Options{})
	return s, err
}

// ServeHTTP implements http.Handler.
func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	count := s.requests.Add(1)
	if s.delay > 0 {
		time.Sleep(s.delay)
	}
	if r.Header.Get("Authorization") == "" {
		r.Header.Set("X-Acs-Action", "GetUpgradeStatus")
		r.Header.Set("X-Acs-Version", "2015-12-15")
		key := acs3.Credentials{AccessKeyID: accessKey, AccessKeySecret: secretKey}
		if err := acs3.Sign(r, key, time.Now(), "unsigned-"+strconv.FormatInt(count, 10)); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
	}
	s.simulator.ServeHTTP(w, r)
}

// url is where the status of the upgrade of a cluster is read.
func (s *server) url(clusterID string) string {
	return fmt.Sprintf("http://%s/api/v2/clusters/%s/upgrade/status", s.Endpoint(), clusterID)
}

// clusterIDs returns as many ids, as long as real ones.
func clusterIDs(n int) []string {
	ids := make([]string, n)
	for i := range ids {
		ids[i] = fmt.Sprintf("c106f377e16f34eb1808d6b9362c%05d", i)
	}
	return ids
}
