package ack

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
)

func readClusters(r *http.Response) (*RegionClusters, error) {
	clusters, requestID, err := describeClustersForRegion("cn-hangzhou", 1, 100).read(r)
	if clusters != nil {
		clusters.RequestID = requestID
	}
	return clusters, err
}

func readPlans(r *http.Response) (*OperationPlans, error) {
	plans, requestID, err := listOperationPlansForRegion("cn-hangzhou").read(r)
	if plans != nil {
		plans.RequestID = requestID
	}
	return plans, err
}

// manyTags returns a cluster whose tags all have keys of their own.
func manyTags(n int) string {
	var b strings.Builder
	b.WriteString(`{"clusters":[{"cluster_id":"c","tags":[`)
	for i := 0; b.Len() < n-60; i++ {
		fmt.Fprintf(&b, `{"key":"k%d","value":"v"},`, i)
	}
	b.WriteString(`{"key":"k","value":"v"}]}]}`)
	return b.String()
}

// The bodies of nasty are tested with the readers of one cluster. These cost the readers of a region the most.
func TestAListOfARegionCostsAFewTimesItsSizeAtMost(t *testing.T) {
	clusters := func(r *http.Response) error { _, err := readClusters(r); return err }
	plans := func(r *http.Response) error { _, err := readPlans(r); return err }
	for name, test := range map[string]struct {
		read func(*http.Response) error
		most int
		body func(n int) string
	}{
		"clusters of tiny members":    {clusters, maxRegionClustersBody, around(`{"clusters":[{"cluster_id":"c",`, `"a":1,`, `"b":1}]}`)},
		"a cluster of empty tags":     {clusters, maxRegionClustersBody, around(`{"clusters":[{"cluster_id":"c","tags":[`, `{},`, `{}]}]}`)},
		"a cluster of many tags":      {clusters, maxRegionClustersBody, manyTags},
		"a cluster with a long tag":   {clusters, maxRegionClustersBody, around(`{"clusters":[{"cluster_id":"c","tags":[{"key":"`, `\u0000`, `"}]}]}`)},
		"a cluster with a long id":    {clusters, maxRegionClustersBody, around(`{"clusters":[{"cluster_id":"`, `\u00e9`, `"}]}`)},
		"clusters with long settings": {clusters, maxRegionClustersBody, around(`{"clusters":[`, `{"cluster_id":"c","meta_data":"`+strings.Repeat(`\"`, 2000)+`"},`, `{"cluster_id":"d"}]}`)},
		"empty clusters":              {clusters, maxRegionClustersBody, around(`{"clusters":[`, `{},`, `{}]}`)},
		"plans of tiny members":       {plans, maxOperationPlansBody, around(`{"plans":[{`, `"a":1,`, `"b":1}]}`)},
		"empty plans":                 {plans, maxOperationPlansBody, around(`{"plans":[`, `{},`, `{}]}`)},
		"plans that are texts":        {plans, maxOperationPlansBody, around(`{"plans":[`, `"`+strings.Repeat("x", 1030)+`",`, `""]}`)},
	} {
		t.Run(name, func(t *testing.T) {
			body := test.body(test.most)
			cost, _ := allocated(func() { _ = test.read(response(http.StatusOK, jsonType, body)) })
			if cost > maxCostOfMiB*uint64(test.most>>20) {
				t.Errorf("%d bytes cost %.1f MiB", len(body), float64(cost)/(1<<20))
			}
			var invalid *InvalidResponseError
			err := test.read(response(http.StatusOK, jsonType, `{"clusters":[],"plans":[]}`+strings.Repeat(" ", test.most)))
			if want := fmt.Sprintf("the response is larger than %d bytes", test.most); !errors.As(err, &invalid) || invalid.Reason != want {
				t.Errorf("a body that is too large: %v", err)
			}
		})
	}
}
