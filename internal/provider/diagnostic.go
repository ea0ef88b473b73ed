package provider

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/ack"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/upgrade"
)

// The files diagnostic*.go make every diagnostic about a read. All have one form: a summary from package summary that names the
// subject, the cause, the remedy, and the facts, indented so that the CLIs do not wrap them.

// bugs is where bugs are reported.
const bugs = "https://github.com/ackupgrade/terraform-provider-ackupgrade/issues"

// guide is the page that has an entry for each first line. Every error about a read or about credentials ends with it.
const guide = "https://registry.terraform.io/providers/ackupgrade/ackupgrade/latest/docs/guides/troubleshooting"

// limit is the upper bound of a read, and the attribute that sets it; none where it is fixed.
type limit struct {
	attribute string
	duration  time.Duration
}

// problem is the text of a diagnostic, without its facts.
type problem struct {
	summary string
	cause   string
	remedy  string
}

// fact is one line below the text of a diagnostic. A fact without a value is left out.
type fact struct{ name, value string }

// The names of facts that are used in several places.
const (
	factResponse  = "Response"
	factRequestID = "Request ID"
)

// finding is a problem with the read of one subject, before it becomes an error or a warning.
type finding struct {
	problem
	target target
	facts  []fact // Besides those of the target.
	// kind is what findings of one cause have in common; empty if their summaries say it.
	kind string
	// permanent is set if waiting does not change it.
	permanent bool
}

// unreadable explains why a read ended without a reading. The version is the required one, or nil.
func unreadable(t target, timeout limit, version *upgrade.Constraint, err error) *finding {
	what, facts := explain(t, timeout, version, err)
	permanent := !ack.Transient(err)
	if wait := (*upgrade.WaitError)(nil); errors.As(err, &wait) {
		permanent = wait.Reason == upgrade.WaitFailed || wait.Reason == upgrade.WaitPaused
	}
	return &finding{problem: what, target: t, facts: facts, permanent: permanent}
}

// error returns the finding as an error.
func (f *finding) error() diag.Diagnostic {
	return diag.NewErrorDiagnostic(f.summary, layOut(f.problem, append(f.target.facts(), f.facts...)))
}

// warning returns the finding as a warning of what an apply would end with.
func (f *finding) warning() diag.Diagnostic {
	return diag.NewWarningDiagnostic(f.summary, layOut(f.problem, append(f.target.facts(), f.facts...)))
}

func (t target) facts() []fact {
	endpoint := t.endpoint
	if t.endpointFrom != "" {
		endpoint += " (from " + t.endpointFrom + ")"
	}
	subject := fact{capitalized(t.noun), t.id}
	if t.ofRegion() {
		subject = fact{} // Left out: the region follows.
	}
	return []fact{
		subject,
		{"Region", fmt.Sprintf("%s (from %s)", t.region, t.regionFrom)},
		{"Endpoint", endpoint},
	}
}

// layOut writes the text below a summary. It ends with the address of the guide.
func layOut(what problem, facts []fact) string {
	facts = append(slices.DeleteFunc(facts, func(f fact) bool { return f.value == "" }), fact{"Help", guide})
	width := 0
	for _, f := range facts {
		width = max(width, len(f.name))
	}
	var lines strings.Builder
	for _, f := range facts {
		fmt.Fprintf(&lines, "\n  %-*s %s", width+1, f.name+":", f.value)
	}
	return strings.TrimSpace(what.cause+"\n\n"+what.remedy) + "\n" + lines.String()
}
