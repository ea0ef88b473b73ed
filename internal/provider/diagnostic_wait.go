package provider

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/ack"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/display"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/summary"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/upgrade"
)

// explain picks the explanation by what ended the read: the wait, the context, or one of the errors of a request.
func explain(t target, timeout limit, version *upgrade.Constraint, err error) (problem, []fact) {
	var (
		wait    *upgrade.WaitError
		request *ack.RequestError
		facts   []fact
	)
	credentialsAtDeadline := "Check the credentials source."
	if timeout.attribute != "" {
		credentialsAtDeadline = "Check the credentials source, or set a longer " + timeout.attribute + "."
	}
	const credentialsAtInterrupt = "Run this again. If it waits again, check the credentials source."
	errors.As(err, &request)
	if errors.As(err, &wait) {
		facts = waitFacts(wait)
		switch wait.Reason {
		case upgrade.WaitPaused:
			return explainPause(t), facts
		case upgrade.WaitDeadline:
			return explainDeadline(t, timeout, version, wait).waitingFor(request, credentialsAtDeadline), append(facts, lastError(wait.Err)...)
		case upgrade.WaitInterrupted:
			return explainInterrupt(t).waitingFor(request, credentialsAtInterrupt), append(facts, lastError(wait.Err)...)
		case upgrade.WaitFailed, upgrade.WaitStopped: // The error of the request says more. A stopped wait is not reported.
		}
	}
	if request != nil && request.Attempts > 1 {
		facts = append(facts, fact{"Attempts", fmt.Sprintf("%d in %s", request.Attempts, display.Duration(request.Elapsed))})
	}
	switch {
	case request != nil && request.End == ack.EndedByInterrupt:
		return explainInterrupt(t).waitingFor(request, credentialsAtInterrupt), append(facts, lastError(request)...)
	case request != nil && request.End == ack.EndedByDeadline:
		return explainSlowRead(t, timeout).waitingFor(request, credentialsAtDeadline), append(facts, lastError(request)...)
	}
	var incomplete *upgrade.IncompleteListError
	if errors.As(err, &incomplete) {
		return explainIncompleteList(t, incomplete), []fact{{"Operation", string(ack.DescribeClusterTasks)}}
	}
	what, more := explainRequest(t, err)
	return what, append(append(more, facts...), bothFacts(err)...)
}

// lastError has the last error of a request before the read ended, if there was one.
func lastError(err error) []fact {
	var request *ack.RequestError
	if errors.As(err, &request) && request.End != ack.EndedByError {
		err = request.Last
	}
	if err == nil || credentialsAwaited(request) != "" {
		return nil
	}
	return []fact{{"Last error", err.Error()}}
}

// resume is the remedy for a paused upgrade or task.
func resume(t target) string {
	return "Resume or cancel " + t.workNoun() + " in the ACK console, then run this again."
}

func explainPause(t target) problem {
	return problem{
		summary: summary.UpgradePaused(t.name()),
		cause: capitalized(t.workNoun()) + " is paused. It does not resume by itself. An operator paused it, it reached the end of a batch, or it " +
			"stopped on an error.",
		remedy: resume(t) + " To keep waiting during a pause, set wait_through_pause = true.",
	}
}

// explainSlowRead explains a read that reached its deadline without a response.
func explainSlowRead(t target, timeout limit) problem {
	what := problem{
		summary: summary.ReadTimeout(t.name()),
		cause:   fmt.Sprintf("The read did not end within %s = %s.", timeout.attribute, display.Duration(timeout.duration)),
		remedy:  "Check the endpoint, and the network between this machine and the endpoint. Or set a longer " + timeout.attribute + ".",
	}
	if timeout.attribute == "" {
		what.cause = fmt.Sprintf("A read with enforce = false takes at most %s. This read did not end in that time.", display.Duration(timeout.duration))
		what.remedy = "Check the endpoint, and the network between this machine and the endpoint."
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
		summary: summary.UpgradeTimeout(t.name()),
		cause:   fmt.Sprintf("%s did not end within %s = %s.", capitalized(t.workNoun()), timeout.attribute, display.Duration(timeout.duration)),
		remedy:  "Check " + t.workNoun() + " in the ACK console. If it is only slow, set a longer " + timeout.attribute + ".",
	}
	if left := timeout.duration - wait.Waited; left >= time.Second && wait.Err == nil {
		what.cause += fmt.Sprintf(" The last poll was %s before the deadline, to leave time for a response.", display.Duration(left))
	}
	if wait.Err != nil {
		what.cause += " The last poll failed."
	}
	switch phase := last.Phase; {
	case last.OnOtherVersion(version):
		what.summary = summary.VersionTimeout(t.name(), version)
		what.cause = fmt.Sprintf("The cluster did not run that version within %s = %s. At the last poll, no upgrade was under way (phase %s), and the cluster ran %s.",
			timeout.attribute, display.Duration(timeout.duration), phase, versionOf(last))
		what.remedy = "Check that the upgrade was started, and its target version. Or correct require_version."
	case phase == upgrade.PhasePaused:
		what.cause += " At the last poll, " + t.workNoun() + " was paused. It does not resume by itself."
		what.remedy = resume(t)
	case phase == upgrade.PhaseUnknown:
		what.cause += " The last response contains an unknown status, or none. The provider kept waiting."
		what.remedy = "Check " + t.workNoun() + " in the ACK console. If it has ended, please report the response below as a bug of this provider: " + bugs
	case phase == upgrade.PhaseIdle:
		what.cause += " The last poll was the first that found no upgrade under way. A second poll must confirm the end of an upgrade."
		what.remedy = "Run this again, or set a longer " + timeout.attribute + "."
	}
	return what
}

// versionOf returns the version that a cluster runs, as text.
func versionOf(r *upgrade.Reading) string {
	if r.CurrentVersion == nil || strings.TrimSpace(*r.CurrentVersion) == "" {
		return "an unknown version: the response contains none"
	}
	return display.Line(*r.CurrentVersion, maxVersion)
}

// maxVersion is how many characters of a version are shown.
const maxVersion = 64

func explainInterrupt(t target) problem {
	return problem{
		summary: summary.Interrupted(t.name()),
		cause:   "The read was canceled before it ended, for example with Ctrl-C. " + capitalized(t.workNoun()) + " itself continues.",
		remedy:  "Run this again.",
	}
}

// interruptDiagnostic is the one error of an interrupted read of many clusters.
func interruptDiagnostic(t target, clusters int) diag.Diagnostic {
	what := explainInterrupt(t)
	what.summary = summary.FleetInterrupted(clusters)
	return (&finding{problem: what, target: t}).error()
}

// waitFacts has the duration, the polls and the phases of a wait.
func waitFacts(w *upgrade.WaitError) []fact {
	facts := []fact{{"Waited", fmt.Sprintf("%s, %s", display.Duration(w.Waited), count(w.Polls, "poll"))}}
	if len(w.Changes) > 0 {
		facts = append(facts, fact{"Phases", phaseHistory(w.Changes)})
	}
	if w.Last != nil && w.Reason != upgrade.WaitFailed { // After a permanent error, the response before it is misleading.
		facts = append(facts, readingFacts(w.Last)...)
	}
	return facts
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

// readingFacts has the parts of the response that determine the phase, as the API wrote them.
func readingFacts(r *upgrade.Reading) []fact {
	version := ""
	if r.CurrentVersion != nil {
		version = display.Line(*r.CurrentVersion, maxVersion)
	}
	return []fact{
		{"Phase", string(r.Phase)},
		{"Source", string(r.Source)},
		{factResponse, r.Response},
		{"Version", version},
		{"Message", r.Message()},
		{factRequestID, r.RequestID},
	}
}
