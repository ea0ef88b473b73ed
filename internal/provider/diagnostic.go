package provider

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/upgrade"
)

// Every diagnostic about a read is made in the files named diagnostic*.go and has one form: a summary that names the cluster, then what
// happened, what to do, and the facts, indented so that the CLIs do not wrap them.

// limit is the upper bound of a read, and the attribute that sets it.
type limit struct {
	attribute string
	duration  time.Duration
}

// problem is what a diagnostic says beside its facts.
type problem struct {
	summary string
	cause   string
	remedy  string
}

// fact is one line below a diagnostic's text; one without a value is left out.
type fact struct{ name, value string }

// readDiagnostic says why a read ended without a reading. The version is the one that it required, or nil.
func readDiagnostic(t target, timeout limit, version *upgrade.Constraint, err error) diag.Diagnostic {
	what, facts := explain(t, timeout, version, err)
	return errorDiagnostic(what, append(t.facts(), facts...))
}

func (t target) facts() []fact {
	endpoint := t.endpoint
	if t.endpointFrom != "" {
		endpoint += " (from " + t.endpointFrom + ")"
	}
	return []fact{
		{"Cluster", t.clusterID},
		{"Region", fmt.Sprintf("%s (from %s)", t.region, t.regionFrom)},
		{"Endpoint", endpoint},
	}
}

// errorDiagnostic lays a diagnostic out.
func errorDiagnostic(what problem, facts []fact) diag.Diagnostic {
	facts = slices.DeleteFunc(facts, func(f fact) bool { return f.value == "" })
	width := 0
	for _, f := range facts {
		width = max(width, len(f.name))
	}
	var lines strings.Builder
	for _, f := range facts {
		fmt.Fprintf(&lines, "\n  %-*s %s", width+1, f.name+":", f.value)
	}
	return diag.NewErrorDiagnostic(what.summary, strings.TrimSpace(what.cause+"\n\n"+what.remedy)+"\n"+lines.String())
}
