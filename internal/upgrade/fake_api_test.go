package upgrade

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/ack"
)

// fakeAPI is an API with one function for each operation. It records the requests. An operation without a function must not be
// requested.
type fakeAPI struct {
	status func(ctx context.Context, clusterID string) (*ack.UpgradeStatus, error)
	tasks  func(ctx context.Context, clusterID string, page, pageSize int) (*ack.ClusterTasks, error)
	detail func(ctx context.Context, clusterID string) (*ack.ClusterDetail, error)
	info   func(ctx context.Context, taskID string) (*ack.TaskInfo, error)
	// clusters and plans are the lists of a region.
	clusters func(ctx context.Context, region string, page, pageSize int) (*ack.RegionClusters, error)
	plans    func(ctx context.Context, region string) (*ack.OperationPlans, error)

	mu       sync.Mutex
	requests []string
}

func (f *fakeAPI) note(operation ack.Operation) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.requests = append(f.requests, string(operation))
}

// count returns the number of requests for an operation.
func (f *fakeAPI) count(operation ack.Operation) (n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, requests := range f.requests {
		if requests == string(operation) {
			n++
		}
	}
	return n
}

// sorted returns the requested operations in alphabetical order, because two operations are requested in parallel.
func (f *fakeAPI) sorted() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Sorted(slices.Values(f.requests))
}

func (f *fakeAPI) GetUpgradeStatus(ctx context.Context, clusterID string) (*ack.UpgradeStatus, error) {
	f.note(ack.GetUpgradeStatus)
	return f.status(ctx, clusterID)
}

func (f *fakeAPI) DescribeClusterTasks(ctx context.Context, clusterID string, page, pageSize int) (*ack.ClusterTasks, error) {
	f.note(ack.DescribeClusterTasks)
	p, err := f.tasks(ctx, clusterID, page, pageSize)
	if p != nil {
		p.Received = time.Now()
	}
	return p, err
}

func (f *fakeAPI) DescribeClusterDetail(ctx context.Context, clusterID string) (*ack.ClusterDetail, error) {
	f.note(ack.DescribeClusterDetail)
	sent := time.Now()
	d, err := f.detail(ctx, clusterID)
	if d != nil {
		d.Sent, d.Received = sent, time.Now()
	}
	return d, err
}

func (f *fakeAPI) DescribeTaskInfo(ctx context.Context, taskID string) (*ack.TaskInfo, error) {
	f.note(ack.DescribeTaskInfo)
	return f.info(ctx, taskID)
}

func (f *fakeAPI) DescribeClustersForRegion(ctx context.Context, region string, page, pageSize int) (*ack.RegionClusters, error) {
	f.note(ack.DescribeClustersForRegion)
	return f.clusters(ctx, region, page, pageSize)
}

func (f *fakeAPI) ListOperationPlansForRegion(ctx context.Context, region string) (*ack.OperationPlans, error) {
	f.note(ack.ListOperationPlansForRegion)
	return f.plans(ctx, region)
}

// list is a server of tasks.
type list struct {
	tasks []ack.ClusterTask
	// size is the maximum number of tasks of a page; 0 is the requested size. says is whether the response contains the size.
	// claims is the size in the response if it is not 0.
	size   int
	says   bool
	claims int
	// total returns the total count in the response; nil for none.
	total func(page int) int
	// change is called before a page is returned.
	change func(l *list, page int)
	// ignoresPage is whether every page is the first one.
	ignoresPage bool
	// lacks is the number of tasks that are missing at the end of a page, by page number.
	lacks map[int]int

	pages []int // The requested pages.
}

func (l *list) serve(_ context.Context, _ string, page, pageSize int) (*ack.ClusterTasks, error) {
	if pageSize != tasksPerPage {
		return nil, fmt.Errorf("a page of %d was requested", pageSize)
	}
	l.pages = append(l.pages, page)
	if l.change != nil {
		l.change(l, page)
	}
	p := &ack.ClusterTasks{Listed: true, PageSize: -1, TotalCount: -1}
	if l.total != nil {
		p.TotalCount = l.total(page)
	}
	size := pageSize
	if l.size > 0 {
		size = l.size
	}
	if l.says {
		p.PageSize = cmp.Or(l.claims, size)
	}
	if l.ignoresPage {
		page = 1
	}
	from := min(len(l.tasks), (page-1)*size)
	p.Tasks = slices.Clone(l.tasks[from:min(len(l.tasks), from+size)])
	p.Tasks = p.Tasks[:max(0, len(p.Tasks)-l.lacks[page])]
	return p, nil
}

// honestly returns the number of tasks.
func (l *list) honestly() *list {
	l.total = func(int) int { return len(l.tasks) }
	return l
}

// failingFrom returns a list up to a page. That page and the later ones are errors.
func failingFrom(page int, l *list, err error) func(context.Context, string, int, int) (*ack.ClusterTasks, error) {
	return func(ctx context.Context, id string, n, size int) (*ack.ClusterTasks, error) {
		if n >= page {
			return nil, err
		}
		return l.serve(ctx, id, n, size)
	}
}

// otherTasks returns tasks that are not upgrades, newest first. The oldest is created after the given hour.
func otherTasks(n, after int) []ack.ClusterTask {
	all := make([]ack.ClusterTask, n)
	for i := range all {
		all[i] = ack.ClusterTask{
			ID: ptr(fmt.Sprintf("o-%d-%d", after, n-i)), Type: ptr("nodepool_scaleout"), State: ptr("success"), Created: moment(after + n - i),
		}
	}
	return all
}

// upgradeAt is a control plane's upgrade of an hour.
func upgradeAt(hour int, state string) ack.ClusterTask {
	return ack.ClusterTask{ID: ptr(fmt.Sprintf("u-%d", hour)), Type: ptr("cluster_upgrade"), State: word(state), Created: moment(hour)}
}

// nodePoolAt is a node pool's upgrade of an hour.
func nodePoolAt(hour int, state string) ack.ClusterTask {
	return ack.ClusterTask{ID: ptr(fmt.Sprintf("n-%d", hour)), Type: ptr("nodepool_upgrade"), State: word(state), Created: moment(hour)}
}
