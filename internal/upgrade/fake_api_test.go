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

// fakeAPI is an API of functions, one for each operation, that notes what was asked. An operation without a function is one
// that must not be asked.
type fakeAPI struct {
	status func(ctx context.Context, clusterID string) (*ack.UpgradeStatus, error)
	tasks  func(ctx context.Context, clusterID string, page, pageSize int) (*ack.ClusterTasks, error)
	detail func(ctx context.Context, clusterID string) (*ack.ClusterDetail, error)
	info   func(ctx context.Context, taskID string) (*ack.TaskInfo, error)
	// clusters and plans are the lists of a region.
	clusters func(ctx context.Context, region string, page, pageSize int) (*ack.RegionClusters, error)
	plans    func(ctx context.Context, region string) (*ack.OperationPlans, error)

	mu    sync.Mutex
	asked []string
}

func (f *fakeAPI) note(operation ack.Operation) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked = append(f.asked, string(operation))
}

// count returns how often an operation was asked.
func (f *fakeAPI) count(operation ack.Operation) (n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, asked := range f.asked {
		if asked == string(operation) {
			n++
		}
	}
	return n
}

// sorted returns what was asked, in alphabetical order: two operations are asked at the same time.
func (f *fakeAPI) sorted() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Sorted(slices.Values(f.asked))
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
	// size is how many tasks a page has at most; 0 is as many as are asked for. says is whether the response tells so, and
	// claims what it tells in place of that, where it is not 0.
	size   int
	says   bool
	claims int
	// total is what the response tells of all tasks; nil is nothing.
	total func(page int) int
	// change comes before a page is served.
	change func(l *list, page int)
	// ignoresPage is whether every page is the first one.
	ignoresPage bool
	// lacks is how many tasks are missing at the end of a page, by its number.
	lacks map[int]int

	pages []int // Those that were asked for.
}

func (l *list) serve(_ context.Context, _ string, page, pageSize int) (*ack.ClusterTasks, error) {
	if pageSize != tasksPerPage {
		return nil, fmt.Errorf("a page of %d was asked for", pageSize)
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

// honestly tells how many tasks there are.
func (l *list) honestly() *list {
	l.total = func(int) int { return len(l.tasks) }
	return l
}

// failingFrom serves a list up to a page, from which on there is an error.
func failingFrom(page int, l *list, err error) func(context.Context, string, int, int) (*ack.ClusterTasks, error) {
	return func(ctx context.Context, id string, n, size int) (*ack.ClusterTasks, error) {
		if n >= page {
			return nil, err
		}
		return l.serve(ctx, id, n, size)
	}
}

// otherTasks returns tasks that are no upgrades, newest first, the oldest one first in time after the given hour.
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
