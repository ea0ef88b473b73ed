package acksim

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/gateway"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/scenario"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/story"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acs3"
)

// vector is one request that the official client signed.
type vector struct {
	Name            string
	AccessKeyID     string            `json:"access_key_id"`
	AccessKeySecret string            `json:"access_key_secret"`
	SecurityToken   string            `json:"security_token"`
	ClusterID       string            `json:"cluster_id"`
	Method          string            `json:"method"`
	WireURL         string            `json:"wire_url"`
	HeadersSigned   map[string]string `json:"headers_signed"`
	HeadersUnsigned map[string]string `json:"headers_unsigned"`
	Authorization   string            `json:"authorization"`
}

func vectors(t *testing.T) []vector {
	t.Helper()
	data, err := os.ReadFile("../acs3/testdata/signing-vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var all []vector
	if err := json.Unmarshal(data, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

func TestARequestOfTheOfficialClientIsAcceptedUnchanged(t *testing.T) {
	accepted := 0
	for _, v := range vectors(t) {
		if v.HeadersSigned["x-acs-action"] != action {
			continue
		}
		accepted++
		t.Run(v.Name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				date, err := time.Parse(acs3.DateFormat, v.HeadersSigned["x-acs-date"])
				if err != nil {
					t.Fatal(err)
				}
				time.Sleep(time.Until(date)) // A bubble begins in the year 2000.
				s := start(t, &scenario.Scenario{
					AccessKeys: []scenario.AccessKey{{ID: v.AccessKeyID, Secret: v.AccessKeySecret, SecurityToken: v.SecurityToken}},
					Clusters:   map[string]scenario.Cluster{v.ClusterID: {Timeline: []scenario.Step{{Phase: story.Running}}}},
				})
				r := httptest.NewRequestWithContext(t.Context(), v.Method, v.WireURL, nil)
				for _, headers := range []map[string]string{v.HeadersSigned, v.HeadersUnsigned} {
					for name, value := range headers {
						if name != "host" {
							r.Header.Set(name, value)
						}
					}
				}
				r.Header.Set("Authorization", v.Authorization)
				if w := serve(s, r); w.Code != http.StatusOK {
					t.Errorf("%d: %s", w.Code, w.Body)
				}
				if w := serve(s, r); w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), "SignatureNonceUsed") {
					t.Errorf("the same once more: %d: %s", w.Code, w.Body)
				}
			})
		})
	}
	if accepted != 3 {
		t.Errorf("%d vectors are requests to ACK, want 3", accepted)
	}
}

func TestARequestIsRejectedAsByTheGateway(t *testing.T) {
	header := func(name, value string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set(name, value) }
	}
	without := func(name string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Del(name) }
	}
	path := func(path string) func(*http.Request) {
		return func(r *http.Request) { r.URL.Path, r.URL.RawPath = path, "" }
	}
	at := func(off time.Duration) func(*testing.T, *http.Request) {
		return func(t *testing.T, r *http.Request) {
			t.Helper()
			if err := acs3.Sign(r, longLived, time.Now().Add(off), "nonce"); err != nil {
				t.Fatal(err)
			}
		}
	}
	as := func(c acs3.Credentials) func(*testing.T, *http.Request) {
		return func(t *testing.T, r *http.Request) { t.Helper(); sign(t, r, c, "nonce") }
	}
	notFound := "Specified api is not found, please check your url and method."
	nonStandard := "The request signature does not conform to Aliyun standards."
	for name, test := range map[string]struct {
		before  func(*http.Request) // What is changed before the request is signed.
		sign    func(*testing.T, *http.Request)
		after   func(*http.Request) // What is changed in the signed request.
		status  int
		code    string
		message string
	}{
		"another method":        {before: func(r *http.Request) { r.Method = http.MethodPost }, status: 404, code: "InvalidAction.NotFound", message: notFound},
		"another action":        {before: header(gateway.HeaderAction, "DescribeClusters"), status: 404, code: "InvalidAction.NotFound", message: notFound},
		"no action":             {before: without(gateway.HeaderAction), status: 404, code: "InvalidAction.NotFound", message: notFound},
		"another version":       {before: header(gateway.HeaderVersion, "2014-05-26"), status: 404, code: "InvalidAction.NotFound", message: notFound},
		"another path":          {before: path("/clusters/" + clusterID), status: 404, code: "InvalidAction.NotFound", message: notFound},
		"a longer path":         {before: path(pathBefore + clusterID + pathAfter + "/"), status: 404, code: "InvalidAction.NotFound", message: notFound},
		"no cluster id":         {before: path(pathBefore + pathAfter), status: 404, code: "InvalidAction.NotFound", message: notFound},
		"an unencoded slash":    {before: path(pathBefore + "a/b" + pathAfter), status: 404, code: "InvalidAction.NotFound", message: notFound},
		"no signature":          {after: without("Authorization"), status: 400, code: "IncompleteSignature", message: nonStandard},
		"another algorithm":     {after: header("Authorization", "acs a:b"), status: 400, code: "IncompleteSignature", message: nonStandard},
		"a header not signed":   {after: header("X-Acs-Extra", "1"), status: 400, code: "IncompleteSignature", message: nonStandard},
		"a signed header twice": {after: func(r *http.Request) { r.Header.Add(gateway.HeaderAction, "b") }, status: 400, code: "IncompleteSignature", message: nonStandard},
		"an unknown key": {
			sign:   as(acs3.Credentials{AccessKeyID: "nobody", AccessKeySecret: "testsk"}),
			status: 404, code: "InvalidAccessKeyId.NotFound", message: "Specified access key is not found.",
		},
		"no date": {
			after: without(acs3.HeaderDate), status: 400, code: "InvalidTimeStamp.Format",
			message: "Specified time stamp or date value is not well formatted.",
		},
		"a date with fractions of a second": {
			after: header(acs3.HeaderDate, "2000-01-01T00:00:00.5Z"), status: 400, code: "InvalidTimeStamp.Format",
			message: "Specified time stamp or date value is not well formatted.",
		},
		"a date in another zone": {
			after: header(acs3.HeaderDate, "2000-01-01T08:00:00+08:00"), status: 400, code: "InvalidTimeStamp.Format",
			message: "Specified time stamp or date value is not well formatted.",
		},
		"a date that is too old": {
			sign: at(-15*time.Minute - time.Second), status: 400, code: "InvalidTimeStamp.Expired",
			message: "Specified time stamp or date value is expired.",
		},
		"a date that is too far ahead": {
			sign: at(15*time.Minute + time.Second), status: 400, code: "InvalidTimeStamp.Expired",
			message: "Specified time stamp or date value is expired.",
		},
		"another date than was signed": {
			after: header(acs3.HeaderDate, "2000-01-01T00:00:01Z"), status: 400, code: "SignatureDoesNotMatch",
			message: "Specified signature does not match our calculation. server StringToSign is [ACS3-HMAC-SHA256\n*]",
		},
		"a wrong secret": {
			sign:   as(acs3.Credentials{AccessKeyID: "testak", AccessKeySecret: "wrong"}),
			status: 400, code: "SignatureDoesNotMatch",
			message: "Specified signature does not match our calculation. server StringToSign is [ACS3-HMAC-SHA256\n*]",
		},
		"another body than was signed": {
			after:  func(r *http.Request) { r.Body = io.NopCloser(strings.NewReader("x")) },
			status: 400, code: "SignatureDoesNotMatch", message: "Specified signature does not match our calculation.",
		},
		"no nonce": {
			sign: func(t *testing.T, r *http.Request) { t.Helper(); sign(t, r, longLived, "") }, status: 400,
			code: "SignatureNonceUsed", message: "Specified signature nonce was used already.",
		},
		"a temporary key without its token": {
			sign:   as(acs3.Credentials{AccessKeyID: temporary.AccessKeyID, AccessKeySecret: temporary.AccessKeySecret}),
			status: 400, code: "MissingSecurityToken", message: "SecurityToken is mandatory for this action.",
		},
		"a temporary key with a token that was not issued": {
			sign: as(acs3.Credentials{
				AccessKeyID: temporary.AccessKeyID, AccessKeySecret: temporary.AccessKeySecret, SecurityToken: "x",
			}),
			status: 400, code: "InvalidSecurityToken.Malformed", message: "Specified SecurityToken is malformed.",
		},
		"a long-lived key with a token that was not issued": {
			sign: as(acs3.Credentials{
				AccessKeyID: longLived.AccessKeyID, AccessKeySecret: longLived.AccessKeySecret, SecurityToken: "x",
			}),
			status: 400, code: "InvalidSecurityToken.Malformed", message: "Specified SecurityToken is malformed.",
		},
		"a long-lived key with the token of another": {
			sign: as(acs3.Credentials{
				AccessKeyID: longLived.AccessKeyID, AccessKeySecret: longLived.AccessKeySecret, SecurityToken: temporary.SecurityToken,
			}),
			status: 400, code: "InvalidSecurityToken.MismatchWithAccessKey", message: "Specified SecurityToken mismatch with the AccessKey.",
		},
		"a temporary key that has expired": {
			sign:   func(t *testing.T, r *http.Request) { t.Helper(); time.Sleep(time.Hour); sign(t, r, temporary, "nonce") },
			status: 400, code: "InvalidSecurityToken.Expired", message: "Specified SecurityToken is expired.",
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := start(t, playing(scenario.Step{Phase: story.Idle}))
				r := unsigned(t.Context(), clusterID)
				if test.before != nil {
					test.before(r)
				}
				if test.sign == nil {
					test.sign = as(longLived)
				}
				test.sign(t, r)
				if test.after != nil {
					test.after(r)
				}
				w := serve(s, r)
				var got map[string]string
				if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
					t.Fatalf("%v: %s", err, w.Body)
				}
				if prefix, ok := strings.CutSuffix(test.message, "*]"); ok && strings.HasPrefix(got["Message"], prefix) {
					test.message = got["Message"]
				}
				id := w.Header().Get("x-acs-request-id")
				want := map[string]string{
					"Code": test.code, "Message": test.message, "RequestId": id, "HostId": "cs.cn-hangzhou.aliyuncs.com",
					"Recommend": "https://api.aliyun.com/troubleshoot?product=CS&q=" + test.code + "&requestId=" + id,
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
				if w.Code != test.status || id == "" {
					t.Errorf("status %d, want %d; request id %q", w.Code, test.status, id)
				}
			})
		})
	}
}

func TestASignatureMismatchContainsTheStringToSign(t *testing.T) {
	s := start(t, playing(scenario.Step{Phase: story.Idle}))
	r := sign(t, unsigned(t.Context(), clusterID), acs3.Credentials{AccessKeyID: "testak", AccessKeySecret: "wrong"}, "nonce")
	var mismatch *acs3.MismatchError
	if err := acs3.Verify(r, "testsk"); !errors.As(err, &mismatch) {
		t.Fatal(err)
	}
	if w := serve(s, r); !strings.Contains(w.Body.String(), strings.ReplaceAll(mismatch.StringToSign, "\n", `\n`)) {
		t.Errorf("%q is not in %s", mismatch.StringToSign, w.Body)
	}
}

func TestAnUnknownClusterIsRejectedByACK(t *testing.T) {
	s := start(t, playing(scenario.Step{Phase: story.Idle}))
	w := requestStatus(t, s, "c%22%3E")
	want := `{"code":"ErrorClusterNotFound","message":"cluster (c\">) not found","requestId":"` +
		w.Header().Get("x-acs-request-id") + `"}`
	if diff := cmp.Diff(want, w.Body.String()); w.Code != http.StatusNotFound || diff != "" {
		t.Errorf("%d (-want +got):\n%s", w.Code, diff)
	}
}

func TestADateMayDifferBy15Minutes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := start(t, playing(scenario.Step{Phase: story.Idle}))
		for _, off := range []time.Duration{-15 * time.Minute, 15 * time.Minute} {
			r := unsigned(t.Context(), clusterID)
			if err := acs3.Sign(r, longLived, time.Now().Add(off), off.String()); err != nil {
				t.Fatal(err)
			}
			if w := serve(s, r); w.Code != http.StatusOK {
				t.Errorf("%s off: %d: %s", off, w.Code, w.Body)
			}
		}
	})
}

func TestOnlyASignedRequestUsesUpItsNonce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := start(t, playing(scenario.Step{Phase: story.Idle}))
		send := func(c acs3.Credentials, off time.Duration, want int) {
			t.Helper()
			r := unsigned(t.Context(), clusterID)
			if err := acs3.Sign(r, c, time.Now().Add(off), "nonce"); err != nil {
				t.Fatal(err)
			}
			if w := serve(s, r); w.Code != want {
				t.Errorf("%d: %s", w.Code, w.Body)
			}
		}
		send(acs3.Credentials{AccessKeyID: "testak", AccessKeySecret: "wrong"}, 0, http.StatusBadRequest)
		send(longLived, 0, http.StatusOK)
		send(longLived, 0, http.StatusBadRequest)
		send(temporary, 0, http.StatusOK) // Another account does not know what was used.
		time.Sleep(2 * gateway.ClockTolerance)
		send(longLived, -gateway.ClockTolerance, http.StatusBadRequest)
		time.Sleep(time.Nanosecond)
		send(longLived, 0, http.StatusOK)
		if got := s.gateway.Remembered(); got != 1 {
			t.Errorf("%d nonces are remembered, want 1", got)
		}
	})
}

func TestATokenIsValidUntilItExpires(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		with := playing(scenario.Step{Phase: story.Idle})
		with.AccessKeys[1].ExpiresAfter, with.AccessKeys[1].ExpiresAt = 0, time.Now().Add(time.Minute)
		s := start(t, with)
		time.Sleep(time.Minute - 1)
		if w := serve(s, sign(t, unsigned(t.Context(), clusterID), temporary, "nonce-1")); w.Code != http.StatusOK {
			t.Errorf("just before: %d: %s", w.Code, w.Body)
		}
		time.Sleep(time.Nanosecond)
		if w := serve(s, sign(t, unsigned(t.Context(), clusterID), temporary, "nonce-2")); w.Code != http.StatusBadRequest {
			t.Errorf("just then: %d: %s", w.Code, w.Body)
		}
	})
}
