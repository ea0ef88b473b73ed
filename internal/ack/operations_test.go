package ack

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acs3"
)

// operations has for each operation a call, the reader of its response, and a response.
var operations = map[Operation]struct {
	call func(context.Context, *Client) error
	read func(*http.Response) error
	good string
	path string
}{
	GetUpgradeStatus: {
		func(ctx context.Context, c *Client) error { _, err := c.GetUpgradeStatus(ctx, clusterID); return err },
		func(r *http.Response) error { _, err := readStatus(r); return err },
		succeeded, "/api/v2/clusters/" + clusterID + "/upgrade/status",
	},
	DescribeClusterTasks: {
		func(ctx context.Context, c *Client) error {
			_, err := c.DescribeClusterTasks(ctx, clusterID, 2, 100)
			return err
		},
		func(r *http.Response) error { _, err := readTasks(r); return err },
		`{"tasks":[{"task_id":"T","task_type":"cluster_upgrade","state":"success","created":"2022-08-03T10:11:33+08:00"}]}`,
		"/clusters/" + clusterID + "/tasks?page_number=2&page_size=100",
	},
	DescribeClusterDetail: {
		func(ctx context.Context, c *Client) error {
			_, err := c.DescribeClusterDetail(ctx, clusterID)
			return err
		},
		func(r *http.Response) error { _, err := readDetail(r); return err },
		`{"state":"running","current_version":"1.33.3-aliyun.1"}`, "/clusters/" + clusterID,
	},
	DescribeTaskInfo: {
		func(ctx context.Context, c *Client) error { _, err := c.DescribeTaskInfo(ctx, taskID); return err },
		func(r *http.Response) error { _, err := readTaskInfo(r); return err },
		`{"task_id":"` + taskID + `","state":"success","task_result":[{"data":"i-1","status":"failed"}]}`, "/tasks/" + taskID,
	},
	DescribeClustersForRegion: {
		func(ctx context.Context, c *Client) error {
			_, err := c.DescribeClustersForRegion(ctx, "cn-hangzhou", 2, 100)
			return err
		},
		func(r *http.Response) error { _, err := readClusters(r); return err },
		`{"clusters":[{"cluster_id":"c1","state":"running","tags":[{"key":"env","value":"prod"}]}]}`,
		"/regions/cn-hangzhou/clusters?page_number=2&page_size=100",
	},
	ListOperationPlansForRegion: {
		func(ctx context.Context, c *Client) error {
			_, err := c.ListOperationPlansForRegion(ctx, "cn-hangzhou")
			return err
		},
		func(r *http.Response) error { _, err := readPlans(r); return err },
		`{"plans":[{"plan_id":"P","cluster_id":"c1","type":"CLUSTER_UPGRADE_MASTER","state":"Scheduled"}]}`,
		"/regions/cn-hangzhou/operation/plans",
	},
}

// inEach runs a test for every operation.
func inEach(t *testing.T, test func(*testing.T, Operation)) {
	t.Helper()
	for operation := range operations {
		t.Run(string(operation), func(t *testing.T) { test(t, operation) })
	}
}

func TestEachOperationSendsTheDocumentedRequest(t *testing.T) {
	inEach(t, func(t *testing.T, operation Operation) {
		s := newScript(t, says(200, jsonType, operations[operation].good))
		if err := operations[operation].call(t.Context(), newTestClient(s)); err != nil {
			t.Fatal(err)
		}
		s.done()
		r := s.sent[0]
		got := map[string]string{"method": r.Method, "url": r.URL.String(), "body": fmt.Sprint(r.Body)}
		for _, name := range []string{"Accept", "User-Agent", "X-Acs-Action", "X-Acs-Version"} {
			got[name] = r.Header.Get(name)
		}
		want := map[string]string{
			"method": "GET", "url": "https://cs.cn-hangzhou.aliyuncs.com" + operations[operation].path, "body": "<nil>",
			"Accept": "application/json", "User-Agent": "test", "X-Acs-Action": string(operation), "X-Acs-Version": "2015-12-15",
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
		if action := operation.RAMAction(); action != "cs:"+r.Header.Get("X-Acs-Action") {
			t.Errorf("RAM action %s", action)
		}
	})
}

func TestAnIDIsOnePathSegment(t *testing.T) {
	const id, segment = "a/../b?c#é*+", "a%2F..%2Fb%3Fc%23%C3%A9%2A%2B"
	for _, call := range []func(*Client) error{
		func(c *Client) error { _, err := c.DescribeClusterTasks(t.Context(), id, 1, 100); return err },
		func(c *Client) error { _, err := c.DescribeClusterDetail(t.Context(), id); return err },
	} {
		s := newScript(t, says(200, jsonType, `{"tasks":[]}`))
		if err := call(newTestClient(s)); err != nil { // The script checks the signature.
			t.Fatal(err)
		}
		if got := s.sent[0].URL.String(); !strings.HasPrefix(got, "https://cs.cn-hangzhou.aliyuncs.com/clusters/"+segment) {
			t.Errorf("got %s", got)
		}
	}
}

func TestAnEmptyIDIsNotSent(t *testing.T) {
	client := newTestClient(newScript(t))
	for _, call := range []func() error{
		func() error { _, err := client.DescribeClusterTasks(t.Context(), "", 1, 100); return err },
		func() error { _, err := client.DescribeClusterDetail(t.Context(), ""); return err },
		func() error { _, err := client.DescribeTaskInfo(t.Context(), ""); return err },
		func() error { _, err := client.DescribeClustersForRegion(t.Context(), "", 1, 100); return err },
		func() error { _, err := client.ListOperationPlansForRegion(t.Context(), ""); return err },
	} {
		var (
			request *RequestError
			build   *BuildError
		)
		if err := call(); !errors.As(err, &request) || !errors.As(err, &build) || request.Attempts != 0 || Transient(err) {
			t.Errorf("got %#v", err)
		}
	}
}

// A body is not a response if the status, the encoding or the content type contradicts it.
func TestOnlyACompleteHTTP200IsAResponse(t *testing.T) {
	const only = "the ACK API responds with HTTP 200 only"
	for name, test := range map[string]struct {
		status  int
		headers []string
		reason  string // Empty for a valid response.
	}{
		"200":                             {200, nil, ""},
		"201":                             {201, nil, only},
		"202":                             {202, nil, only},
		"203":                             {203, nil, only},
		"204":                             {204, nil, only},
		"206":                             {206, nil, only},
		"226":                             {226, nil, only},
		"299":                             {299, nil, only},
		"200 without an encoding":         {200, []string{"Content-Encoding", "identity"}, ""},
		"200 in gzip":                     {200, []string{"Content-Encoding", "gzip"}, `the response has the content encoding "gzip", which was not requested`},
		"200 in brotli":                   {200, []string{"Content-Encoding", "br"}, `the response has the content encoding "br", which was not requested`},
		"200 in two encodings":            {200, []string{"Content-Encoding", "gzip, identity"}, `the response has the content encoding "gzip, identity", which was not requested`},
		"206 with its range":              {206, []string{"Content-Range", "bytes 0-99/200"}, "the response is a part of a body: it has the header Content-Range"},
		"200 with a range":                {200, []string{"Content-Range", "bytes 0-99/200"}, "the response is a part of a body: it has the header Content-Range"},
		"200 with a range that is no one": {200, []string{"Content-Range", "x"}, "the response is a part of a body: it has the header Content-Range"},
	} {
		t.Run(name, func(t *testing.T) {
			inEach(t, func(t *testing.T, operation Operation) {
				resp := response(test.status, jsonType, operations[operation].good)
				for i := 0; i < len(test.headers); i += 2 {
					resp.Header.Set(test.headers[i], test.headers[i+1])
				}
				err := operations[operation].read(resp)
				if test.reason == "" {
					if err != nil {
						t.Error(err)
					}
					return
				}
				var refused *InvalidResponseError
				if !errors.As(err, &refused) || refused.Reason != test.reason || refused.HTTPStatus != test.status || Transient(err) {
					t.Errorf("got  %v\nwant %s", err, test.reason)
				}
			})
		})
	}
}

// An error with HTTP 200 is an error, with every operation.
func TestAResponseWithAnErrorCodeIsAnError(t *testing.T) {
	inEach(t, func(t *testing.T, operation Operation) {
		good := operations[operation].good
		for _, test := range []struct {
			status    int
			member    string
			transient bool
		}{
			{200, `"code":"ErrorClusterState"`, false},
			{200, `"Code":"Throttling.User"`, true},
			{200, `"CODE":5`, false},
			{200, `"error":{"code":"InternalError"}`, false},
			{200, `"Error":{"Code":"ServiceUnavailable"}`, true},
			{206, `"code":"X"`, false},
			{503, `"code":"ServiceUnavailable"`, true},
		} {
			if operation == DescribeTaskInfo && strings.Contains(strings.ToLower(test.member), "error\":") {
				continue // There, the error is that of the task: it is data.
			}
			for _, body := range []string{"{" + test.member + "," + good[1:], good[:len(good)-1] + "," + test.member + "}"} {
				err := operations[operation].read(response(test.status, jsonType, body))
				var api *APIError
				if !errors.As(err, &api) || api.HTTPStatus != test.status || api.Code == "" || Transient(err) != test.transient {
					t.Errorf("%s: got %v", body, err)
				}
			}
		}
	})
}

func TestATruncatedBodyIsInvalidAndRetried(t *testing.T) {
	inEach(t, func(t *testing.T, operation Operation) {
		good := operations[operation].good
		for end := 1; end < len(good); end++ {
			err := operations[operation].read(response(http.StatusOK, jsonType, good[:end]))
			var refused *InvalidResponseError
			if !errors.As(err, &refused) || refused.Reason != "the response is truncated" || !Transient(err) {
				t.Errorf("%s: %v", good[:end], err)
			}
		}
		synctest.Test(t, func(t *testing.T) {
			s := newScript(t, says(200, jsonType, good[:len(good)/2]), says(200, jsonType, good))
			if err := operations[operation].call(t.Context(), newTestClient(s)); err != nil {
				t.Error(err)
			}
			s.done()
		})
	})
}

// taskWithError is a call of a task whose error is data, or not.
func taskWithError(errorIsData bool) call[ClusterDetail] {
	return call[ClusterDetail]{
		operation: "DescribeTaskInfo", path: []string{"tasks", "T-1"}, maxBody: 1 << 10, fields: []string{"state"}, errorIsData: errorIsData,
		decode: func(o object) (*ClusterDetail, error) { return &ClusterDetail{State: o.text("state")}, nil },
	}
}

func TestTheErrorOfATaskIsDataIfErrorIsDataIsSet(t *testing.T) {
	const body = `{"state":"failed","error":{"code":"NodeNotReady","message":"m"}}`
	for name, test := range map[string]struct {
		status      int
		contentType string
		body        string
		errorIsData bool
		code        string // Of the error; empty for a valid response.
	}{
		"data":                                   {200, jsonType, body, true, ""},
		"data without a code":                    {200, jsonType, `{"state":"failed","error":"boom"}`, true, ""},
		"data in XML":                            {200, xmlType, `<r><state>failed</state><error><code>NodeNotReady</code></error></r>`, true, ""},
		"an error elsewhere":                     {200, jsonType, body, false, "NodeNotReady"},
		"an error elsewhere, in XML":             {200, xmlType, `<r><state>failed</state><error><code>NodeNotReady</code></error></r>`, false, "NodeNotReady"},
		"a code beside the data":                 {200, jsonType, `{"state":"failed","error":{"code":"NodeNotReady"},"code":"X"}`, true, "X"},
		"a code in capitals beside it":           {200, jsonType, `{"Code":"X","state":"failed","error":{"code":"NodeNotReady"}}`, true, "X"},
		"the same with a status that is no 200":  {500, jsonType, body, true, "NodeNotReady"},
		"the same with a status that is another": {404, jsonType, body, true, "NodeNotReady"},
	} {
		t.Run(name, func(t *testing.T) {
			got, _, err := taskWithError(test.errorIsData).read(response(test.status, test.contentType, test.body))
			var api *APIError
			switch {
			case test.code == "" && (err != nil || *got.State != "failed"):
				t.Errorf("got %v, %v", got, err)
			case test.code != "" && (!errors.As(err, &api) || api.Code != test.code):
				t.Errorf("got %v, %v", got, err)
			}
		})
	}
}

func TestAResponseHasTheTimesOfSendingAndReceiving(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := func(r *http.Request) (*http.Response, error) {
			time.Sleep(3 * time.Second)
			return says(200, jsonType, `{"state":"running"}`, "X-Acs-Request-Id", "R")(r)
		}
		started := time.Now()
		client := newTestClient(newScript(t, fails(refused), slow), func(c *Config) {
			c.Credentials = func(ctx context.Context) (acs3.Credentials, error) {
				Sleep(ctx, time.Second) // Before a request is sent.
				return staticKey(ctx)
			}
		})
		d, err := client.DescribeClusterDetail(t.Context(), clusterID)
		if err != nil {
			t.Fatal(err)
		}
		sent := d.Sent.Sub(started)
		if d.RequestID != "R" || sent < 2*time.Second || sent > 2*time.Second+firstBackoff || d.Received.Sub(d.Sent) != 3*time.Second {
			t.Errorf("request %s, sent after %s, received %s later", d.RequestID, sent, d.Received.Sub(d.Sent))
		}
	})
}
