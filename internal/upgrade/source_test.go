package upgrade

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/ack"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acs3"
)

// failedRequest is the error of a request that ended with err.
func failedRequest(operation ack.Operation, err error) error {
	return &ack.RequestError{Operation: operation, Attempts: 1, Err: err}
}

// rejected is the error of a request that was rejected.
func rejected(operation ack.Operation, status int, code string) error {
	return failedRequest(operation, &ack.APIError{HTTPStatus: status, Code: code})
}

// respondingAPI is an API whose cluster has a succeeded upgrade in every operation, with changes.
func respondingAPI(changes ...func(*fakeAPI)) *fakeAPI {
	f := &fakeAPI{
		status: func(context.Context, string) (*ack.UpgradeStatus, error) {
			return statusOf("success", "success", "Success"), nil
		},
		tasks: func(context.Context, string, int, int) (*ack.ClusterTasks, error) {
			return &ack.ClusterTasks{Listed: true, PageSize: 100, TotalCount: 1, Tasks: []ack.ClusterTask{upgradeTask("success")}}, nil
		},
		detail: func(context.Context, string) (*ack.ClusterDetail, error) {
			return &ack.ClusterDetail{State: ptr("running"), CurrentVersion: ptr("1.33.3-aliyun.1")}, nil
		},
	}
	for _, change := range changes {
		change(f)
	}
	return f
}

func statusFails(err error) func(*fakeAPI) {
	return func(f *fakeAPI) {
		f.status = func(context.Context, string) (*ack.UpgradeStatus, error) { return nil, err }
	}
}

func tasksFail(err error) func(*fakeAPI) {
	return func(f *fakeAPI) {
		f.tasks = func(context.Context, string, int, int) (*ack.ClusterTasks, error) { return nil, err }
	}
}

func detailFails(err error) func(*fakeAPI) {
	return func(f *fakeAPI) {
		f.detail = func(context.Context, string) (*ack.ClusterDetail, error) { return nil, err }
	}
}

const (
	status, tasks, detail = string(ack.GetUpgradeStatus), string(ack.DescribeClusterTasks), string(ack.DescribeClusterDetail)
)

// If GetUpgradeStatus is unavailable, the tasks are read. If the request itself is wrong, the tasks would have the same error.
func TestAutoReadsTheTasksWhereGetUpgradeStatusIsUnavailable(t *testing.T) {
	const op = ack.GetUpgradeStatus
	for name, test := range map[string]struct {
		err      error // Of GetUpgradeStatus.
		falls    bool  // Whether the tasks are requested.
		notAgain bool  // Whether the next read of the same cluster requests only the tasks,
		andElse  bool  // and that of another cluster.
	}{
		"404 of a gateway that does not know it":         {rejected(op, 404, "InvalidAction.NotFound"), true, true, true},
		"400 of a gateway that does not know it":         {rejected(op, 400, "InvalidAction"), true, true, true},
		"404 of an unknown API":                          {rejected(op, 404, "InvalidApi.NotPurchase"), true, true, true},
		"404 with a code that nobody knows":              {rejected(op, 404, "ApiOffline"), true, true, true},
		"410 with a code that nobody knows":              {rejected(op, 410, "Gone"), true, true, true},
		"501 with a code that nobody knows":              {rejected(op, 501, "NotImplemented"), true, true, true},
		"404 without a code":                             {rejected(op, 404, ""), true, true, true},
		"410 without a code":                             {rejected(op, 410, ""), true, true, true},
		"501 without a code":                             {rejected(op, 501, ""), true, true, true},
		"not allowed by RAM":                             {rejected(op, 403, "Forbidden.RAM"), true, true, false},
		"not allowed by an older name":                   {rejected(op, 403, "NoPermission"), true, true, false},
		"not allowed by the ACL":                         {rejected(op, 403, "ErrorCheckAcl"), true, true, false},
		"403 with a code that nobody knows":              {rejected(op, 403, "Nope"), true, true, false},
		"403 without a code":                             {rejected(op, 403, ""), true, false, false},
		"a state in which it cannot be requested":        {rejected(op, 400, "ErrorClusterState"), true, false, false},
		"a rejection that nobody knows":                  {rejected(op, 400, "Whatever"), true, false, false},
		"a redirect":                                     {failedRequest(op, &ack.APIError{HTTPStatus: 302, Location: "https://x/"}), true, false, false},
		"a page":                                         {failedRequest(op, &ack.InvalidResponseError{Operation: op, HTTPStatus: 200, Reason: "no JSON"}), true, false, false},
		"no such cluster":                                {rejected(op, 404, "ErrorClusterNotFound"), false, false, false},
		"no such access key":                             {rejected(op, 404, "InvalidAccessKeyId.NotFound"), false, false, false},
		"a bad signature":                                {rejected(op, 400, "SignatureDoesNotMatch"), false, false, false},
		"an incomplete signature":                        {rejected(op, 400, "IncompleteSignature"), false, false, false},
		"an expired token":                               {rejected(op, 400, "InvalidSecurityToken.Expired"), false, false, false},
		"a token that does not belong to the access key": {rejected(op, 403, "InvalidSecurityToken.MismatchWithAccessKey"), false, false, false},
		"no token":                                       {rejected(op, 400, "MissingSecurityToken"), false, false, false},
		"a nonce used before":                            {rejected(op, 400, "SignatureNonceUsed"), false, false, false},
		"a clock that is off":                            {rejected(op, 400, "InvalidTimeStamp.Expired"), false, false, false},
		"throttled with 429":                             {rejected(op, 429, ""), false, false, false},
		"throttled with 400":                             {rejected(op, 400, "Throttling.User"), false, false, false},
		"throttled with 503":                             {rejected(op, 503, "Throttling"), false, false, false},
		"service unavailable":                            {rejected(op, 503, "ServiceUnavailable"), false, false, false},
		"an internal error":                              {rejected(op, 500, "InternalError"), false, false, false},
		"a bad gateway":                                  {rejected(op, 502, ""), false, false, false},
		"a network error":                                {failedRequest(op, syscall.ECONNREFUSED), false, false, false},
		"no credentials":                                 {failedRequest(op, &acs3.CredentialsError{Err: errors.New("none")}), false, false, false},
		"a request that cannot be built":                 {failedRequest(op, &ack.BuildError{Err: errors.New("bad host")}), false, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			api := respondingAPI(statusFails(test.err))
			r := NewReader(api)
			reading, err := r.Read(t.Context(), Query{ClusterID: "c1"})
			want := []string{status}
			switch {
			case !test.falls:
				if !errors.Is(err, test.err) || reading != nil {
					t.Errorf("got %v, %v", reading, err)
				}
			case err != nil || reading.Source != SourceTasks || reading.Phase != PhaseSucceeded:
				t.Errorf("got %+v, %v", reading, err)
			default:
				want = []string{detail, tasks, status}
			}
			if diff := cmp.Diff(want, api.sorted()); diff != "" {
				t.Errorf("requests, -want +got:\n%s", diff)
			}
			for i, not := range []bool{test.notAgain, test.andElse} {
				before := api.count(ack.GetUpgradeStatus)
				_, _ = r.Read(t.Context(), Query{ClusterID: fmt.Sprint("c", i+1)})
				if again := api.count(ack.GetUpgradeStatus) > before; again == not {
					t.Errorf("requested c%d: %t", i+1, again)
				}
			}
		})
	}
}

func TestAutoReadsTheTasksAfterAnEmptyResponse(t *testing.T) {
	for name, test := range map[string]struct {
		status *ack.UpgradeStatus
		want   Source
	}{
		"{}":                          {statusOf("-", "-", "-"), SourceTasks},
		"a task without a status":     {&ack.UpgradeStatus{UpgradeTask: &ack.UpgradeTask{}}, SourceTasks},
		"a message alone":             {&ack.UpgradeStatus{ErrorMessage: ptr("m")}, SourceTasks},
		"an empty string":             {statusOf("", "-", "-"), SourceUpgradeStatus},
		"a word that nobody knows":    {statusOf("rolling_back", "-", "-"), SourceUpgradeStatus},
		"a field of a similar name":   {&ack.UpgradeStatus{Similar: "Status"}, SourceUpgradeStatus},
		"a success that is confirmed": {statusOf("success", "success", "-"), SourceUpgradeStatus},
	} {
		t.Run(name, func(t *testing.T) {
			api := respondingAPI(func(f *fakeAPI) {
				f.status = func(context.Context, string) (*ack.UpgradeStatus, error) { return test.status, nil }
			})
			r := NewReader(api)
			for range 2 { // It is not remembered: a later response may have the fields.
				reading, err := r.Read(t.Context(), Query{ClusterID: "c1"})
				if err != nil || reading.Source != test.want {
					t.Fatalf("got %+v, %v", reading, err)
				}
			}
			if n := api.count(ack.GetUpgradeStatus); n != 2 {
				t.Errorf("%d requests", n)
			}
		})
	}
}

func TestEachSourceRequestsItsOperations(t *testing.T) {
	withdrawn := statusFails(rejected(ack.GetUpgradeStatus, 404, "InvalidAction.NotFound"))
	for name, test := range map[string]struct {
		query    Query
		changes  []func(*fakeAPI)
		requests []string
		source   Source
	}{
		"auto":                           {Query{}, nil, []string{status}, SourceUpgradeStatus},
		"auto with a version":            {Query{Version: true}, nil, []string{detail, status}, SourceUpgradeStatus},
		"auto of node pools":             {Query{Scopes: []Scope{ScopeNodePools}}, nil, []string{detail, tasks}, SourceTasks},
		"auto of everything":             {Query{Scopes: Scopes()}, nil, []string{detail, tasks}, SourceTasks},
		"auto of the control plane":      {Query{Scopes: []Scope{ScopeControlPlane}}, nil, []string{status}, SourceUpgradeStatus},
		"upgrade_status":                 {Query{Source: SourceUpgradeStatus}, nil, []string{status}, SourceUpgradeStatus},
		"upgrade_status with a version":  {Query{Source: SourceUpgradeStatus, Version: true}, nil, []string{detail, status}, SourceUpgradeStatus},
		"tasks":                          {Query{Source: SourceTasks}, nil, []string{detail, tasks}, SourceTasks},
		"tasks with a version":           {Query{Source: SourceTasks, Version: true}, nil, []string{detail, tasks}, SourceTasks},
		"tasks of everything":            {Query{Source: SourceTasks, Scopes: Scopes()}, nil, []string{detail, tasks}, SourceTasks},
		"tasks where the other is gone":  {Query{Source: SourceTasks}, []func(*fakeAPI){withdrawn}, []string{detail, tasks}, SourceTasks},
		"auto with a version, withdrawn": {Query{Version: true}, []func(*fakeAPI){withdrawn}, []string{detail, detail, tasks, status}, SourceTasks},
	} {
		t.Run(name, func(t *testing.T) {
			api := respondingAPI(test.changes...)
			query := test.query
			query.ClusterID = "c1"
			reading, err := NewReader(api).Read(t.Context(), query)
			if err != nil || reading.Source != test.source || reading.ClusterID != "c1" || !reading.Phase.Terminal() {
				t.Fatalf("got %+v, %v", reading, err)
			}
			if diff := cmp.Diff(test.requests, api.sorted()); diff != "" {
				t.Errorf("requests, -want +got:\n%s", diff)
			}
			if knows := reading.CurrentVersion != nil && reading.ClusterState != nil; knows != slices.Contains(test.requests, detail) {
				t.Errorf("knows the version: %t", knows)
			}
			if !query.Version {
				return
			}
			if *reading.CurrentVersion != "1.33.3-aliyun.1" || *reading.ClusterState != "running" {
				t.Errorf("version %s, state %s", *reading.CurrentVersion, *reading.ClusterState)
			}
		})
	}
}

func TestTheSourceUpgradeStatusHasNoFallback(t *testing.T) {
	gone := rejected(ack.GetUpgradeStatus, 404, "InvalidAction.NotFound")
	for name, change := range map[string]func(*fakeAPI){
		"withdrawn": statusFails(gone),
		"forbidden": statusFails(rejected(ack.GetUpgradeStatus, 403, "Forbidden.RAM")),
	} {
		t.Run(name, func(t *testing.T) {
			api := respondingAPI(change)
			r := NewReader(api)
			for range 2 {
				_, err := r.Read(t.Context(), Query{ClusterID: "c1", Source: SourceUpgradeStatus, Version: true})
				var both *BothError
				if err == nil || errors.As(err, &both) || ack.Transient(err) {
					t.Errorf("got %v", err)
				}
			}
			if api.count(ack.GetUpgradeStatus) != 2 || api.count(ack.DescribeClusterTasks) != 0 {
				t.Errorf("requests %v", api.sorted())
			}
		})
	}
}

// The version is requested in parallel to GetUpgradeStatus. If that fails, the tasks are not requested, because they need the
// same operation.
func TestAVersionThatCannotBeReadIsAnError(t *testing.T) {
	forbidden := rejected(ack.DescribeClusterDetail, 403, "Forbidden.RAM")
	api := respondingAPI(detailFails(forbidden))
	reading, err := NewReader(api).Read(t.Context(), Query{ClusterID: "c1", Version: true})
	if !errors.Is(err, forbidden) || reading != nil || api.count(ack.DescribeClusterTasks) != 0 {
		t.Errorf("got %v, %v, requests %v", reading, err, api.sorted())
	}
	var both *BothError
	if errors.As(err, &both) {
		t.Errorf("got %v", err)
	}
}

func TestIfBothSourcesFailTheErrorIsThatOfTheTasks(t *testing.T) {
	gone := rejected(ack.GetUpgradeStatus, 404, "InvalidAction.NotFound")
	for name, test := range map[string]struct {
		change    func(*fakeAPI)
		want      string
		transient bool
	}{
		"the tasks are forbidden": {
			tasksFail(rejected(ack.DescribeClusterTasks, 403, "Forbidden.RAM")),
			"HTTP 403 Forbidden, code Forbidden.RAM; before that, GetUpgradeStatus: HTTP 404 Not Found, code InvalidAction.NotFound", false,
		},
		"the detail is forbidden": {
			detailFails(rejected(ack.DescribeClusterDetail, 403, "NoPermission")),
			"HTTP 403 Forbidden, code NoPermission; before that, GetUpgradeStatus: HTTP 404 Not Found, code InvalidAction.NotFound", false,
		},
		"the tasks are throttled": {
			tasksFail(rejected(ack.DescribeClusterTasks, 429, "Throttling.User")),
			"HTTP 429 Too Many Requests, code Throttling.User; before that, GetUpgradeStatus: HTTP 404 Not Found, code InvalidAction.NotFound", true,
		},
		"the network fails": {
			detailFails(failedRequest(ack.DescribeClusterDetail, syscall.ECONNRESET)),
			"connection reset by peer; before that, GetUpgradeStatus: HTTP 404 Not Found, code InvalidAction.NotFound", true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := NewReader(respondingAPI(statusFails(gone), test.change))
			for range 2 { // The second read knows of the withdrawal, and has the same error.
				_, err := r.Read(t.Context(), Query{ClusterID: "c1"})
				var (
					both    *BothError
					request *ack.RequestError
				)
				if !errors.As(err, &both) || !errors.Is(both.UpgradeStatus, gone) || !errors.As(err, &request) || request.Operation == ack.GetUpgradeStatus {
					t.Fatalf("got %#v", err)
				}
				if got := strings.ReplaceAll(err.Error(), "\n", " "); got != test.want {
					t.Errorf("got  %s\nwant %s", got, test.want)
				}
				if ack.Transient(err) != test.transient {
					t.Errorf("transient: %t", !test.transient)
				}
			}
		})
	}
}

// Without a code, a 404 may be from a proxy. It means that the operation is missing if another operation responds.
func TestANotFoundWithoutACodeIsRememberedOnceTheAPIHasResponded(t *testing.T) {
	page := rejected(ack.GetUpgradeStatus, 404, "")
	for name, test := range map[string]struct {
		change     func(*fakeAPI)
		remembered bool
	}{
		"the tasks are there":              {func(*fakeAPI) {}, true},
		"the tasks are forbidden":          {tasksFail(rejected(ack.DescribeClusterTasks, 403, "Forbidden.RAM")), true},
		"the tasks are not found either":   {tasksFail(rejected(ack.DescribeClusterTasks, 404, "")), false},
		"the tasks meet a network error":   {tasksFail(failedRequest(ack.DescribeClusterTasks, syscall.ECONNRESET)), false},
		"the detail is not found likewise": {detailFails(rejected(ack.DescribeClusterDetail, 404, "")), false},
	} {
		t.Run(name, func(t *testing.T) {
			api := respondingAPI(statusFails(page), test.change)
			r := NewReader(api)
			for range 3 {
				_, _ = r.Read(t.Context(), Query{ClusterID: "c1"})
			}
			if n, want := api.count(ack.GetUpgradeStatus), map[bool]int{true: 1, false: 3}[test.remembered]; n != want {
				t.Errorf("%d requests, want %d", n, want)
			}
		})
	}
}

func TestAnOperationWithdrawnInTheMiddleOfAWaitDoesNotEndIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		polls := 0
		api := respondingAPI(func(f *fakeAPI) {
			f.status = func(context.Context, string) (*ack.UpgradeStatus, error) {
				if polls++; polls > 3 {
					return nil, rejected(ack.GetUpgradeStatus, 404, "InvalidAction.NotFound")
				}
				return statusOf("running", "upgrading", "running"), nil
			}
			f.tasks = func(context.Context, string, int, int) (*ack.ClusterTasks, error) {
				state := "running"
				if f.count(ack.DescribeClusterTasks) > 3 {
					state = "success"
				}
				return &ack.ClusterTasks{Listed: true, TotalCount: 1, Tasks: []ack.ClusterTask{upgradeTask(state)}}, nil
			}
		})
		r := NewReader(api)
		var sources []Source
		w := Wait{OnPoll: func(_ context.Context, p Poll) { sources = append(sources, p.Reading.Source) }}
		w.Interval = time.Minute
		reading, err := w.ForTerminal(t.Context(), func(ctx context.Context) (*Reading, error) { return r.Read(ctx, Query{ClusterID: "c1"}) })
		if err != nil || reading.Phase != PhaseSucceeded || reading.Source != SourceTasks {
			t.Fatalf("got %+v, %v", reading, err)
		}
		want := slices.Concat(slices.Repeat([]Source{SourceUpgradeStatus}, 3), slices.Repeat([]Source{SourceTasks}, 4))
		if diff := cmp.Diff(want, sources); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
		if n := api.count(ack.GetUpgradeStatus); n != 4 {
			t.Errorf("GetUpgradeStatus had %d requests", n)
		}
	})
}
