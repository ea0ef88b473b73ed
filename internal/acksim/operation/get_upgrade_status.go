package operation

import (
	"encoding/json"
	"net/http"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/gateway"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/response"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/story"
)

// getUpgradeStatus reports the upgrade of a control plane.
var getUpgradeStatus = Operation{
	Route: gateway.Route{
		Action: "GetUpgradeStatus", Version: "2015-12-15", Method: http.MethodGet,
		Path: "/api/v2/clusters/{cluster_id}/upgrade/status",
	},
	Render: renderUpgradeStatus,
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

// renderUpgradeStatus returns what ACK answers in a phase. The words are the documented ones, with their capitals; the empty
// status and the task's "empty" of a cluster that was never upgraded are not documented, but seen by clients.
func renderUpgradeStatus(phase story.Phase, message string) json.RawMessage {
	status := upgradeStatus{PrecheckReportID: precheckReportID}
	usual := ""
	switch phase {
	case story.Idle:
		status = upgradeStatus{UpgradeStep: "not_start", UpgradeTask: upgradeTask{Status: "empty"}}
	case story.Running:
		status.Status, status.UpgradeStep, status.UpgradeTask.Status = "running", "upgrading", "running"
		usual = "upgrading the control plane"
	case story.Paused:
		status.Status, status.UpgradeStep, status.UpgradeTask.Status = "pause", "pause", "running"
		usual = "the upgrade is paused"
	case story.Succeeded:
		status.Status, status.UpgradeStep, status.UpgradeTask.Status = "success", "success", "Success"
		usual = "the upgrade is complete"
	case story.Failed:
		// There is no documented step for a failure: it stays at the one that failed.
		status.Status, status.UpgradeStep, status.UpgradeTask.Status = "fail", "upgrading", "Failed"
		usual = "the control plane did not become ready"
	case story.Unknown:
		status.Status, status.UpgradeStep, status.UpgradeTask.Status = "rolling_back", "upgrading", "running"
		usual = "rolling back the control plane"
	}
	if message == "" {
		message = usual
	}
	status.UpgradeTask.Message = message
	if phase == story.Failed {
		status.ErrorMessage = message
	}
	return response.EncodeJSON(status)
}
