package operation

import (
	"cmp"
	"encoding/json"
	"net/http"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/gateway"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/response"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/story"
)

// getUpgradeStatus reports the upgrade of a control plane.
var getUpgradeStatus = Operation{
	Route: gateway.Route{
		Action: "GetUpgradeStatus", Version: version, Method: http.MethodGet,
		Path: "/api/v2/clusters/{cluster_id}/upgrade/status",
	},
	RAM:    "cs:GetUpgradeStatus",
	Help:   "the upgrade of a cluster's control plane",
	Render: renderUpgradeStatus,
}

// upgradeStatus is the documented response of GetUpgradeStatus. No field is ever left out: what may be missing is for
// scenarios to try, with responses of their own.
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

// renderUpgradeStatus returns what ACK responds in a phase. The words are the documented ones, with their capitals; the
// empty status and the task's "empty" of a cluster that was never upgraded are not documented, but seen by clients.
func renderUpgradeStatus(r Request) json.RawMessage {
	words := upgradeWords[r.Truth.Phase]
	status := upgradeStatus{
		PrecheckReportID: precheckReportID, Status: words.status, UpgradeStep: words.step,
		UpgradeTask: upgradeTask{Status: words.task, Message: cmp.Or(r.Truth.Message, words.usual)},
	}
	switch r.Truth.Phase {
	case story.Idle:
		status.PrecheckReportID = ""
	case story.Failed:
		status.ErrorMessage = status.UpgradeTask.Message
	case story.Running, story.Paused, story.Finishing, story.Succeeded, story.Unknown:
	}
	return response.EncodeJSON(status)
}

// upgradeWords are the words for each phase, and the usual message. There is no documented step for a failure: it stays at
// the one that failed. The operation knows nothing of the gap at an upgrade's end: the upgrade is still running then.
var upgradeWords = map[story.Phase]struct{ status, step, task, usual string }{
	story.Idle:      {"", "not_start", "empty", ""},
	story.Running:   {"running", "upgrading", "running", "upgrading the control plane"},
	story.Paused:    {"pause", "pause", "running", "the upgrade is paused"},
	story.Finishing: {"running", "upgrading", "running", "upgrading the control plane"},
	story.Succeeded: {"success", "success", "Success", "the upgrade is complete"},
	story.Failed:    {"fail", "upgrading", "Failed", story.FailureMessage},
	story.Unknown:   {"rolling_back", "upgrading", "running", "rolling back the control plane"},
}
