package ack_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/ack"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/gateway"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/scenario"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/story"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acs3"
)

// inMemory passes requests to a handler, in a tenth of a second of fake time.
type inMemory struct{ http.Handler }

func (m inMemory) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	arrived := r.Clone(r.Context())
	arrived.Host, arrived.Body = r.URL.Host, http.NoBody
	m.ServeHTTP(w, arrived)
	time.Sleep(100 * time.Millisecond)
	response := w.Result()
	response.Request = r
	return response, nil
}

func TestAFleetKeepsToTheSimulatorsQuota(t *testing.T) {
	const clusters = 200
	for name, limit := range map[string]gateway.RateLimit{
		"429":               {RequestsPerSecond: 20},
		"429, with headers": {RequestsPerSecond: 20, Headers: true},
		"400":               {RequestsPerSecond: 20, Status: 400},
		"400, with headers": {RequestsPerSecond: 20, Status: 400, Headers: true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				plan := &scenario.Scenario{
					AccessKeys: []scenario.AccessKey{{ID: "testak", Secret: "testsk"}},
					Clusters:   make(map[string]scenario.Cluster),
					RateLimit:  &limit,
				}
				for i := range clusters {
					plan.Clusters[fmt.Sprint("c", i)] = scenario.Cluster{Timeline: []scenario.Step{{Phase: story.Succeeded}}}
				}
				simulator, err := acksim.New(plan)
				if err != nil {
					t.Fatal(err)
				}
				client := ack.NewClient(ack.Config{
					Endpoint: "cs.cn-hangzhou.aliyuncs.com", Scheme: "https", UserAgent: "test", Transport: inMemory{simulator},
					AttemptTimeout: 20 * time.Second, RetryTimeout: 30 * time.Second,
					Credentials: func(context.Context) (acs3.Credentials, error) {
						return acs3.Credentials{AccessKeyID: "testak", AccessKeySecret: "testsk"}, nil
					},
				})
				started := time.Now()
				var group sync.WaitGroup
				for id := range plan.Clusters {
					group.Go(func() {
						if status, err := client.GetUpgradeStatus(t.Context(), id); err != nil || *status.Status != "success" {
							t.Errorf("%s: %v, %v", id, status, err)
						}
					})
				}
				group.Wait()
				took, requests := time.Since(started), len(simulator.Requests())
				t.Logf("%d clusters: %d requests in %s", clusters, requests, took)
				if requests > 260 || took > 15*time.Second {
					t.Error("more than 1.3 for each, or 1.5 of the ideal")
				}
			})
		})
	}
}
