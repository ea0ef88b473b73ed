package provider

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/ack"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acs3"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/credentials"
)

// Every diagnostic about a read is made in the files named diagnostics*.go and has one form: a summary that names the cluster, then what
// happened, what to do, and the facts, indented so that the CLIs do not wrap them.

// limit is the upper bound of a read, and the attribute that sets it.
type limit struct {
	attribute string
	duration  time.Duration
}

// trouble is what a diagnostic says beside its facts.
type trouble struct {
	summary  string
	happened string
	todo     string
}

// fact is one line below a diagnostic's text; one without a value is left out.
type fact struct{ name, value string }

// readDiagnostic says why a read ended without an answer.
func readDiagnostic(t target, timeout limit, err error) diag.Diagnostic {
	what, facts := explain(t, timeout, err)
	return errorDiagnostic(what, append(t.facts(), facts...))
}

// explain picks the explanation by what ended the read: the wait, the context, or one of the errors of a request.
func explain(t target, timeout limit, err error) (trouble, []fact) {
	var (
		wait    *ack.WaitError
		request *ack.RequestError
		facts   []fact
	)
	credentialsTodoAtDeadline := "Look at where the credentials come from, or set a longer " + timeout.attribute + "."
	const credentialsTodoAtInterrupt = "Run this again. If it hangs again, look at where the credentials come from."
	errors.As(err, &request)
	if errors.As(err, &wait) {
		facts = waitFacts(wait)
		switch wait.Reason {
		case ack.WaitPaused:
			return explainPause(t), facts
		case ack.WaitDeadline:
			return explainDeadline(t, timeout, wait.Last, wait.Err).waitingFor(request, credentialsTodoAtDeadline), append(facts, lastFault(wait.Err)...)
		case ack.WaitInterrupted:
			return explainInterrupt(t).waitingFor(request, credentialsTodoAtInterrupt), append(facts, lastFault(wait.Err)...)
		case ack.WaitFailed: // The request's error says more.
		}
	}
	if request != nil && request.Attempts > 1 {
		facts = append(facts, fact{"Tried", fmt.Sprintf("%d times in %s", request.Attempts, ack.FormatDuration(request.Elapsed))})
	}
	switch {
	case request != nil && request.Err == context.Canceled: //nolint:errorlint // The read's own, to the letter; see below.
		return explainInterrupt(t).waitingFor(request, credentialsTodoAtInterrupt), append(facts, lastFault(request)...)
	case request != nil && request.Err == context.DeadlineExceeded: //nolint:errorlint // An attempt's own time-out wraps it too.
		return explainDeadline(t, timeout, nil, request.Last).waitingFor(request, credentialsTodoAtDeadline), append(facts, lastFault(request)...)
	}
	what, more := explainRequest(t, err)
	return what, append(more, facts...)
}

// credentialsAwaited returns in words the source of credentials that a request was waiting for when its time ended.
func credentialsAwaited(request *ack.RequestError) string {
	var missing *acs3.CredentialsError
	if request == nil || !errors.As(request.Last, &missing) {
		return ""
	}
	text := missing.Err.Error()
	for _, end := range []error{context.Canceled, context.DeadlineExceeded} {
		if errors.Is(missing, end) {
			return strings.TrimSuffix(text, ": "+end.Error()) // Which is how the wait ended, and said already.
		}
	}
	return ""
}

// waitingFor adds what a read that was ended was waiting for, and what to do then, if that was credentials.
func (what trouble) waitingFor(request *ack.RequestError, todo string) trouble {
	if source := credentialsAwaited(request); source != "" {
		what.happened += " It was waiting for credentials then: " + source + "."
		what.todo = todo
	}
	return what
}

// lastFault tells of the fault before a read was ended, if there was one.
func lastFault(err error) []fact {
	var request *ack.RequestError
	if errors.As(err, &request) && (request.Err == context.Canceled || request.Err == context.DeadlineExceeded) { //nolint:errorlint // See explain.
		err = request.Last
	}
	if err == nil || credentialsAwaited(request) != "" {
		return nil
	}
	return []fact{{"Last fault", err.Error()}}
}

func explainPause(t target) trouble {
	return trouble{
		summary: "The upgrade of cluster " + t.clusterID + " is paused",
		happened: "The upgrade stands still half-way, and nothing but a person resumes it: it was paused by an operator or at the end of a " +
			"batch, or it stopped by itself on an error.",
		todo: "Resume or cancel the upgrade in the ACK console, then run this again. To wait until someone does, set wait_through_pause = true.",
	}
}

func explainDeadline(t target, timeout limit, last *ack.UpgradeStatus, err error) trouble {
	what := trouble{
		summary:  "Cluster " + t.clusterID + " was not read in time",
		happened: fmt.Sprintf("%s is %s, and the read did not end in that time.", timeout.attribute, ack.FormatDuration(timeout.duration)),
		todo:     "Look at the endpoint and the network between here and there, or set a longer " + timeout.attribute + ".",
	}
	if last == nil {
		return what
	}
	what.summary = "The upgrade of cluster " + t.clusterID + " did not end in time"
	what.happened = fmt.Sprintf("%s is %s, and the upgrade did not end in that time.", timeout.attribute, ack.FormatDuration(timeout.duration))
	what.todo = "Look at the upgrade in the ACK console, and set a longer " + timeout.attribute + " if it is only slow."
	if err != nil {
		what.happened += " The last poll was not answered."
	}
	switch last.Phase() {
	case ack.PhasePaused:
		what.happened += " When it last answered, it was paused: nothing but a person resumes it."
		what.todo = "Resume or cancel the upgrade in the ACK console, then run this again."
	case ack.PhaseUnknown:
		what.happened += " The last answer holds a word that this provider does not know, or says nothing, so it was taken for no end."
		what.todo = "Look at the upgrade in the ACK console. If it has ended, please report the words below as a bug of this provider."
	case ack.PhaseIdle, ack.PhaseRunning, ack.PhaseSucceeded, ack.PhaseFailed: // Nothing to add.
	}
	return what
}

func explainInterrupt(t target) trouble {
	return trouble{
		summary:  "Reading cluster " + t.clusterID + " was interrupted",
		happened: "The read was cancelled before it ended, as Ctrl-C does. The upgrade itself is not touched by this.",
		todo:     "Run this again.",
	}
}

// interruptDiagnostic says once that the read of many clusters was interrupted.
func interruptDiagnostic(t target, clusters int) diag.Diagnostic {
	what := explainInterrupt(t)
	what.summary = fmt.Sprintf("Reading %d clusters was interrupted", clusters)
	return errorDiagnostic(what, t.facts())
}

// waitFacts tells what a wait has seen.
func waitFacts(w *ack.WaitError) []fact {
	facts := []fact{{"Waited", fmt.Sprintf("%s, asked %s", ack.FormatDuration(w.Waited), times(w.Polls))}}
	if len(w.Changes) > 0 {
		facts = append(facts, fact{"Phases", phaseHistory(w.Changes)})
	}
	if w.Last != nil && w.Reason != ack.WaitFailed { // After a permanent fault, the answer before it only misleads.
		facts = append(facts, answerFacts(w.Last)...)
	}
	return facts
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

// phaseHistory lists each change of phase with its time; of very many, the first and the last ones.
func phaseHistory(changes []ack.Change) string {
	const ends = 5
	list := func(changes []ack.Change) string {
		parts := make([]string, len(changes))
		for i, c := range changes {
			parts[i] = fmt.Sprintf("%s after %s", c.Phase, ack.FormatDuration(c.At))
		}
		return strings.Join(parts, ", ")
	}
	if len(changes) <= 2*ends {
		return list(changes)
	}
	return fmt.Sprintf("%s, ... %d more ..., %s", list(changes[:ends]), len(changes)-2*ends, list(changes[len(changes)-ends:]))
}

// answerFacts tells the fields of an answer, in the API's own words.
func answerFacts(s *ack.UpgradeStatus) []fact {
	return []fact{
		{"Phase", string(s.Phase())},
		{"Answer", s.Words()},
		{"Message", s.Message()},
		{"Request id", s.RequestID},
	}
}

// phaseDiagnostic says that a read ended in a phase that the configuration does not allow.
func phaseDiagnostic(t target, s *ack.UpgradeStatus, required []string) diag.Diagnostic {
	slices.Sort(required)
	phase := s.Phase()
	return errorDiagnostic(trouble{
		summary:  fmt.Sprintf("The gate is shut: the phase of cluster %s is %s", t.clusterID, phase),
		happened: fmt.Sprintf("%s. require_phases asks for %s.", s.Summary(t.clusterID), strings.Join(required, " or ")),
		todo:     phaseAdvice(phase),
	}, append(t.facts(), answerFacts(s)...))
}

func phaseAdvice(phase ack.Phase) string {
	switch phase {
	case ack.PhaseRunning:
		return "Run this again when the upgrade has ended, or set wait_for_terminal = true to wait for it."
	case ack.PhasePaused:
		return "Resume or cancel the upgrade in the ACK console, then run this again."
	case ack.PhaseFailed:
		return "Mend what made the upgrade fail, and upgrade again, then run this again."
	case ack.PhaseIdle:
		return "No upgrade is under way, and none is known to have succeeded: start it, or allow idle too."
	case ack.PhaseSucceeded:
		return "The last upgrade succeeded: allow succeeded too if that is fine."
	case ack.PhaseUnknown:
		return "Look at the upgrade in the ACK console. What is not understood keeps a gate shut; please report the words below as a bug of this provider."
	}
	return ""
}

// unknownSettingDiagnostic says that a read needs a value of the provider block that only the apply will know.
func unknownSettingDiagnostic(setting string) diag.Diagnostic {
	return diag.NewErrorDiagnostic(
		fmt.Sprintf("The provider's %s is not known yet, and this read needs it", setting),
		fmt.Sprintf("The value of %[1]s in the provider block depends on something that is known only after apply, but clusters are to be read now.\n\n"+
			"Give %[1]s a value that is known at plan, such as a variable's. Or let this block name in depends_on the resource that the "+
			"value comes from: a data source is then read during apply, when the value is known, and so is, in OpenTofu, an ephemeral resource.", setting),
	)
}

// credentialsDiagnostic puts an error about credentials on the attribute at fault.
func credentialsDiagnostic(err error) diag.Diagnostic {
	var missing *credentials.Error
	if !errors.As(err, &missing) {
		return diag.NewErrorDiagnostic("No Alibaba Cloud credentials", err.Error())
	}
	return diag.NewAttributeErrorDiagnostic(attributePath(missing.Attribute), missing.Summary, missing.Detail)
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
func errorDiagnostic(what trouble, facts []fact) diag.Diagnostic {
	facts = slices.DeleteFunc(facts, func(f fact) bool { return f.value == "" })
	width := 0
	for _, f := range facts {
		width = max(width, len(f.name))
	}
	var lines strings.Builder
	for _, f := range facts {
		fmt.Fprintf(&lines, "\n  %-*s %s", width+1, f.name+":", f.value)
	}
	return diag.NewErrorDiagnostic(what.summary, strings.TrimSpace(what.happened+"\n\n"+what.todo)+"\n"+lines.String())
}
