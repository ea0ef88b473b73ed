package upgrade

import (
	"context"
	"errors"
	"slices"
	"sync"

	"golang.org/x/sync/semaphore"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/ack"
)

// Source is a set of operations that return the state of an upgrade.
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

// Sources returns all sources, in a fixed order.
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

// Query describes a read.
type Query struct {
	ClusterID string
	// Source is the source to use; empty is SourceAuto.
	Source Source
	// Scopes are the scopes whose upgrades count; empty is the control plane. GetUpgradeStatus returns no other, so any other
	// scope requires the tasks.
	Scopes []Scope
	// Version is whether the cluster's version is needed, which GetUpgradeStatus does not return.
	Version bool
}

// Reader reads the state of upgrades from one endpoint, and remembers which operations are available there. It is safe for
// concurrent use. All reads of an endpoint should share one reader.
type Reader struct {
	api       API
	discovery discovery

	// side limits the requests that are made in parallel to another one for the same cluster. More than can be in flight would
	// only wait, each in its own goroutine: ten thousand clusters would have twenty thousand goroutines.
	side *semaphore.Weighted

	mu        sync.Mutex
	forbidden map[string]error // Why GetUpgradeStatus is not requested for a cluster.
}

// maxAside is the maximum number of parallel requests.
const maxAside = 100

// NewReader returns a reader of the given API.
func NewReader(api API) *Reader {
	return &Reader{api: api, side: semaphore.NewWeighted(maxAside), forbidden: make(map[string]error)}
}

// Read reads the state of the upgrade of a cluster. Its error wraps an *ack.RequestError, and is a *BothError if both sources
// failed.
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

// fromTasks requests DescribeClusterTasks, and then DescribeClusterDetail. The detail must be the later one: if it was read
// before the tasks, the cluster could be in a state from before an upgrade that has ended in the tasks but not in the cluster.
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
	request := func() (*ack.ClusterDetail, error) { return r.api.DescribeClusterDetail(ctx, clusterID) }
	if !r.side.TryAcquire(1) {
		return request
	}
	var (
		group  sync.WaitGroup
		detail *ack.ClusterDetail
		err    error
	)
	group.Go(func() {
		defer r.side.Release(1)
		detail, err = request()
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
	if err := r.unusable(q.ClusterID); err != nil { // Another read has done the discovery meanwhile.
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
	if notServed && isFromAPI(tasksErr) { // The endpoint is the API, and only this operation is missing.
		r.discovery.withdrawn(err)
	}
	return reading, tasksErr
}

// errSaysNothing is a response of GetUpgradeStatus without any of the fields that determine the phase.
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

// remember stores the consequence of an error of GetUpgradeStatus for later reads: the operation is unavailable at this endpoint,
// or not allowed for this cluster. It reports whether the operation seems to be unavailable, and whether one of the two is
// certain.
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
	case api.NotServed(): // Without a code, the response may be from a proxy.
		return true, false
	}
	return false, false
}

// isFromAPI reports whether an error, or nil, shows that the API has responded.
func isFromAPI(err error) bool {
	var api *ack.APIError
	return err == nil || errors.As(err, &api) && api.Code != ""
}

// replaceable reports whether the tasks may be readable although GetUpgradeStatus failed. Not after an error of the network, the
// credentials, the signature, the clock, throttling or the cluster ID: the other operations would have it too.
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

// BothError is a read for which both sources failed. It wraps the error of the tasks.
type BothError struct {
	// Tasks is the error of the source tasks.
	Tasks error
	// UpgradeStatus is the error of GetUpgradeStatus.
	UpgradeStatus error
}

// Error returns both errors.
func (e *BothError) Error() string {
	return e.Tasks.Error() + "; before that, GetUpgradeStatus: " + e.UpgradeStatus.Error()
}

// Unwrap returns the error of the source tasks.
func (e *BothError) Unwrap() error { return e.Tasks }
