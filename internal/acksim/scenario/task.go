package scenario

import (
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/document"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/story"
)

// taskFields are the fields of a task in a step, and historyFields those of one in a history.
var (
	taskFields = []document.Field[story.TaskSpec]{
		document.Value("task_id", "generated if absent; the same id in a later step is the same task", document.Text, func(t *story.TaskSpec) *string { return &t.ID }),
		document.Value("task_type", "such as nodepool_upgrade", document.Text, func(t *story.TaskSpec) *string { return &t.Type }).Required(),
		document.Value("state", "any word (success)", document.Text, func(t *story.TaskSpec) *string { return &t.State }),
		when("created", func(t *story.TaskSpec) *story.When { return &t.Created }),
		when("updated", func(t *story.TaskSpec) *story.When { return &t.Updated }),
		document.Part("error", `why it failed: {"code": "...", "message": "..."}`, taskErrorFields, story.TaskError{}, func(t *story.TaskSpec) **story.TaskError { return &t.Error }),
		document.Value("message", "its message (the error's message, or the usual one)", document.Text, func(t *story.TaskSpec) *string { return &t.Message }),
		document.Nested("target", `its target: {"id": "...", "type": "nodepool"} (from the type)`, func(r document.Reader, t *story.TaskSpec) document.Read {
			return document.Object(r, taskTargetFields, &t.Target)
		}),
		document.Value("current_stage", "its stage, such as DrainNodes (the usual one)", document.Text, func(t *story.TaskSpec) *string { return &t.Stage }),
		document.Nested("task_result", `the result of each part, such as a node: [{"data": "i-1", "status": "failed"}] (the target, in the state of the task)`,
			func(r document.Reader, t *story.TaskSpec) document.Read {
				return document.Objects(r, taskPartFields, &t.Parts)
			}),
	}
	historyFields = append(taskFields[:len(taskFields):len(taskFields)],
		document.Value("count", "the number of such tasks, one every 10 minutes", document.Number, func(t *story.TaskSpec) *int { return &t.Count }))
	taskTargetFields = []document.Field[story.TaskTarget]{
		document.Value("id", "its id", document.Text, func(t *story.TaskTarget) *string { return &t.ID }),
		document.Value("type", "its type: cluster, nodepool or addon", document.Text, func(t *story.TaskTarget) *string { return &t.Type }),
	}
	taskPartFields = []document.Field[story.TaskPart]{
		document.Value("data", "the name of the part", document.Text, func(p *story.TaskPart) *string { return &p.Data }),
		document.Value("status", "its status, any word", document.Text, func(p *story.TaskPart) *string { return &p.Status }),
	}
	taskErrorFields = []document.Field[story.TaskError]{
		document.Value("code", "its code", document.Text, func(e *story.TaskError) *string { return &e.Code }),
		document.Value("message", "its message", document.Text, func(e *story.TaskError) *string { return &e.Message }),
	}
)

// when is a field that holds a time, or how long after the beginning of the timeline.
func when(name string, place func(*story.TaskSpec) *story.When) document.Field[story.TaskSpec] {
	return document.Nested(name, `a time, or a duration from the timeline's beginning: "-5m" is before`,
		func(_ document.Reader, t *story.TaskSpec) document.Read {
			w := place(t)
			return document.Expires(&w.After, &w.At)
		})
}

// checkTask reports the first thing that is wrong with a task. Its errors name the field that holds it.
func checkTask(at string, t story.TaskSpec) error {
	switch {
	case t.Type == "":
		return document.Errorf(at+".task_type", `a task needs a type, such as "nodepool_upgrade"`)
	case t.Count < 0 || t.Count > story.MaxHistory:
		return document.Errorf(at+".count", "%d is not a number of tasks: give 1 to %d", t.Count, story.MaxHistory)
	case t.Count > 1 && t.ID != "":
		return document.Errorf(at+".task_id", "%d tasks cannot have the same id: leave it out, or the count", t.Count)
	}
	return nil
}
