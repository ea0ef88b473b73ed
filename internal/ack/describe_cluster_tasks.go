package ack

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// DescribeClusterTasks lists the tasks of a cluster, page by page.
const DescribeClusterTasks Operation = "DescribeClusterTasks"

// ClusterTasks is one page of a cluster's tasks.
type ClusterTasks struct {
	Response

	// Listed is whether the response contains a list. The list may be empty.
	Listed bool
	// Tasks are the tasks of the page, in the order of the response.
	Tasks []ClusterTask
	// PageSize is the number of tasks of a full page, and TotalCount the number of all tasks, according to the response; -1 if
	// missing.
	PageSize, TotalCount int
}

// ClusterTask is a task of a cluster. A missing or null text is nil. A value that is not a string is kept as its raw text, which
// is never a known value.
type ClusterTask struct {
	ID, Type, State *string
	// Created is the time at which the task was created, and Updated that of its last change; zero if missing or unreadable.
	Created, Updated time.Time
	// ErrorCode and ErrorMessage are the task's own error.
	ErrorCode, ErrorMessage *string
	// Similar is the name of a member that differs only in spelling from one that decides; empty if there is none.
	Similar string
}

const (
	// maxClusterTasksBody is the maximum size of a page in bytes. A hundred tasks have about 30,000.
	maxClusterTasksBody = 1 << 20
	// maxTasksOfPage is the maximum number of tasks in a page, independent of the requested size.
	maxTasksOfPage = 1000
)

var (
	clusterTasksFields = []string{"tasks", "page_info", fieldClusterID}
	pageInfoFields     = []string{"page_size", "total_count"}
	clusterTaskFields  = []string{fieldTaskID, "task_type", "state", "created", "updated", "error", fieldClusterID}
	taskErrorFields    = []string{"code", "message"}
)

// DescribeClusterTasks requests a page, counted from one, of the tasks of a cluster. Its error is always a *RequestError.
func (c *Client) DescribeClusterTasks(ctx context.Context, clusterID string, page, pageSize int) (*ClusterTasks, error) {
	return do(ctx, c, describeClusterTasks(clusterID, page, pageSize))
}

func describeClusterTasks(clusterID string, page, pageSize int) call[ClusterTasks] {
	return call[ClusterTasks]{
		operation: DescribeClusterTasks,
		path:      []string{"clusters", clusterID, "tasks"},
		query:     url.Values{"page_number": {strconv.Itoa(page)}, "page_size": {strconv.Itoa(pageSize)}},
		maxBody:   maxClusterTasksBody,
		fields:    clusterTasksFields,
		decode:    func(o object) (*ClusterTasks, error) { return decodeClusterTasks(o, clusterID) },
	}
}

func decodeClusterTasks(o object, clusterID string) (*ClusterTasks, error) {
	if err := errors.Join(checkCluster(o, clusterID), o.checkDuplicates("page_info")); err != nil {
		return nil, err
	}
	if similar := o.similarTo("tasks"); similar != "" {
		return nil, fmt.Errorf("the response has a field %q, which is similar to tasks", similar)
	}
	p := &ClusterTasks{PageSize: -1, TotalCount: -1}
	if err := p.decodePageInfo(o); err != nil {
		return nil, err
	}
	tasks, listed, err := o.list("tasks")
	if err != nil {
		return nil, err
	}
	if p.Listed = listed; !listed {
		return p, nil
	}
	for v := range tasks {
		if len(p.Tasks) == maxTasksOfPage {
			return nil, fmt.Errorf("the page has more than %d tasks", maxTasksOfPage)
		}
		task, err := decodeClusterTask(o, v, clusterID)
		if err != nil {
			return nil, err
		}
		p.Tasks = append(p.Tasks, task)
	}
	return p, nil
}

func (p *ClusterTasks) decodePageInfo(o object) error {
	v, ok := o.find("page_info")
	if !ok {
		return nil
	}
	info := o.readObject(v, pageInfoFields)
	if err := info.checkDuplicates(pageInfoFields...); err != nil {
		return err
	}
	p.PageSize, p.TotalCount = countOf(info, "page_size"), countOf(info, "total_count")
	return nil
}

// countOf returns a count, whether it is written as a number or as a string; -1 if there is none.
func countOf(o object, name string) int {
	if text := o.text(name); text != nil {
		if n, err := strconv.Atoi(strings.TrimSpace(*text)); err == nil && n >= 0 {
			return n
		}
	}
	return -1
}

func decodeClusterTask(page object, v value, clusterID string) (ClusterTask, error) {
	if !v.isObject() {
		return ClusterTask{Similar: page.keepText(v.text(), maxExcerpt)}, nil // An element that is not a readable task.
	}
	o := page.readObject(v, clusterTaskFields)
	if err := checkCluster(o, clusterID); err != nil {
		return ClusterTask{}, err
	}
	return decodeTask(o)
}

// decodeTask reads the fields of a task that both operations have.
func decodeTask(o object) (ClusterTask, error) {
	if err := o.checkDuplicates(clusterTaskFields...); err != nil {
		return ClusterTask{}, err
	}
	t := ClusterTask{
		ID: o.text("task_id"), Type: o.text("task_type"), State: o.text("state"),
		Similar: o.similarTo("task_type", "state", "created"),
	}
	if created := o.text("created"); created != nil {
		t.Created = parseTime(*created)
	}
	if updated := o.text("updated"); updated != nil {
		t.Updated = parseTime(*updated)
	}
	if e, ok := o.find("error"); ok && e.isObject() {
		inner := o.readObject(e, taskErrorFields)
		if err := inner.checkDuplicates(taskErrorFields...); err != nil {
			return ClusterTask{}, err
		}
		t.ErrorCode, t.ErrorMessage = inner.text("code"), inner.message("message")
	}
	return t, nil
}

// parseTime reads a time of the API: RFC 3339 with an offset, or seconds or milliseconds since 1970, which an official client
// accepts too. It returns the zero time for every other text, such as a time without an offset.
func parseTime(text string) time.Time {
	text = strings.TrimSpace(text)
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return t
	}
	n, err := strconv.ParseInt(text, 10, 64)
	switch {
	case err != nil || n <= 0:
		return time.Time{}
	case n < 1e11: // In seconds, until the year 5138.
		return time.Unix(n, 0)
	case n < 1e14:
		return time.UnixMilli(n)
	default:
		return time.Time{}
	}
}
