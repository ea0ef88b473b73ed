package realcli

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/fault"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/response"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/scenario"
)

var update = flag.Bool("update", false, "write the fault matrix again; read the difference before you commit it")

const faultMatrix = "../acksim/FAULTS.md"

const faultMatrixIntroduction = `<!-- Made by ` + "`go test ./internal/realcli -run FaultMatrix -update`" + `; do not edit. -->

# What a user gets of each fault

Each cell is a plan: a real CLI, the real provider, and real HTTP to the simulator, which makes the fault apply. The test that
generates this table checks every cell, with the CLI that it is run with. CI runs it with both CLIs if it has both.

- **read**: a plain read. The fault applies to its first request.
- **wait**: a read with ` + "`wait_for_terminal`" + `. The response to its first request is that the upgrade, or the task, is running. The
  fault applies to the requests after it. Lists do not wait.
- **passes**: the fault applies twice and then ends. If such a cell shows an error, the provider does not retry after this fault.
- **stays**: the fault never ends.
- **success**: the read succeeds with the truth: the phase ` + "`succeeded`" + ` of the cluster or the task, or the whole list. Every other cell is
  the summary of the error, for a cluster C and a task T. None of these reads reported anything else.
- Where faults apply to one operation alone, there are no faults of connections: when a connection is made, its operation is not
  known yet.

To keep the test short, its timeouts are short: the provider retries for 2 s, or for 5 s after faults that take longer to pass, a
wait lasts 8 or 10 s, and a response may take half a second. The defaults are 30 s, one hour and one minute.
`

// faultRow is one fault, or one form of it.
type faultRow struct {
	name  string
	fault fault.Fault
	tls   bool
}

// faultSection is a part of the matrix.
type faultSection struct {
	title string
	rows  []faultRow
}

func faultSections() []faultSection {
	throttling := faultSection{title: "Throttling"}
	for _, status := range []int{429, 400} {
		for _, code := range []string{"Throttling", "Throttling.User", "Throttling.Api"} {
			row := func(hint string, timeLeft, retryAfter time.Duration) {
				throttling.rows = append(throttling.rows, faultRow{name: fmt.Sprintf("%d `%s`%s", status, code, hint), fault: fault.Fault{
					Kind: fault.Throttled, Status: status, Code: code, TimeLeft: timeLeft, RetryAfter: retryAfter,
				}})
			}
			row("", 0, 0)
			row(", `x-ratelimit-*`", 300*time.Millisecond, 0)
			row(", `Retry-After`", 0, time.Second)
		}
	}
	server := faultSection{title: "Server errors"}
	for _, status := range []int{500, 502, 503, 504} {
		for _, body := range []fault.Body{
			fault.BodyJSON, fault.BodyXML, fault.BodyHTML, fault.BodyEmpty, fault.BodyTruncated,
		} {
			server.rows = append(server.rows, faultRow{
				name: fmt.Sprintf("%d, body: %s", status, body), fault: fault.Fault{Kind: fault.Error, Status: status, Body: body},
			})
		}
	}
	page := &response.Raw{Status: 200, ContentType: "text/html", Body: "<html><title>Sign in</title></html>"}
	gone := &response.Raw{Status: 404, ContentType: "application/json", Body: `{"Code": "InvalidAction.NotFound", "Message": "no such API"}`}
	forbidden := &response.Raw{Status: 403, ContentType: "application/json", Body: `{"code": "Forbidden.RAM", "message": "no"}`}
	return []faultSection{
		throttling,
		server,
		{"Rejections", []faultRow{
			{name: "nonce taken for a used one", fault: fault.Fault{Kind: fault.NonceUsed}},
			{name: "the gateway's clock an hour ahead", fault: fault.Fault{Kind: fault.ClockSkew}},
			{name: "the gateway's clock an hour behind", fault: fault.Fault{Kind: fault.ClockSkew, Skew: -time.Hour}},
			{name: "403 `Forbidden.RAM`", fault: fault.Fault{Kind: fault.HTTP, HTTP: forbidden}},
			{name: "404 `InvalidAction.NotFound`", fault: fault.Fault{Kind: fault.HTTP, HTTP: gone}},
		}},
		{"Responses that are not from the API", []faultRow{
			{name: "200 with a page of HTML", fault: fault.Fault{Kind: fault.HTTP, HTTP: page}},
			{name: "200 with nothing", fault: fault.Fault{Kind: fault.HTTP, HTTP: &response.Raw{Status: 200}}},
			{name: "403 with a page of HTML", fault: fault.Fault{Kind: fault.HTTP, HTTP: &response.Raw{Status: 403, ContentType: "text/html", Body: page.Body}}},
			{name: "redirect to another host", fault: fault.Fault{Kind: fault.Redirect}},
		}},
		{"Responses that do not arrive whole", []faultRow{
			{name: "reset before the response", fault: fault.Fault{Kind: fault.Reset}},
			{name: "reset in the middle of the body", fault: fault.Fault{Kind: fault.ResetInBody}},
			{name: "the same, in HTTP/2", fault: fault.Fault{Kind: fault.ResetInBody}, tls: true},
			{name: "no response", fault: fault.Fault{Kind: fault.Silent}},
			{name: "half a body, and no more", fault: fault.Fault{Kind: fault.SilentInBody}},
			{name: "the same, in HTTP/2", fault: fault.Fault{Kind: fault.SilentInBody}, tls: true},
			{name: "a byte a second", fault: fault.Fault{Kind: fault.Slow}},
			{name: "shorter than its `Content-Length`", fault: fault.Fault{Kind: fault.LongLength}},
			{name: "longer than its `Content-Length`", fault: fault.Fault{Kind: fault.ShortLength}},
			{name: "2 MiB", fault: fault.Fault{Kind: fault.Oversized}},
			{name: "a message that is not UTF-8", fault: fault.Fault{Kind: fault.NotUTF8}},
			{name: "gzip that ends early", fault: fault.Fault{Kind: fault.CutGzip}},
		}},
		{"Connections", []faultRow{
			{name: "refused", fault: fault.Fault{Kind: fault.Refused, For: 300 * time.Millisecond}},
			{name: "accepted, and nothing sent", fault: fault.Fault{Kind: fault.SilentConnection}},
			{name: "the same, before TLS", fault: fault.Fault{Kind: fault.SilentConnection}, tls: true},
			{name: "certificate of an unknown authority", fault: fault.Fault{Kind: fault.UnknownAuthority}, tls: true},
			{name: "certificate that has expired", fault: fault.Fault{Kind: fault.ExpiredCertificate}, tls: true},
			{name: "certificate for another name", fault: fault.Fault{Kind: fault.OtherName}, tls: true},
			{name: "HTTP/1.1 only", fault: fault.Fault{Kind: fault.HTTP1}, tls: true},
		}},
	}
}

// It is not parallel to others: its timeouts are so short that a busy machine would make a timeout of a response.
func TestTheFaultMatrix(t *testing.T) {
	var group errgroup.Group
	group.SetLimit(24) // They wait most of the time.
	cells := make(map[faultPlan]*string)
	reads := faultReads() // Once: a plan is identified by its pointers.
	for _, read := range reads {
		w := workspace(t, read.configuration())
		for _, section := range read.sections {
			for _, row := range section.rows {
				for _, plan := range row.plans(read) {
					cell := new(string)
					cells[plan] = cell
					group.Go(func() (err error) {
						if *cell, err = plan.run(t, w); err != nil {
							err = fmt.Errorf("%s, %s, wait %t, stays %t: %w", read.title, row.name, plan.wait, plan.stays, err)
						}
						return err
					})
				}
			}
		}
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	t.Logf("%s %s: %d plans", cli.Name, cli.Version, len(cells))

	var b strings.Builder
	b.WriteString(faultMatrixIntroduction)
	for _, read := range reads {
		fmt.Fprintf(&b, "\n## %s\n", read.title)
		for _, section := range read.sections {
			fmt.Fprintf(&b, "\n### %s\n\n%s", section.title, read.header())
			for _, row := range section.rows {
				b.WriteString("| " + row.name + " |")
				for _, plan := range row.plans(read) {
					b.WriteString(" " + *cells[plan] + " |")
				}
				b.WriteString("\n")
			}
		}
	}
	if *update {
		if err := os.WriteFile(faultMatrix, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(faultMatrix)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(b.String(), "\n")); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// faultPlan is one cell: one read that one fault meets.
type faultPlan struct {
	faultRow

	read        *faultRead
	wait, stays bool
}

// plans returns the cells of a row, in their order.
func (row faultRow) plans(of *faultRead) (plans []faultPlan) {
	for _, wait := range of.waits() {
		for _, stays := range []bool{false, true} {
			plans = append(plans, faultPlan{row, of, wait, stays})
		}
	}
	return plans
}

// faults are those that apply to the read. In a wait, the first request gets its response.
func (p faultPlan) faults() []fault.Fault {
	f := p.fault
	f.Operation = string(p.read.operation)
	if !p.stays {
		f.Count = 2
	}
	if p.wait {
		f.After = 1
	}
	if f.Kind == fault.Refused && p.stays {
		f.For = time.Hour
	}
	if p.wait && f.Kind.OfConnection() { // The connection of the first response would be used again.
		return []fault.Fault{f, {Kind: fault.Reset, After: 1, Count: 1}}
	}
	return []fault.Fault{f}
}

// run plans, and returns what becomes of the read.
func (p faultPlan) run(t *testing.T, w *Workspace) (string, error) {
	t.Helper()
	timeline := []scenario.Step{p.read.after}
	if p.wait {
		timeline = append([]scenario.Step{p.read.before}, timeline...)
	}
	simulator, err := acksim.New(&scenario.Scenario{
		AccessKeys: []scenario.AccessKey{{ID: "testak", Secret: "testsk"}},
		Clusters:   map[string]scenario.Cluster{clusterID: {Timeline: timeline}},
		Faults:     p.faults(),
	})
	if err != nil {
		return "", err
	}
	server, err := acksim.Start(t.Context(), simulator, acksim.Options{TLS: p.tls})
	if err != nil {
		return "", err
	}
	defer server.Close()

	mine := *w
	protocol, retry, timeout := "HTTP", 2, "8s"
	if p.tls {
		file := filepath.Join(t.TempDir(), "authority.pem")
		if err := os.WriteFile(file, server.CertificatePEM(), 0o600); err != nil {
			return "", err
		}
		protocol, mine.env = "HTTPS", append(slices.Clone(w.env), "SSL_CERT_FILE="+file)
	}
	switch kind := p.fault.Kind; {
	case kind == fault.Throttled, kind == fault.Silent, kind == fault.SilentInBody, kind == fault.Slow, kind.OfConnection():
		retry, timeout = 5, "10s" // These take seconds to pass.
	}
	if !p.wait {
		timeout = "30s" // The retries are to end first.
	}
	output, err := mine.Run(t.Context(), "plan", "-json", "-lock=false", "-var=endpoint="+server.Endpoint(), "-var=protocol="+protocol,
		fmt.Sprintf("-var=wait=%t", p.wait), fmt.Sprintf("-var=retry=%d", retry), "-var=timeout="+timeout)
	if err == nil {
		return "success", p.check(simulator.Requests())
	}
	summary, failure := summaryOf(output, p.read.address())
	if failure != nil {
		return "", fmt.Errorf("%w: %w in:\n%s", err, failure, output)
	}
	return strings.NewReplacer(clusterID, "C", faultTask, "T").Replace(summary), nil
}

// check holds that the fault applied to a read which has succeeded, and that it has the truth from a response without a fault.
func (p faultPlan) check(requests []acksim.Request) error {
	affected := slices.ContainsFunc(requests, func(r acksim.Request) bool { return r.Fault == p.fault.Kind })
	if !affected && !p.fault.Kind.OfConnection() {
		return errors.New("the fault has applied to nothing")
	}
	last := requests[len(requests)-1]
	wrong := !p.read.lists() && last.Phase != p.read.after.Phase // A list's response has no phase; its condition checks the list.
	if wrong || last.Fault != "" && p.fault.Kind != fault.NotUTF8 {
		return fmt.Errorf("the read has succeeded, and the last response was %+v", last)
	}
	return nil
}

// summaryOf returns the summary of the one error that a plan ended with, which must be that of the address.
func summaryOf(output, address string) (summary string, err error) {
	for line := range strings.Lines(output) {
		var message struct {
			Diagnostic struct{ Severity, Summary, Address string }
		}
		if err := json.Unmarshal([]byte(line), &message); err != nil {
			return "", err
		}
		if d := message.Diagnostic; d.Severity == "error" {
			if d.Address != address || summary != "" {
				return "", errors.New("an error too many")
			}
			summary = d.Summary
		}
	}
	if summary == "" {
		return "", errors.New("no error")
	}
	return summary, nil
}
