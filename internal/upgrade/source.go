package upgrade

import (
	"context"
	"errors"
	"slices"
	"sync"

	"golang.org/x/sync/semaphore"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/ack"
)

// Source is a way to find out how an upgrade stands.
type Source string

// The sources.
const (
	// SourceAuto is GetUpgradeStatus if it is available and allowed, otherwise SourceTasks.
	SourceAuto Source = "auto"
	// SourceUpgradeStatus is GetUpgradeStatus.
	SourceUpgradeStatus Source = "upgrade_status"
	// SourceTasks is DescribeClusterTasks and DescribeClusterDetail.
	SourceTasks Source = "tasks"
)

// Sources returns every source there is, in a fixed order.
func Sources() []Source { return []Source{SourceAuto, SourceUpgradeStatus, SourceTasks} }

// Operations returns the operations of the source, in the order of use.
func (s Source) Operations() []ack.Operation {
	switch s {
	case SourceUpgradeStatus:
		return []ack.Operation{ack.GetUpgradeStatus}
	case SourceTasks:
		return []ack.Operation{ack.DescribeClusterTasks, ack.DescribeClusterDetail}
	case SourceAuto:
	}
	return []ack.Operation{ack.GetUpgradeStatus, ack.DescribeClusterTasks, ack.DescribeClusterDetail}
}

// API is the part of an *ack.Client that a Reader uses.
type API interface {
	GetUpgradeStatus(ctx context.Context, clusterID string) (*ack.UpgradeStatus, error)
	DescribeClusterTasks(ctx context.Context, clusterID string, page, pageSize int) (*ack.ClusterTasks, error)
	DescribeClusterDetail(ctx context.Context, clusterID string) (*ack.ClusterDetail, error)
	DescribeTaskInfo(ctx context.Context, taskID string) (*ack.TaskInfo, error)
	DescribeClustersForRegion(ctx context.Context, region string, page, pageSize int) (*ack.RegionClusters, error)
	ListOperationPlansForRegion(ctx context.Context, region string) (*ack.OperationPlans, error)
}

// Query says what to read.
type Query struct {
	ClusterID string
	// Source is where to read it from; empty is SourceAuto.
	Source Source
	// Scopes are whose upgrades count; none is the control plane's. GetUpgradeStatus knows no other, so more than that is read
	// from the tasks.
	Scopes []Scope
	// Version is whether the cluster's version is needed, which GetUpgradeStatus does not return.
	Version bool
}

// Reader reads how upgrades stand, through one endpoint, and remembers which operations that serves. It is safe for
// concurrent use, and meant to be shared by all who read through the endpoint.
type Reader struct {
	api       API
	discovery discovery

	// side holds a place for each request that is made beside another one for the same cluster. More than can be in flight
	// would only wait, each in a goroutine of its own: ten thousand clusters would have twenty thousand.
	side *semaphore.Weighted

	mu        sync.Mutex
	forbidden map[string]error // Why GetUpgradeStatus is not requested for a cluster.
}

// maxAside is how many requests are made beside another one.
const maxAside = 100

// NewReader returns a reader of the given API.
func NewReader(api API) *Reader {
	return &Reader{api: api, side: semaphore.NewWeighted(maxAside), forbidden: make(map[string]error)}
}

// Read reads how the upgrade of a cluster stands. Its error wraps an *ack.RequestError, and is a *BothError where two ways
// were tried.
func (r *Reader) Read(ctx context.Context, q Query) (*Reading, error) {
	if len(q.Scopes) == 0 {
		q.Scopes = []Scope{ScopeControlPlane}
	}
	beyond := slices.ContainsFunc(q.Scopes, func(s Scope) bool { return s != ScopeControlPlane })
	switch {
	case q.Source == SourceTasks || beyond:
		return r.fromTasks(ctx, q)
	case q.Source == SourceUpgradeStatus:
		return r.fromStatus(ctx, q)
	default:
		return r.fromEither(ctx, q)
	}
}

// fromStatus requests GetUpgradeStatus, and DescribeClusterDetail in parallel if the version is needed.
func (r *Reader) fromStatus(ctx context.Context, q Query) (*Reading, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	detail := func() (*ack.ClusterDetail, error) { return nil, nil }
	if q.Version {
		detail = r.detailAside(ctx, q.ClusterID)
	}
	status, err := r.api.GetUpgradeStatus(ctx, q.ClusterID)
	if err != nil {
		cancel()
		_, _ = detail() // Its result is not used, but it must have ended, or must not start.
		return nil, err
	}
	reading := fromStatus(q.ClusterID, status)
	d, err := detail()
	if err != nil {
		return nil, err
	}
	if d != nil {
		reading.ClusterState, reading.CurrentVersion = d.State, d.CurrentVersion
	}
	return reading, nil
}

// fromTasks requests DescribeClusterTasks, and then DescribeClusterDetail. A cluster's state of before its tasks may be one from before
// the upgrade that is over in them, and is not over in the cluster: while a task runs, the cluster need not show it.
func (r *Reader) fromTasks(ctx context.Context, q Query) (*Reading, error) {
	tasks, err := readTasks(ctx, r.api, q.ClusterID, q.Scopes)
	if err != nil {
		return nil, err
	}
	d, err := r.api.DescribeClusterDetail(ctx, q.ClusterID)
	if err != nil {
		return nil, err
	}
	return fromTasks(q.ClusterID, tasks, d), nil
}

// detailAside requests the detail of a cluster in parallel, and returns a function that waits for it. If there are too many parallel
// requests, that function makes the request.
func (r *Reader) detailAside(ctx context.Context, clusterID string) func() (*ack.ClusterDetail, error) {
	ask := func() (*ack.ClusterDetail, error) { return r.api.DescribeClusterDetail(ctx, clusterID) }
	if !r.side.TryAcquire(1) {
		return ask
	}
	var (
		group  sync.WaitGroup
		detail *ack.ClusterDetail
		err    error
	)
	group.Go(func() {
		defer r.side.Release(1)
		detail, err = ask()
	})
	return func() (*ack.ClusterDetail, error) {
		group.Wait()
		return detail, err
	}
}

// fromEither requests GetUpgradeStatus, and the tasks if that is not usable.
func (r *Reader) fromEither(ctx context.Context, q Query) (*Reading, error) {
	if err := r.unusable(q.ClusterID); err != nil {
		return r.instead(ctx, q, err)
	}
	settle := r.discovery.begin(ctx)
	defer settle()
	if err := r.unusable(q.ClusterID); err != nil { // Another read has found out meanwhile.
		return r.instead(ctx, q, err)
	}
	reading, err := r.fromStatus(ctx, q)
	switch {
	case err == nil && reading.saysNothing:
		r.discovery.served()
		err = errSaysNothing
	case err == nil:
		r.discovery.served()
		return reading, nil
	case ctx.Err() != nil || !replaceable(err):
		return nil, err
	}
	notServed, certain := r.remember(q.ClusterID, err)
	if certain {
		settle()
	}
	reading, tasksErr := r.instead(ctx, q, err)
	if notServed && isFromAPI(tasksErr) { // Something at the endpoint is the API, and only the one operation is missing.
		r.discovery.withdrawn(err)
	}
	return reading, tasksErr
}

// errSaysNothing is a response of GetUpgradeStatus with not one of the fields that count.
var errSaysNothing = errors.New("the response contains no status, no step and no task")

// instead requests the tasks, because GetUpgradeStatus is not usable for the given reason.
func (r *Reader) instead(ctx context.Context, q Query, reason error) (*Reading, error) {
	reading, err := r.fromTasks(ctx, q)
	if err != nil {
		return nil, &BothError{Tasks: err, UpgradeStatus: reason}
	}
	return reading, nil
}

// unusable returns the known reason why GetUpgradeStatus is not usable for a cluster, or nil.
func (r *Reader) unusable(clusterID string) error {
	if err := r.discovery.reason(); err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.forbidden[clusterID]
}

// remember keeps what an error of GetUpgradeStatus says of the next read: that it is not served, to this endpoint; that it is
// not allowed, for this cluster. It reports whether the operation seems not to be served, and whether the one or the other is certain.
func (r *Reader) remember(clusterID string, err error) (notServed, certain bool) {
	var api *ack.APIError
	if !errors.As(err, &api) {
		return false, false
	}
	switch {
	case api.Kind() == ack.KindForbidden:
		r.discovery.served()
		r.mu.Lock()
		defer r.mu.Unlock()
		r.forbidden[clusterID] = err
		return false, true
	case api.NotServed() && api.Code != "":
		r.discovery.withdrawn(err)
		return true, true
	case api.NotServed(): // Without a code, it may be a proxy that says so.
		return true, false
	}
	return false, false
}

// isFromAPI reports whether an error, or none, shows that it was the API that responded.
func isFromAPI(err error) bool {
	var api *ack.APIError
	return err == nil || errors.As(err, &api) && api.Code != ""
}

// replaceable reports whether the tasks may tell what GetUpgradeStatus does not: not where the network, the credentials, the
// signature, the clock, throttling or the cluster's id is at fault, which they would meet too.
func replaceable(err error) bool {
	var (
		request *ack.RequestError
		api     *ack.APIError
		invalid *ack.InvalidResponseError
	)
	if errors.As(err, &request) && request.Operation != ack.GetUpgradeStatus {
		return false
	}
	if errors.As(err, &invalid) {
		return true
	}
	if !errors.As(err, &api) {
		return false
	}
	switch api.Kind() {
	case ack.KindOther, ack.KindForbidden, ack.KindNotServed, ack.KindRedirect, ack.KindNotTheAPI:
		return true
	case ack.KindServerError:
		return api.NotServed()
	case ack.KindAccessKey, ack.KindSignature, ack.KindTokenExpired, ack.KindToken, ack.KindReplay, ack.KindClock,
		ack.KindThrottled, ack.KindUnavailable, ack.KindClusterNotFound:
		return false
	}
	return false
}

// BothError is a read that failed in both ways. It wraps the error of the tasks.
type BothError struct {
	// Tasks is what asking for the tasks ended with.
	Tasks error
	// UpgradeStatus is why GetUpgradeStatus did not serve.
	UpgradeStatus error
}

// Error says what both ended with.
func (e *BothError) Error() string {
	return e.Tasks.Error() + "; before that, GetUpgradeStatus: " + e.UpgradeStatus.Error()
}

// Unwrap returns what asking for the tasks ended with.
func (e *BothError) Unwrap() error { return e.Tasks }
