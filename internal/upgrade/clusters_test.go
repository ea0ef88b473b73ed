package upgrade

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/ack"
)

// region is a server of the clusters of a region.
type region struct {
	ids []string
	// size is the maximum number of clusters of a page; 0 is the requested size. says is whether the response contains the size.
	size int
	says bool
	// total returns the total count in the response; nil for none.
	total func(r *region, page, count int) int
	// change is called before a page is returned. request counts from 1.
	change func(r *region, request, page int)
	// ignoresPage is whether every page is the first one.
	ignoresPage bool
	// unlisted is whether there is no list in the response.
	unlisted bool
	// lacks is the number of clusters that are missing at the end of a page, by page number.
	lacks map[int]int
	fails func(request int) error

	requests int
}

func (r *region) serve(_ context.Context, name string, page, pageSize int) (*ack.RegionClusters, error) {
	if r.requests++; name != "cn-hangzhou" || pageSize != clustersPerPage {
		return nil, fmt.Errorf("a page of %d of the region %s was requested", pageSize, name)
	}
	if r.fails != nil {
		if err := r.fails(r.requests); err != nil {
			return nil, err
		}
	}
	if r.change != nil {
		r.change(r, r.requests, page)
	}
	p := &ack.RegionClusters{Listed: !r.unlisted, PageSize: -1, TotalCount: -1}
	size := pageSize
	if r.size > 0 {
		size = r.size
	}
	if r.says {
		p.PageSize = size
	}
	if r.ignoresPage {
		page = 1
	}
	from := min(len(r.ids), (page-1)*size)
	ids := r.ids[from:min(len(r.ids), from+size)]
	ids = ids[:max(0, len(ids)-r.lacks[page])]
	if r.total != nil {
		p.TotalCount = r.total(r, page, len(ids))
	}
	for _, id := range ids {
		p.Clusters = append(p.Clusters, ack.RegionCluster{ID: id})
	}
	p.RequestID = fmt.Sprintf("R-%d", r.requests)
	return p, nil
}

func clusterNames(n int) []string {
	ids := make([]string, n)
	for i := range ids {
		ids[i] = fmt.Sprintf("c-%04d", i)
	}
	return ids
}

func honest(r *region, _, _ int) int { return len(r.ids) }

// A list with an inconsistency is read completely or is an error, never in part.
func TestAListOfClustersIsReadCompletelyOrNotAtAll(t *testing.T) {
	without := func(ids []string, i int) []string { return slices.Delete(slices.Clone(ids), i, i+1) }
	for name, test := range map[string]struct {
		region   region
		want     int    // The number of clusters that the region has in the end.
		requests int    // The number of requests that are needed.
		problem  string // Of the error; empty for none.
	}{
		"one page":                     {region{ids: clusterNames(30), total: honest}, 30, 1, ""},
		"no cluster":                   {region{total: honest}, 0, 1, ""},
		"no list, and none counted":    {region{unlisted: true, total: honest}, 0, 1, ""},
		"a thousand":                   {region{ids: clusterNames(1000), total: honest}, 1000, 11, ""},
		"a page that is not full":      {region{ids: clusterNames(250), total: honest, says: true}, 250, 3, ""},
		"exactly one page":             {region{ids: clusterNames(100), total: honest}, 100, 2, ""},
		"smaller pages":                {region{ids: clusterNames(120), total: honest, size: 50, says: true}, 120, 3, ""},
		"smaller pages, and not said":  {region{ids: clusterNames(120), total: honest, size: 50}, 120, 3, ""},
		"no total":                     {region{ids: clusterNames(120)}, 120, 3, ""},
		"a total of nothing":           {region{ids: clusterNames(120), total: func(*region, int, int) int { return 0 }}, 120, 3, ""},
		"a total of the page":          {region{ids: clusterNames(220), total: func(_ *region, _, count int) int { return count }}, 220, 3, ""},
		"the page's, in small pages":   {region{ids: clusterNames(120), size: 50, says: true, total: func(_ *region, _, count int) int { return count }}, 120, 3, ""},
		"another order":                {region{ids: slices.Sorted(slices.Values(clusterNames(120))), total: honest, change: func(r *region, n, _ int) { reverseOnce(r, n) }}, 120, 2, ""},
		"a page short in between":      {region{ids: clusterNames(230), total: honest, lacks: map[int]int{1: 5}}, 0, 4 * maxClusterPasses, "the list ends after 225 of 230 clusters"},
		"it stops short":               {region{ids: clusterNames(150), total: honest, lacks: map[int]int{2: 10}}, 0, 3 * maxClusterPasses, "the list ends after 140 of 150 clusters"},
		"a total of one more":          {region{ids: clusterNames(30), total: func(r *region, _, _ int) int { return len(r.ids) + 1 }}, 0, 2 * maxClusterPasses, "the list ends after 30 of 31 clusters"},
		"every page is the first":      {region{ids: clusterNames(150), total: honest, ignoresPage: true}, 0, 2 * maxClusterPasses, "the list ends after 100 of 150 clusters"},
		"the first, and no total":      {region{ids: clusterNames(150), ignoresPage: true}, 0, 2 * maxClusterPasses, "a page repeats the clusters of the pages before, and the response does not say how many clusters there are"},
		"all on every page":            {region{ids: clusterNames(30), total: honest, ignoresPage: true}, 30, 1, ""},
		"no list":                      {region{unlisted: true}, 0, maxClusterPasses, "the response contains no list of clusters"},
		"no list, and some counted":    {region{ids: clusterNames(3), unlisted: true, total: honest, lacks: map[int]int{1: 3}}, 0, maxClusterPasses, "the response contains no list of clusters"},
		"it never ends":                {region{change: func(r *region, n, _ int) { r.ids = append(r.ids, clusterPage(n)...) }}, 0, maxClusterPages * maxClusterPasses, "the list has more than 300 pages"},
		"one is created at its end":    {region{ids: clusterNames(150), total: honest, change: func(r *region, n, _ int) { onceAt(n, func() { r.ids = append(r.ids, "c-new") }) }}, 151, 4, ""},
		"one is created at its start":  {region{ids: clusterNames(150), total: honest, change: func(r *region, n, _ int) { onceAt(n, func() { r.ids = append([]string{"a-new"}, r.ids...) }) }}, 151, 5, ""},
		"one is deleted at its start":  {region{ids: clusterNames(150), total: honest, change: func(r *region, n, _ int) { onceAt(n, func() { r.ids = without(r.ids, 0) }) }}, 149, 5, ""},
		"one is deleted at its end":    {region{ids: clusterNames(150), total: honest, change: func(r *region, n, _ int) { onceAt(n, func() { r.ids = without(r.ids, 149) }) }}, 149, 5, ""},
		"it moves all the time":        {region{ids: clusterNames(250), total: honest, change: func(r *region, n, page int) { moveOn(r, n, page) }}, 0, 16, "the list changed while it was read: it had 259 clusters, and then 262"},
		"one is there twice":           {region{ids: append(clusterNames(30), "c-0007"), total: func(*region, int, int) int { return 30 }}, 30, 1, ""},
		"one is there twice, counted":  {region{ids: append(clusterNames(30), "c-0007"), total: honest}, 0, 2 * maxClusterPasses, "the list ends after 30 of 31 clusters"},
		"the second request has fault": {region{ids: clusterNames(150), total: honest, fails: func(n int) error { return []error{nil, nil, errThrottled}[n] }}, 0, 2, errThrottled.Error()},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := test.region
				got, err := NewReader(&fakeAPI{clusters: r.serve}).Clusters(t.Context(), "cn-hangzhou")
				if r.requests != test.requests {
					t.Errorf("%d requests, want %d", r.requests, test.requests)
				}
				if test.problem != "" {
					var list *ListError
					if err == nil || !strings.Contains(err.Error(), test.problem) || got != nil {
						t.Errorf("got %d clusters, %v", len(got), err)
					}
					if errors.As(err, &list) && (list.Reason != test.problem || list.Passes != maxClusterPasses || list.RequestID == "") {
						t.Errorf("%+v", list)
					}
					return
				}
				ids := make([]string, len(got))
				for i, c := range got {
					ids[i] = c.ID
				}
				want := slices.Compact(slices.Sorted(slices.Values(r.ids)))
				if err != nil || !slices.Equal(ids, want) || len(ids) != test.want {
					t.Errorf("got %d clusters, %v; there are %d", len(ids), err, len(want))
				}
			})
		})
	}
}

var errThrottled = errors.New("throttled")

// clusterPage is a page of clusters that is not shared with other requests.
func clusterPage(n int) []string {
	ids := clusterNames(clustersPerPage)
	for i := range ids {
		ids[i] = fmt.Sprintf("p-%d-%s", n, ids[i])
	}
	return ids
}

// onceAt calls change before the second request.
func onceAt(request int, do func()) {
	if request == 2 {
		do()
	}
}

// moveOn creates a cluster at the beginning before each further page.
func moveOn(r *region, request, page int) {
	if page > 1 {
		r.ids = append([]string{fmt.Sprintf("a-%06d", 999_999-request)}, r.ids...)
	}
}

func reverseOnce(r *region, request int) {
	if request == 1 {
		slices.Reverse(r.ids)
	}
}

func TestAReadOfAListEndsIfItsContextIsCanceled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 1500*time.Millisecond) // In the delay before the third pass.
		defer cancel()
		r := &region{ids: clusterNames(30), total: func(r *region, _, _ int) int { return len(r.ids) + 1 }}
		r.fails = func(int) error { return ctx.Err() }
		started := time.Now()
		if _, err := NewReader(&fakeAPI{clusters: r.serve}).Clusters(ctx, "cn-hangzhou"); !errors.Is(err, context.DeadlineExceeded) || time.Since(started) != 1500*time.Millisecond {
			t.Errorf("%v after %s", err, time.Since(started))
		}
	})
}

func TestAFilterSelectsTheClustersItNames(t *testing.T) {
	constraint, err := ParseConstraint(">= 1.33")
	if err != nil {
		t.Fatal(err)
	}
	full := ack.RegionCluster{
		ID: "c1", Name: ptr("shop-prod"), State: ptr("running"), CurrentVersion: ptr("1.33.3-aliyun.1"), Profile: ptr("Default"),
		Tags: map[string]string{"env": "prod", "team": ""},
	}
	bare := ack.RegionCluster{ID: "c2"}
	for name, test := range map[string]struct {
		filter     ClusterFilter
		full, bare bool
	}{
		"nothing":                  {ClusterFilter{}, true, true},
		"a name":                   {ClusterFilter{Name: regexp.MustCompile(`^shop-`)}, true, false},
		"another name":             {ClusterFilter{Name: regexp.MustCompile(`^shop$`)}, false, false},
		"any name":                 {ClusterFilter{Name: regexp.MustCompile(``)}, true, false},
		"a tag":                    {ClusterFilter{Tags: map[string]string{"env": "prod"}}, true, false},
		"two tags":                 {ClusterFilter{Tags: map[string]string{"env": "prod", "team": ""}}, true, false},
		"a tag with another value": {ClusterFilter{Tags: map[string]string{"env": "Prod"}}, false, false},
		"a tag with another key":   {ClusterFilter{Tags: map[string]string{"Env": "prod"}}, false, false},
		"a tag that is not there":  {ClusterFilter{Tags: map[string]string{"owner": ""}}, false, false},
		"one tag of two":           {ClusterFilter{Tags: map[string]string{"env": "prod", "owner": "a"}}, false, false},
		"a state":                  {ClusterFilter{States: []string{"upgrading", "Running "}}, true, false},
		"another state":            {ClusterFilter{States: []string{"upgrading"}}, false, false},
		"a profile":                {ClusterFilter{Profiles: []string{"default"}}, true, false},
		"another profile":          {ClusterFilter{Profiles: []string{"Edge"}}, false, false},
		"a version":                {ClusterFilter{Version: constraint}, true, false},
		"a name and another state": {ClusterFilter{Name: regexp.MustCompile(`shop`), States: []string{"updating"}}, false, false},
		"all of it":                {ClusterFilter{Name: regexp.MustCompile(`shop`), Tags: map[string]string{"env": "prod"}, States: []string{"running"}, Profiles: []string{"Default"}, Version: constraint}, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			if got, other := test.filter.Takes(full), test.filter.Takes(bare); got != test.full || other != test.bare {
				t.Errorf("takes the one %t, the other %t", got, other)
			}
		})
	}
}
