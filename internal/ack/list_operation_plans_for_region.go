package ack

import (
	"context"
	"fmt"
	"time"
)

// ListOperationPlansForRegion lists what is planned in a region, such as automatic upgrades, and what has become of it.
const ListOperationPlansForRegion Operation = "ListOperationPlansForRegion"

// MaxOperationPlans is how many plans of a region the API lists: the latest ones. There are no further pages, so that a list
// of as many may lack some.
const MaxOperationPlans = 100

// OperationPlans are the plans of a region.
type OperationPlans struct {
	Response

	// Listed is whether there is a list, be it empty or null: an empty list of a server written in Go is null.
	Listed bool
	// Plans are the plans, in the order of the response.
	Plans []OperationPlan
}

// OperationPlan is a plan. A text that is missing or null is nil; a value that is no string is kept as its raw text, which is
// no word that the API knows.
type OperationPlan struct {
	ID, ClusterID, Type, State, TaskID *string
	// Start and End are when the plan is expected to begin and to end.
	Start, End PlanTime
	// Similar is the name of a member that differs in its spelling alone from one that decides; empty when there is none. Of
	// an element that is no object, it is that element.
	Similar string
}

// PlanTime is a time of a plan.
type PlanTime struct {
	// Text is the time as the API writes it; nil when it is missing or null.
	Text *string
	// At is zero when it is missing, or not understood.
	At time.Time
}

// String returns the time in RFC 3339 in UTC, or the API's own text where it is not understood, or nothing.
func (t PlanTime) String() string {
	switch {
	case !t.At.IsZero():
		return t.At.UTC().Format(time.RFC3339)
	case t.Text != nil:
		return *t.Text
	default:
		return ""
	}
}

const (
	// maxOperationPlansBody is how large the list may be, in bytes. A plan has some 500.
	maxOperationPlansBody = 1 << 20
	// maxPlansOfList bounds the plans of a list, whatever is documented.
	maxPlansOfList = 1000
)

var (
	operationPlansFields = []string{"plans"}
	operationPlanFields  = []string{"plan_id", fieldClusterID, "type", "state", "start_time", "end_time", "task_id"}
)

// ListOperationPlansForRegion requests the latest plans of a region. Its error is always a *RequestError.
//
// The filters of the operation are not used: an empty list under a filter that is ignored, or understood differently, would
// mean that nothing is planned.
func (c *Client) ListOperationPlansForRegion(ctx context.Context, region string) (*OperationPlans, error) {
	return do(ctx, c, listOperationPlansForRegion(region))
}

func listOperationPlansForRegion(region string) call[OperationPlans] {
	return call[OperationPlans]{
		operation: ListOperationPlansForRegion,
		path:      []string{"regions", region, "operation", "plans"},
		maxBody:   maxOperationPlansBody,
		fields:    operationPlansFields,
		decode:    decodeOperationPlans,
	}
}

func decodeOperationPlans(o object) (*OperationPlans, error) {
	if similar := o.similarTo("plans"); similar != "" {
		return nil, fmt.Errorf("the response has a field %q, which may be meant for plans", similar)
	}
	plans, listed, err := o.list("plans")
	if err != nil {
		return nil, err
	}
	p := &OperationPlans{Listed: o.has("plans")}
	if !listed {
		return p, nil
	}
	for v := range plans {
		if len(p.Plans) == maxPlansOfList {
			return nil, fmt.Errorf("the list has more than %d plans", maxPlansOfList)
		}
		plan, err := decodeOperationPlan(o, v)
		if err != nil {
			return nil, err
		}
		p.Plans = append(p.Plans, plan)
	}
	return p, nil
}

func decodeOperationPlan(list object, v value) (OperationPlan, error) {
	if !v.isObject() {
		similar := list.keepText(v.text(), maxExcerpt)
		if similar == "" {
			similar = "an empty text"
		}
		return OperationPlan{Similar: similar}, nil // A plan, and not one that is understood.
	}
	o := list.readObject(v, operationPlanFields)
	if err := o.checkDuplicates(operationPlanFields...); err != nil {
		return OperationPlan{}, err
	}
	return OperationPlan{
		ID: o.text("plan_id"), ClusterID: o.text(fieldClusterID), Type: o.text("type"), State: o.text("state"), TaskID: o.text("task_id"),
		Start: planTime(o, "start_time"), End: planTime(o, "end_time"),
		Similar: o.similarTo(fieldClusterID, "type", "state", "start_time"),
	}, nil
}

func planTime(o object, name string) PlanTime {
	t := PlanTime{Text: o.text(name)}
	if t.Text != nil {
		t.At = parseTime(*t.Text)
	}
	return t
}
