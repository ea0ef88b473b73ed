package provider

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/ack"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acs3"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/credentials"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/upgrade"
)

var update = flag.Bool("update", false, "write testdata/diagnostics*.txt again; read the difference before you commit it")

var (
	testTarget = target{
		subject:    clusterSubject("c106f377e16f34eb1808d6b9362c9abcd"),
		region:     "cn-hangzhou",
		regionFrom: "the provider's attribute region",
		endpoint:   "cs.cn-hangzhou.aliyuncs.com",
		signedWith: "the access key …stak",
	}
	testLimit = limit{"timeouts.read", time.Hour}
)

func ptr(s string) *string { return &s }

// readingOf is what upgrade makes of a response of GetUpgradeStatus.
func readingOf(phase upgrade.Phase, status, step, message string) *upgrade.Reading {
	r := &upgrade.Reading{
		ClusterID: testTarget.id, Source: upgrade.SourceUpgradeStatus, Phase: phase, Status: &status, UpgradeStep: &step,
		RequestID: "REQ-9", Response: fmt.Sprintf("status %q, step %q, task none", status, step),
	}
	if message != "" {
		r.ErrorMessage = &message
	}
	return r
}

func api(status int, code, message string) error {
	return &ack.RequestError{Operation: ack.GetUpgradeStatus, Attempts: 1, Err: &ack.APIError{HTTPStatus: status, Code: code, Message: message, RequestID: "REQ-1"}}
}

func lost(err error) error {
	return &ack.RequestError{Operation: ack.GetUpgradeStatus, Attempts: 5, Elapsed: 28400 * time.Millisecond, Err: err}
}

// timeout is a network error that is a time-out, as an attempt's is.
type timeout struct{}

func (timeout) Error() string {
	return "context deadline exceeded (Client.Timeout exceeded while awaiting headers)"
}
func (timeout) Timeout() bool   { return true }
func (timeout) Temporary() bool { return true }
func (timeout) Unwrap() error   { return context.DeadlineExceeded }

// diagnosticCase is a diagnostic, and what it is about.
type diagnosticCase struct {
	name string
	make func() diag.Diagnostic
}

// diagnosticCases has each kind of problem once. Their texts are in testdata/diagnostics.txt.
func diagnosticCases() []diagnosticCase {
	read := func(err error) func() diag.Diagnostic {
		return func() diag.Diagnostic { return unreadable(testTarget, testLimit, nil, err).error() }
	}
	waited := func(reason upgrade.WaitReason, last *upgrade.Reading, err error, changes ...upgrade.Phase) func() diag.Diagnostic {
		w := &upgrade.WaitError{Reason: reason, Waited: 3599 * time.Second, Polls: 118, Last: last, Err: err}
		for i, phase := range changes {
			w.Changes = append(w.Changes, upgrade.Change{At: time.Duration(i*i) * 90 * time.Second, Phase: phase})
		}
		return read(w)
	}
	require := func(s *upgrade.Reading) func() diag.Diagnostic {
		return func() diag.Diagnostic { return wrongPhase(testTarget, s, []string{"succeeded", "idle"}).error() }
	}
	resolve := func(in credentials.Input, env ...string) func() diag.Diagnostic {
		return func() diag.Diagnostic {
			in.Getenv = environ(env...)
			_, err := credentials.Resolve(in)
			return credentialsDiagnostic(err)
		}
	}
	clock := &ack.APIError{HTTPStatus: 400, Code: "InvalidTimeStamp.Expired", Message: "Specified time stamp or date value is expired.", Date: time.Date(2000, 1, 1, 1, 0, 5, 0, time.UTC)}
	page := &ack.APIError{HTTPStatus: 403, Excerpt: "<h1>Blocked by the company's proxy</h1>"}
	redirect := &ack.APIError{HTTPStatus: 302, Location: "https://portal.example/login"}
	dial := &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}
	many := make([]upgrade.Phase, 14)
	for i := range many {
		many[i] = []upgrade.Phase{upgrade.PhaseRunning, upgrade.PhaseUnknown}[i%2]
	}
	return []diagnosticCase{
		{"cluster not found", read(api(404, "ErrorClusterNotFound", "cluster not found"))},
		{"forbidden", read(api(403, "Forbidden.RAM", "User not authorized to operate on the specified resource."))},
		{"access key not known", read(api(404, "InvalidAccessKeyId.NotFound", "Specified access key is not found."))},
		{"wrong secret", read(api(400, "SignatureDoesNotMatch", "Specified signature is not matched with our calculation."))},
		{"expired token", read(api(400, "InvalidSecurityToken.Expired", "Specified SecurityToken is expired."))},
		{"token of another key", read(api(400, "InvalidSecurityToken.MismatchWithAccessKey", "Specified SecurityToken mismatch with the AccessKey."))},
		{"nonce used", read(lost(&ack.APIError{HTTPStatus: 400, Code: "SignatureNonceUsed", Message: "Specified signature nonce was used already.", RequestID: "REQ-1"}))},
		{"clock skew", read(&ack.RequestError{Operation: ack.GetUpgradeStatus, Attempts: 1, Err: clock})},
		{"clock skew without the server's clock", read(api(400, "InvalidTimeStamp.Expired", ""))},
		{"operation withdrawn", read(api(404, "InvalidAction.NotFound", "Specified api is not found."))},
		{"operation gone", read(api(410, "Gone", ""))},
		{"throttled out", read(lost(&ack.APIError{HTTPStatus: 429, Code: "Throttling.User", Message: "Request was denied due to user flow control.", RequestID: "REQ-1"}))},
		{"service error", read(lost(&ack.APIError{HTTPStatus: 500, Code: "InternalError", Message: "internal error", RequestID: "REQ-1"}))},
		{"bad gateway", read(lost(&ack.APIError{HTTPStatus: 502, Excerpt: "<html>"}))},
		{"page of a proxy", read(&ack.RequestError{Operation: ack.GetUpgradeStatus, Attempts: 1, Err: page})},
		{"redirect", read(&ack.RequestError{Operation: ack.GetUpgradeStatus, Attempts: 1, Err: redirect})},
		{"another error of the API", read(api(400, "ErrorClusterState", "cluster is being deleted"))},
		{"not a response of the API", read(&ack.RequestError{Operation: ack.GetUpgradeStatus, Attempts: 1, Err: &ack.InvalidResponseError{
			HTTPStatus: 200, ContentType: "text/html", Excerpt: "<!DOCTYPE html>", Reason: "it is not JSON (invalid character '<' looking for beginning of value)",
		}})},
		{"not a response of the API, without a content type", read(&ack.RequestError{Operation: ack.GetUpgradeStatus, Attempts: 1, Err: &ack.InvalidResponseError{HTTPStatus: 204, Reason: "it is empty"}})},
		{"credentials not fetched", read(&ack.RequestError{Operation: ack.GetUpgradeStatus, Err: &acs3.CredentialsError{Err: errors.New("the role may not be assumed")}})},
		{"host does not exist", read(lost(&net.DNSError{Err: "no such host", Name: "cs.cn-hangzou.aliyuncs.com", IsNotFound: true}))},
		{"connection refused", read(lost(dial))},
		{"connection lost", read(lost(fmt.Errorf("read tcp 192.0.2.1:443: %w", syscall.ECONNRESET)))},
		{"attempts time out", read(lost(timeout{}))},
		{"certificate of an unknown authority", read(&ack.RequestError{Operation: ack.GetUpgradeStatus, Attempts: 1, Err: &tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}})},
		{"certificate for another name", read(&ack.RequestError{Operation: ack.GetUpgradeStatus, Attempts: 1, Err: &tls.CertificateVerificationError{Err: x509.HostnameError{Host: "cs.cn-hangzhou.aliyuncs.com", Certificate: &x509.Certificate{DNSNames: []string{"proxy.example"}}}}})},
		{"certificate for many long names", read(&ack.RequestError{Operation: ack.GetUpgradeStatus, Attempts: 1, Err: &tls.CertificateVerificationError{Err: x509.HostnameError{Host: "cs.cn-hangzhou.aliyuncs.com", Certificate: &x509.Certificate{DNSNames: slices.Repeat([]string{strings.Repeat("a", 60) + ".example"}, 99)}}}})},
		{"certificate expired", read(&ack.RequestError{Operation: ack.GetUpgradeStatus, Attempts: 1, Err: &tls.CertificateVerificationError{Err: x509.CertificateInvalidError{Reason: x509.Expired, Detail: "not after 2026"}}})},
		{"endpoint speaks HTTP", read(&ack.RequestError{Operation: ack.GetUpgradeStatus, Attempts: 1, Err: http.ErrSchemeMismatch})},
		{"endpoint that was set", func() diag.Diagnostic {
			set := testTarget
			set.endpoint, set.endpointFrom = "127.0.0.1:8080", "the environment variable CS_ENDPOINT"
			return unreadable(set, testLimit, nil, lost(dial)).error()
		}},
		{"interrupted", read(&ack.RequestError{Operation: ack.GetUpgradeStatus, Attempts: 1, End: ack.EndedByInterrupt, Err: context.Canceled})},
		{"interrupted while credentials were fetched", read(&ack.RequestError{Operation: ack.GetUpgradeStatus, Attempts: 1, End: ack.EndedByInterrupt, Err: context.Canceled, Last: &acs3.CredentialsError{Err: fmt.Errorf("the command x has not responded yet: %w", context.Canceled)}})},
		{"interrupted with many clusters", func() diag.Diagnostic { return interruptDiagnostic(testTarget.of(""), 200) }},
		{"deadline of a plain read", read(&ack.RequestError{Operation: ack.GetUpgradeStatus, Attempts: 2, Elapsed: time.Hour, End: ack.EndedByDeadline, Err: context.DeadlineExceeded, Last: dial})},
		{"deadline while credentials were fetched", read(&ack.RequestError{Operation: ack.GetUpgradeStatus, Attempts: 1, Elapsed: time.Hour, End: ack.EndedByDeadline, Err: context.DeadlineExceeded, Last: &acs3.CredentialsError{Err: fmt.Errorf("the command x has not responded yet: %w", context.DeadlineExceeded)}})},
		{"deadline of a plain read without an error before", read(&ack.RequestError{Operation: ack.GetUpgradeStatus, Attempts: 1, End: ack.EndedByDeadline, Err: context.DeadlineExceeded})},
		{"wait: deadline while running", waited(upgrade.WaitDeadline, readingOf(upgrade.PhaseRunning, "running", "upgrading", ""), nil, upgrade.PhaseIdle, upgrade.PhaseRunning)},
		{"wait: deadline while paused", waited(upgrade.WaitDeadline, readingOf(upgrade.PhasePaused, "pause", "pause", ""), nil, upgrade.PhaseRunning, upgrade.PhasePaused)},
		{"wait: deadline with an unknown word", waited(upgrade.WaitDeadline, readingOf(upgrade.PhaseUnknown, "rolling_back", "upgrading", ""), nil, many...)},
		{"wait: deadline after an error", waited(upgrade.WaitDeadline, readingOf(upgrade.PhaseRunning, "running", "upgrading", ""), lost(dial), upgrade.PhaseRunning)},
		{"wait: deadline without a response", func() diag.Diagnostic {
			return unreadable(testTarget, testLimit, nil, &upgrade.WaitError{Reason: upgrade.WaitDeadline, Waited: 3599 * time.Second, Polls: 1, Err: lost(dial)}).error()
		}},
		{"wait: paused", waited(upgrade.WaitPaused, readingOf(upgrade.PhasePaused, "pause", "pause", "node is NotReady"), nil, upgrade.PhaseRunning, upgrade.PhasePaused)},
		{"wait: interrupted", waited(upgrade.WaitInterrupted, readingOf(upgrade.PhaseRunning, "running", "upgrading", ""), nil, upgrade.PhaseRunning)},
		{"wait: interrupted after an error", waited(upgrade.WaitInterrupted, readingOf(upgrade.PhaseRunning, "running", "upgrading", ""), &ack.RequestError{Operation: ack.GetUpgradeStatus, Attempts: 2, End: ack.EndedByInterrupt, Err: context.Canceled, Last: dial}, upgrade.PhaseRunning)},
		{"wait: interrupted while credentials were fetched", waited(upgrade.WaitInterrupted, nil, &ack.RequestError{Operation: ack.GetUpgradeStatus, Attempts: 1, End: ack.EndedByInterrupt, Err: context.Canceled, Last: &acs3.CredentialsError{Err: fmt.Errorf("the command x has not responded yet: %w", context.Canceled)}})},
		{"wait: permanent error", waited(upgrade.WaitFailed, readingOf(upgrade.PhaseRunning, "running", "upgrading", ""), api(403, "Forbidden.RAM", "no"), upgrade.PhaseRunning)},
		{"require_phases: running", require(readingOf(upgrade.PhaseRunning, "running", "upgrading", ""))},
		{"require_phases: failed", require(readingOf(upgrade.PhaseFailed, "fail", "upgrading", "node is NotReady"))},
		{"require_phases: paused", require(readingOf(upgrade.PhasePaused, "pause", "pause", ""))},
		{"require_phases: unknown", require(readingOf(upgrade.PhaseUnknown, "rolling_back", "", ""))},
		{"require_phases: idle", func() diag.Diagnostic {
			return wrongPhase(testTarget, readingOf(upgrade.PhaseIdle, "", "not_start", ""), []string{"succeeded"}).error()
		}},
		{"require_phases: succeeded", func() diag.Diagnostic {
			return wrongPhase(testTarget, readingOf(upgrade.PhaseSucceeded, "success", "success", ""), []string{"idle"}).error()
		}},
		{"region not known", func() diag.Diagnostic { return unknownSettingDiagnostic("region") }},
		{"setting not known", func() diag.Diagnostic { return unknownSettingDiagnostic("access_key") }},
		{"no credentials", resolve(credentials.Input{})},
		{"no credentials, and an empty attribute", resolve(credentials.Input{AccessKey: ptr("")})},
		{"key without secret", resolve(credentials.Input{AccessKey: ptr("testak")})},
		{"secret without key", resolve(credentials.Input{}, "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "testsk")},
		{"secret with a line end", resolve(credentials.Input{AccessKey: ptr("testak")}, "ALICLOUD_SECRET_KEY", "test\nsk")},
		{"an error that is not about credentials", func() diag.Diagnostic { return credentialsDiagnostic(errors.New("something else")) }},
	}
}

func TestTheExactDiagnostics(t *testing.T) {
	holdToTheLetter(t, "testdata/diagnostics.txt", diagnosticCases())
}

// holdToTheLetter compares diagnostics with those in a file.
func holdToTheLetter(t *testing.T, file string, cases []diagnosticCase) {
	t.Helper()
	var b strings.Builder
	synctest.Test(t, func(*testing.T) { // The clock is fixed in here: midnight UTC of 2000-01-01.
		for _, c := range cases {
			d := c.make()
			at := ""
			if d, ok := d.(diag.DiagnosticWithPath); ok {
				at = " (on " + d.Path().String() + ")"
			}
			fmt.Fprintf(&b, "== %s%s\n%s\n\n%s\n\n", c.name, at, d.Summary(), d.Detail())
		}
	})
	if *update {
		if err := os.WriteFile(file, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(b.String(), "\n")); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestDiagnosticsHaveNoSecrets(t *testing.T) {
	for _, c := range diagnosticCases() {
		if text := c.make().Summary() + c.make().Detail(); strings.Contains(text, "testsk") {
			t.Errorf("%s shows the secret: %s", c.name, text)
		}
	}
}

// environ returns a getenv over pairs of names and values.
func environ(pairs ...string) func(string) string {
	return func(name string) string {
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] == name {
				return pairs[i+1]
			}
		}
		return ""
	}
}
