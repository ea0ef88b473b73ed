package provider

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/ack"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/display"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/upgrade"
)

// explain picks the explanation by what ended the read: the wait, the context, or one of the errors of a request.
func explain(t target, timeout limit, version *upgrade.Constraint, err error) (problem, []fact) {
	var (
		wait    *upgrade.WaitError
		request *ack.RequestError
		facts   []fact
	)
	credentialsTodoAtDeadline := "Look at where the credentials come from."
	if timeout.attribute != "" {
		credentialsTodoAtDeadline = "Look at where the credentials come from, or set a longer " + timeout.attribute + "."
	}
	const credentialsTodoAtInterrupt = "Run this again. If it hangs again, look at where the credentials come from."
	errors.As(err, &request)
	if errors.As(err, &wait) {
		facts = waitFacts(wait)
		switch wait.Reason {
		case upgrade.WaitPaused:
			return explainPause(t), facts
		case upgrade.WaitDeadline:
			return explainDeadline(t, timeout, version, wait).waitingFor(request, credentialsTodoAtDeadline), append(facts, lastFault(wait.Err)...)
		case upgrade.WaitInterrupted:
			return explainInterrupt(t).waitingFor(request, credentialsTodoAtInterrupt), append(facts, lastFault(wait.Err)...)
		case upgrade.WaitFailed, upgrade.WaitStopped: // The request's error says more; the other is never told.
		}
	}
	if request != nil && request.Attempts > 1 {
		facts = append(facts, fact{"Tried", fmt.Sprintf("%d times in %s", request.Attempts, display.Duration(request.Elapsed))})
	}
	switch {
	case request != nil && request.End == ack.EndedByInterrupt:
		return explainInterrupt(t).waitingFor(request, credentialsTodoAtInterrupt), append(facts, lastFault(request)...)
	case request != nil && request.End == ack.EndedByDeadline:
		return explainSlowRead(t, timeout).waitingFor(request, credentialsTodoAtDeadline), append(facts, lastFault(request)...)
	}
	what, more := explainRequest(t, err)
	return what, append(append(more, facts...), bothFacts(err)...)
}

// lastFault tells of the fault before a read was ended, if there was one.
func lastFault(err error) []fact {
	var request *ack.RequestError
	if errors.As(err, &request) && request.End != ack.EndedByError {
		err = request.Last
	}
	if err == nil || credentialsAwaited(request) != "" {
		return nil
	}
	return []fact{{"Last fault", err.Error()}}
}

func explainPause(t target) problem {
	return problem{
		summary: capitalized(t.work()) + " is paused",
		cause: capitalized(t.workNoun()) + " is paused, and does not resume by itself: it was paused by an operator or at the end of a " +
			"batch, or it stopped by itself on an error.",
		remedy: "Resume or cancel " + t.workNoun() + " in the ACK console, then run this again. To wait until someone does, set wait_through_pause = true.",
	}
}

// explainSlowRead explains a read that ended at its deadline before the API had told anything.
func explainSlowRead(t target, timeout limit) problem {
	what := problem{
		summary: t.title() + " was not read in time",
		cause:   fmt.Sprintf("%s is %s, and the read did not end in that time.", timeout.attribute, display.Duration(timeout.duration)),
		remedy:  "Look at the endpoint and the network between here and there, or set a longer " + timeout.attribute + ".",
	}
	if timeout.attribute == "" {
		what.cause = fmt.Sprintf("With enforce = false a read takes %s at most, and this one did not end in that time.", display.Duration(timeout.duration))
		what.remedy = "Look at the endpoint and the network between here and there."
	}
	return what
}

// explainDeadline explains a wait that ended at its deadline.
func explainDeadline(t target, timeout limit, version *upgrade.Constraint, wait *upgrade.WaitError) problem {
	last := wait.Last
	if last == nil {
		return explainSlowRead(t, timeout)
	}
	what := problem{
		summary: capitalized(t.work()) + " did not end in time",
		cause:   fmt.Sprintf("%s is %s, and %s did not end in that time.", timeout.attribute, display.Duration(timeout.duration), t.workNoun()),
		remedy:  "Look at " + t.workNoun() + " in the ACK console, and set a longer " + timeout.attribute + " if it is only slow.",
	}
	if left := timeout.duration - wait.Waited; left >= time.Second && wait.Err == nil {
		what.cause += fmt.Sprintf(" The last poll was made %s before its end, to leave time for a response.", display.Duration(left))
	}
	if wait.Err != nil {
		what.cause += " The last poll was not answered."
	}
	switch phase := last.Phase; {
	case last.OnOtherVersion(version):
		what.summary = fmt.Sprintf("Timed out waiting for %s to run Kubernetes %s", t.name(), version)
		what.cause = fmt.Sprintf("%s is %s. No upgrade was under way at the last poll (phase %s), and the cluster runs %s.",
			timeout.attribute, display.Duration(timeout.duration), phase, versionOf(last))
		what.remedy = "Check that the upgrade has been started, and to which version. Or correct require_version."
	case phase == upgrade.PhasePaused:
		what.cause += " When it last answered, it was paused: it does not resume by itself."
		what.remedy = "Resume or cancel " + t.workNoun() + " in the ACK console, then run this again."
	case phase == upgrade.PhaseUnknown:
		what.cause += " The last response contains an unknown status, or none. The provider kept waiting."
		what.remedy = "Look at " + t.workNoun() + " in the ACK console. If it has ended, please report the response below as a bug of this provider: " + bugs
	case phase == upgrade.PhaseIdle:
		what.cause += " The last poll was the first one that found no upgrade under way. After an upgrade, a second poll must confirm that."
		what.remedy = "Run this again, or set a longer " + timeout.attribute + "."
	}
	return what
}

// versionOf names the version that a cluster runs.
func versionOf(r *upgrade.Reading) string {
	if r.CurrentVersion == nil || strings.TrimSpace(*r.CurrentVersion) == "" {
		return "a version that the API does not name"
	}
	return display.Line(*r.CurrentVersion, maxVersion)
}

// maxVersion is how many characters of a version are shown.
const maxVersion = 64

func explainInterrupt(t target) problem {
	return problem{
		summary: "Reading " + t.name() + " was interrupted",
		cause:   "The read was cancelled before it ended, as Ctrl-C does. " + capitalized(t.workNoun()) + " itself is not touched by this.",
		remedy:  "Run this again.",
	}
}

// interruptDiagnostic says once that the read of many clusters was interrupted.
func interruptDiagnostic(t target, clusters int) diag.Diagnostic {
	what := explainInterrupt(t)
	what.summary = fmt.Sprintf("Reading %d clusters was interrupted", clusters)
	return (&finding{problem: what, target: t}).error()
}

// waitFacts tells what a wait has seen.
func waitFacts(w *upgrade.WaitError) []fact {
	facts := []fact{{"Waited", fmt.Sprintf("%s, asked %s", display.Duration(w.Waited), times(w.Polls))}}
	if len(w.Changes) > 0 {
		facts = append(facts, fact{"Phases", phaseHistory(w.Changes)})
	}
	if w.Last != nil && w.Reason != upgrade.WaitFailed { // After a permanent fault, the answer before it only misleads.
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
func phaseHistory(changes []upgrade.Change) string {
	const ends = 5
	list := func(changes []upgrade.Change) string {
		parts := make([]string, len(changes))
		for i, c := range changes {
			parts[i] = fmt.Sprintf("%s after %s", c.Phase, display.Duration(c.At))
		}
		return strings.Join(parts, ", ")
	}
	if len(changes) <= 2*ends {
		return list(changes)
	}
	return fmt.Sprintf("%s, ... %d more ..., %s", list(changes[:ends]), len(changes)-2*ends, list(changes[len(changes)-ends:]))
}

// answerFacts tells what a reading hangs on, in the API's own words.
func answerFacts(r *upgrade.Reading) []fact {
	version := ""
	if r.CurrentVersion != nil {
		version = display.Line(*r.CurrentVersion, maxVersion)
	}
	return []fact{
		{"Phase", string(r.Phase)},
		{"Source", string(r.Source)},
		{"Answer", r.Response},
		{"Version", version},
		{"Message", r.Message()},
		{"Request id", r.RequestID},
	}
}
