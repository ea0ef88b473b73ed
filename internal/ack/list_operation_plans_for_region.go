package ack

import (
	"context"
	"fmt"
	"time"
)

// ListOperationPlansForRegion lists the planned operations of a region, such as automatic upgrades, and their states.
const ListOperationPlansForRegion Operation = "ListOperationPlansForRegion"

// MaxOperationPlans is the maximum number of plans that the API lists: the latest ones of the region. There are no further pages,
// so a list of this length may be incomplete.
const MaxOperationPlans = 100

// OperationPlans are the plans of a region.
type OperationPlans struct {
	Response

	// Listed is whether the response contains a list, which may be empty or null: a server written in Go returns an empty list as
	// null.
	Listed bool
	// Plans are the plans, in the order of the response.
	Plans []OperationPlan
}

// OperationPlan is a plan. A missing or null text is nil. A value that is not a string is kept as its raw text, which is never a
// known value.
type OperationPlan struct {
	ID, ClusterID, Type, State, TaskID *string
	// Start and End are the expected times of the plan.
	Start, End PlanTime
	// Similar is the name of a member that differs only in spelling from one that decides; empty if there is none. For an element
	// that is not an object, it is the element itself.
	Similar string
}

// PlanTime is a time of a plan.
type PlanTime struct {
	// Text is the time in the API's format; nil if it is missing or null.
	Text *string
	// At is zero if the time is missing or unreadable.
	At time.Time
}

// String returns the time in RFC 3339 in UTC, or the API's text if it is unreadable. It is empty if there is none.
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
	// maxOperationPlansBody is the maximum size of the list in bytes. A plan has about 500.
	maxOperationPlansBody = 1 << 20
	// maxPlansOfList is the maximum number of plans in a list, independent of the documentation.
	maxPlansOfList = 1000
)

var (
	operationPlansFields = []string{"plans"}
	operationPlanFields  = []string{"plan_id", fieldClusterID, "type", "state", "start_time", "end_time", "task_id"}
)

// ListOperationPlansForRegion requests the latest plans of a region. Its error is always a *RequestError.
//
// The filters of the operation are not used: if the API ignored or misread a filter, an empty list would mean that no upgrade is
// planned.
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
		return OperationPlan{Similar: similar}, nil // An element that is not a readable plan.
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
