package acksim

import "encoding/json"

// Phase is one word for where an upgrade stands.
type Phase string

// The phases that a step can name.
const (
	PhaseIdle      Phase = "idle"      // Nothing has ever been upgraded.
	PhaseRunning   Phase = "running"   // An upgrade is under way.
	PhasePaused    Phase = "paused"    // An upgrade waits for somebody to resume it.
	PhaseSucceeded Phase = "succeeded" // The last upgrade went well.
	PhaseFailed    Phase = "failed"    // The last upgrade did not.
	PhaseUnknown   Phase = "unknown"   // ACK uses a word that is not documented.
)

func phases() []Phase {
	return []Phase{PhaseIdle, PhaseRunning, PhasePaused, PhaseSucceeded, PhaseFailed, PhaseUnknown}
}

// upgradeStatus is the documented answer of GetUpgradeStatus. No field is ever left out: what may be missing is for
// scenarios to try, with an answer of their own.
type upgradeStatus struct {
	ErrorMessage     string      `json:"error_message"`
	PrecheckReportID string      `json:"precheck_report_id"`
	Status           string      `json:"status"`
	UpgradeStep      string      `json:"upgrade_step"`
	UpgradeTask      upgradeTask `json:"upgrade_task"`
}

type upgradeTask struct {
	Status  string `json:"status"`
	Message string `json:"message"`
}

// precheckReportID is what every upgrade of the simulator names as its pre-check's report.
const precheckReportID = "acksim-precheck-1"

// answer returns what ACK answers in this phase. The words are the documented ones, with their capitals; the empty
// status and the task's "empty" of a cluster that was never upgraded are not documented, but seen by clients.
func (p Phase) answer(message string) json.RawMessage {
	status := upgradeStatus{PrecheckReportID: precheckReportID}
	usual := ""
	switch p {
	case PhaseIdle:
		status = upgradeStatus{UpgradeStep: "not_start", UpgradeTask: upgradeTask{Status: "empty"}}
	case PhaseRunning:
		status.Status, status.UpgradeStep, status.UpgradeTask.Status = "running", "upgrading", "running"
		usual = "upgrading the control plane"
	case PhasePaused:
		status.Status, status.UpgradeStep, status.UpgradeTask.Status = "pause", "pause", "running"
		usual = "the upgrade is paused"
	case PhaseSucceeded:
		status.Status, status.UpgradeStep, status.UpgradeTask.Status = "success", "success", "Success"
		usual = "the upgrade is complete"
	case PhaseFailed:
		// There is no documented step for a failure: it stays at the one that failed.
		status.Status, status.UpgradeStep, status.UpgradeTask.Status = "fail", "upgrading", "Failed"
		usual = "the control plane did not become ready"
	case PhaseUnknown:
		status.Status, status.UpgradeStep, status.UpgradeTask.Status = "rolling_back", "upgrading", "running"
		usual = "rolling back the control plane"
	}
	if message == "" {
		message = usual
	}
	status.UpgradeTask.Message = message
	if p == PhaseFailed {
		status.ErrorMessage = message
	}
	return encodeJSON(status)
}
