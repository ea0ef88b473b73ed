package operation

import (
	"encoding/json"
	"net/http"
	"slices"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/gateway"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/response"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/story"
)

// listOperationPlansForRegion lists what is planned in a region.
var listOperationPlansForRegion = Operation{
	Route: gateway.Route{
		Action: "ListOperationPlansForRegion", Version: version, Method: http.MethodGet, Path: "/regions/{region_id}/operation/plans",
	},
	RAM:          "cs:ListOperationPlansForRegion",
	Help:         "the latest 100 plans of a region, such as automatic upgrades, with their states",
	RenderRegion: renderOperationPlans,
}

// maxOperationPlans is how many plans a list has. There are no pages.
const maxOperationPlans = 100

type operationPlans struct {
	Plans     []operationPlan `json:"plans"`
	RequestID string          `json:"requestId"`
}

type operationPlan struct {
	PlanID      string          `json:"plan_id"`
	ClusterID   string          `json:"cluster_id"`
	Type        string          `json:"type"`
	TargetType  string          `json:"target_type"`
	TargetID    string          `json:"target_id"`
	State       string          `json:"state"`
	StateReason taskError       `json:"state_reason"`
	Created     json.RawMessage `json:"created"`
	StartTime   json.RawMessage `json:"start_time"`
	EndTime     json.RawMessage `json:"end_time"`
	TaskID      string          `json:"task_id"`
}

func renderOperationPlans(r RegionRequest) json.RawMessage {
	var all []story.Plan
	for _, t := range r.Truths {
		all = append(all, t.Plans...)
	}
	slices.SortStableFunc(all, func(a, b story.Plan) int { return b.Created.Compare(a.Created) })
	body := operationPlans{Plans: []operationPlan{}, RequestID: r.RequestID}
	for _, p := range all[:min(len(all), maxOperationPlans)] {
		var l Listing
		plan := operationPlan{
			PlanID: p.ID, ClusterID: p.ClusterID, Type: p.Type, TargetType: p.TargetType, TargetID: p.Target, State: p.State,
			Created: l.time(p.Created), StartTime: l.time(p.Start), EndTime: l.time(p.End), TaskID: p.TaskID,
		}
		if p.Error != nil {
			plan.StateReason = taskError{p.Error.Code, p.Error.Message}
		}
		body.Plans = append(body.Plans, plan)
	}
	return response.EncodeJSON(body)
}
