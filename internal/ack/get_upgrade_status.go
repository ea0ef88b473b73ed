package ack

import (
	"context"
	"fmt"
)

// GetUpgradeStatus returns the upgrade status of the control plane of a cluster. Alibaba Cloud announced its withdrawal: region
// by region from 2026-07-04, and in all regions by 2026-09-30.
const GetUpgradeStatus Operation = "GetUpgradeStatus"

// UpgradeStatus is the response of GetUpgradeStatus, with the values of the API. A missing or null field is nil. A value that is
// not a string is kept as its raw text, so that it can be shown, and counts as an unknown value.
type UpgradeStatus struct {
	Response

	// ErrorMessage is free text about the error, if there was one.
	ErrorMessage *string
	// PrecheckReportID names the report of the check before the upgrade.
	PrecheckReportID *string
	// Status is documented as success, fail, pause or running.
	Status *string
	// UpgradeStep is documented as not_start, prechecking, upgrading, pause or success.
	UpgradeStep *string
	// UpgradeTask is nil when it is missing or null.
	UpgradeTask *UpgradeTask
	// Similar is the name of a field that differs only in spelling from one that decides about a gate; empty if there is none. It
	// may contain the real value.
	Similar string
	// Incomplete is set in XML if one of the three fields is missing that determine the phase. A response without a root element
	// that is truncated between two fields looks the same. The missing field may be that of a task that still runs.
	Incomplete bool
}

// UpgradeTask is the part of an UpgradeStatus about the task of the upgrade.
type UpgradeTask struct {
	// Status is documented as running, Success or Failed, with capitals as written.
	Status *string
	// Message is free text.
	Message *string
}

// maxUpgradeStatus is the maximum size of a response in bytes. A real response has a few hundred.
const maxUpgradeStatus = 256 << 10

var (
	upgradeStatusFields = []string{"error_message", "precheck_report_id", "status", "upgrade_step", "upgrade_task", fieldClusterID}
	upgradeTaskFields   = []string{"status", "message", "state"}
)

// GetUpgradeStatus requests the upgrade status of a cluster. Its error is always a *RequestError.
func (c *Client) GetUpgradeStatus(ctx context.Context, clusterID string) (*UpgradeStatus, error) {
	return do(ctx, c, getUpgradeStatus(clusterID))
}

func getUpgradeStatus(clusterID string) call[UpgradeStatus] {
	return call[UpgradeStatus]{
		operation: GetUpgradeStatus,
		path:      []string{"api", "v2", "clusters", clusterID, "upgrade", "status"},
		maxBody:   maxUpgradeStatus,
		fields:    upgradeStatusFields,
		decode:    func(o object) (*UpgradeStatus, error) { return decodeUpgradeStatus(o, clusterID) },
	}
}

func decodeUpgradeStatus(o object, clusterID string) (*UpgradeStatus, error) {
	if err := checkCluster(o, clusterID); err != nil {
		return nil, err
	}
	if err := o.checkDuplicates("error_message", "precheck_report_id", "status", "upgrade_step", "upgrade_task"); err != nil {
		return nil, err
	}
	s := &UpgradeStatus{
		ErrorMessage:     o.message("error_message"),
		PrecheckReportID: o.text("precheck_report_id"),
		Status:           o.text("status"),
		UpgradeStep:      o.text("upgrade_step"),
		Similar:          o.similarTo("status", "upgrade_step", "upgrade_task"),
	}
	if task, ok := o.find("upgrade_task"); ok {
		if err := s.decodeTask(o, task); err != nil {
			return nil, err
		}
	}
	for _, name := range []string{"status", "upgrade_step", "upgrade_task"} {
		s.Incomplete = s.Incomplete || o.inXML && !o.has(name)
	}
	return s, nil
}

func (s *UpgradeStatus) decodeTask(o object, task value) error {
	if !task.isObject() {
		// Not a task. A quoted text is never a known value, so the phase is unknown.
		raw := o.keepText(task.text(), maxWord)
		if task.isText() {
			raw = fmt.Sprintf("%q", raw)
		}
		s.UpgradeTask = &UpgradeTask{Status: &raw}
		return nil
	}
	t := o.readObject(task, upgradeTaskFields)
	for _, name := range upgradeTaskFields[:2] {
		if t.checkDuplicates(name) != nil {
			return duplicateError("upgrade_task." + name)
		}
	}
	s.UpgradeTask = &UpgradeTask{Status: t.text("status"), Message: t.message("message")}
	similar := t.similarTo("status")
	if t.has("state") { // The name of the status of tasks elsewhere in the API.
		similar = "state"
	}
	if similar != "" {
		s.Similar = "upgrade_task." + similar
	}
	return nil
}
