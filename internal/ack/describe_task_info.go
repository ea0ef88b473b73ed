package ack

import (
	"context"
	"errors"
	"fmt"
	"iter"
)

// DescribeTaskInfo returns the details of one task.
const DescribeTaskInfo Operation = "DescribeTaskInfo"

// TaskInfo is one task with its stages and parts. A missing or null text is nil. A value that is not a string is kept as its raw
// text, which is never a known value.
type TaskInfo struct {
	Response
	ClusterTask

	// ClusterID is the cluster that the task belongs to.
	ClusterID *string
	// CurrentStage names the stage that the task is in, such as DrainNodes.
	CurrentStage *string
	// TargetID and TargetType name the target of the task.
	TargetID, TargetType *string
	// Stages are the stages of the task, in the order of the response.
	Stages []TaskStage
	// Parts are the entries of task_result: one for each part of the task, such as a node. A task that succeeded can have parts
	// that did not.
	Parts []TaskPart
}

// TaskStage is one stage of a task. Its times have no zone, so they stay texts.
type TaskStage struct{ State, StartTime, EndTime, Message *string }

// TaskPart is the result of one part of a task.
type TaskPart struct {
	// Data names the part, such as the id of a node.
	Data *string
	// Status is the status of the part.
	Status *string
	// Similar is the name of a member that differs only in spelling from Status; empty if there is none.
	Similar string
}

const (
	// maxTaskInfo is the maximum size of a response in bytes. A task of many nodes has a part for each.
	maxTaskInfo = 1 << 20
	// maxTaskParts bounds the stages and the parts of a task, each.
	maxTaskParts = 10_000
)

const fieldTaskResult = "task_result"

var (
	taskInfoFields   = append(clusterTaskFields[:len(clusterTaskFields):len(clusterTaskFields)], "current_stage", "target", "stages", fieldTaskResult)
	taskTargetFields = []string{"id", "type"}
	taskStageFields  = []string{"state", "start_time", "end_time", "message"}
	taskPartFields   = []string{"data", "status"}
)

// DescribeTaskInfo requests one task. Its error is always a *RequestError.
func (c *Client) DescribeTaskInfo(ctx context.Context, taskID string) (*TaskInfo, error) {
	return do(ctx, c, describeTaskInfo(taskID))
}

func describeTaskInfo(taskID string) call[TaskInfo] {
	return call[TaskInfo]{
		operation:   DescribeTaskInfo,
		path:        []string{"tasks", taskID},
		maxBody:     maxTaskInfo,
		fields:      taskInfoFields,
		errorIsData: true,
		decode:      func(o object) (*TaskInfo, error) { return decodeTaskInfo(o, taskID) },
	}
}

func decodeTaskInfo(o object, taskID string) (*TaskInfo, error) {
	if err := checkSubject(o, fieldTaskID, "task", taskID); err != nil {
		return nil, err
	}
	task, err := decodeTask(o)
	if err != nil {
		return nil, err
	}
	if task.ID == nil && task.Type == nil && task.State == nil {
		return nil, errors.New("the response contains no task")
	}
	t := &TaskInfo{ClusterTask: task, ClusterID: o.text(fieldClusterID), CurrentStage: o.text("current_stage")}
	if t.Similar == "" {
		t.Similar = o.similarTo(fieldTaskResult, "error")
	}
	if target, ok := o.find("target"); ok && target.isObject() {
		inner := o.readObject(target, taskTargetFields)
		t.TargetID, t.TargetType = inner.text("id"), inner.text("type")
	}
	if err := t.decodeStages(o); err != nil {
		return nil, err
	}
	return t, t.decodeParts(o)
}

// decodeStages reads the stages. Nothing depends on them, so a value that is not a list of objects is ignored.
func (t *TaskInfo) decodeStages(o object) error {
	stages, _, err := o.list("stages")
	if err != nil || stages == nil {
		return nil
	}
	for v := range stages {
		if len(t.Stages) == maxTaskParts {
			return fmt.Errorf("the task has more than %d stages", maxTaskParts)
		}
		if !v.isObject() {
			continue
		}
		stage := o.readObject(v, taskStageFields)
		t.Stages = append(t.Stages, TaskStage{
			State: stage.text("state"), StartTime: stage.text("start_time"), EndTime: stage.text("end_time"), Message: stage.message("message"),
		})
	}
	return nil
}

// decodeParts reads task_result. Success depends on it, so a value that is not a list counts as one part without a status, unless
// it is blank: some types of tasks may have no list.
func (t *TaskInfo) decodeParts(o object) error {
	parts, _, err := o.list(fieldTaskResult)
	if err != nil {
		if err := o.checkDuplicates(fieldTaskResult); err != nil {
			return err
		}
		v, _ := o.find(fieldTaskResult)
		if v.blank() {
			return nil
		}
		parts = one(v)
	}
	if parts == nil {
		return nil
	}
	for v := range parts {
		if len(t.Parts) == maxTaskParts {
			return fmt.Errorf("the task has more than %d parts", maxTaskParts)
		}
		if !v.isObject() || err != nil {
			raw := o.keepText(v.text(), maxExcerpt)
			t.Parts = append(t.Parts, TaskPart{Data: &raw})
			continue
		}
		part := o.readObject(v, taskPartFields)
		if err := part.checkDuplicates(taskPartFields...); err != nil {
			return err
		}
		t.Parts = append(t.Parts, TaskPart{Data: part.text("data"), Status: part.text("status"), Similar: part.similarTo("status")})
	}
	return nil
}

func one(v value) iter.Seq[value] { return func(yield func(value) bool) { yield(v) } }
