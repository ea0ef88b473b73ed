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

// DescribeClusterTasks lists what has been done to a cluster, page by page.
const DescribeClusterTasks Operation = "DescribeClusterTasks"

// ClusterTasks is one page of a cluster's tasks.
type ClusterTasks struct {
	Response

	// Listed is whether there is a list at all, be it empty.
	Listed bool
	// Tasks are those of the page, in the order in which they came.
	Tasks []ClusterTask
	// PageSize is how many tasks a full page has, and TotalCount how many there are in all, as the response says; -1 when it
	// does not say so.
	PageSize, TotalCount int
}

// ClusterTask is a task of a cluster. A text that is missing or null is nil; a value that is no string is kept as its raw
// text, which is no word that the API knows.
type ClusterTask struct {
	ID, Type, State *string
	// Created is when the task was made, and Updated when it changed last; zero when it is missing, or not understood.
	Created, Updated time.Time
	// ErrorCode and ErrorMessage are the task's own error.
	ErrorCode, ErrorMessage *string
	// Similar is the name of a member that differs in its spelling alone from one that decides; empty when there is none.
	Similar string
}

const (
	// maxClusterTasksBody is how large a page may be, in bytes. A hundred tasks have some 30,000.
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
	p.PageSize, p.TotalCount = whole(info, "page_size"), whole(info, "total_count")
	return nil
}

// whole returns a number that counts, whether it is written as a number or as a string; -1 when there is none.
func whole(o object, name string) int {
	if text := o.text(name); text != nil {
		if n, err := strconv.Atoi(strings.TrimSpace(*text)); err == nil && n >= 0 {
			return n
		}
	}
	return -1
}

func decodeClusterTask(page object, v value, clusterID string) (ClusterTask, error) {
	if !v.isObject() {
		return ClusterTask{Similar: page.keepText(v.text(), maxExcerpt)}, nil // A task, and not one that is understood.
	}
	o := page.readObject(v, clusterTaskFields)
	if err := checkCluster(o, clusterID); err != nil {
		return ClusterTask{}, err
	}
	return decodeTask(o)
}

// decodeTask reads what both operations say of a task.
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

// parseTime reads a time of the API: RFC 3339 with an offset, or seconds or milliseconds since 1970, which one of its
// official readers expects too. It returns the zero time for every other text, such as a time without an offset.
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
