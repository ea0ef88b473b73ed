// Package workflows checks what actionlint leaves to each project: that no workflow can do more than it has to, and that each
// action is the very one that was looked at.
package workflows

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/rhysd/actionlint"
)

// pinned is an action by its commit: "actions/checkout@<40 hex digits>". An action of this repository needs none.
var pinned = regexp.MustCompile(`^([\w.-]+/[\w./-]+@[0-9a-f]{40}|\./.+)$`)

// release follows a pin: " # v7.0.1". It is for people, and for the tool that raises the pin.
var release = regexp.MustCompile(`^\s+# v\d+\.\d+\.\d+$`)

// check returns what is wrong with a workflow, each with its line.
func check(source []byte) []string {
	workflow, errs := actionlint.Parse(source)
	if len(errs) > 0 {
		return []string{errs[0].Error()}
	}
	c := checker{lines: strings.Split(string(source), "\n")}
	c.events(workflow)
	c.permissions(workflow)
	for _, id := range slices.SortedFunc(maps.Keys(workflow.Jobs), cmp.Compare) {
		c.job(workflow.Jobs[id])
	}
	return c.found
}

type checker struct {
	lines []string
	found []string
}

func (c *checker) report(pos *actionlint.Pos, format string, args ...any) {
	c.found = append(c.found, fmt.Sprintf("line %d: ", pos.Line)+fmt.Sprintf(format, args...))
}

// events rejects those that run foreign code with the rights and secrets of this repository.
func (c *checker) events(workflow *actionlint.Workflow) {
	for _, event := range workflow.On {
		if hook, ok := event.(*actionlint.WebhookEvent); ok {
			switch name := hook.EventName(); name {
			case "pull_request_target", "workflow_run":
				c.report(hook.Pos, "the event %s gives secrets to code that nobody has read: use pull_request", name)
			}
		}
	}
}

// permissions wants them said for the workflow, read-only: what a job writes, that job says.
func (c *checker) permissions(workflow *actionlint.Workflow) {
	p := workflow.Permissions
	switch {
	case p == nil:
		c.found = append(c.found, "no permissions: add \"permissions: {contents: read}\" above the jobs")
	case p.All != nil:
		c.report(p.Pos, "permissions: %s covers all scopes: name those that are needed", p.All.Value)
	default:
		for _, name := range slices.Sorted(maps.Keys(p.Scopes)) {
			if scope := p.Scopes[name]; scope.Value.Value == "write" {
				c.report(scope.Name.Pos, "every job may write %s: give that to the job that does", name)
			}
		}
	}
}

func (c *checker) job(job *actionlint.Job) {
	if job.Permissions != nil && job.Permissions.All != nil {
		c.report(job.Permissions.Pos, "permissions: %s covers all scopes: name those that are needed", job.Permissions.All.Value)
	}
	if job.WorkflowCall != nil && job.WorkflowCall.Uses != nil {
		c.uses(job.WorkflowCall.Uses)
		return
	}
	if job.TimeoutMinutes == nil {
		c.report(job.Pos, "the job %s has no timeout-minutes: it may hang for six hours", job.ID.Value)
	}
	for _, step := range job.Steps {
		action, ok := step.Exec.(*actionlint.ExecAction)
		if !ok {
			continue
		}
		c.uses(action.Uses)
		if strings.HasPrefix(action.Uses.Value, "actions/checkout@") {
			input := action.Inputs["persist-credentials"]
			if input == nil || input.Value == nil || input.Value.Value != "false" {
				c.report(step.Pos, "checkout leaves a token in .git/config for every later step: set persist-credentials: false")
			}
		}
	}
}

func (c *checker) uses(uses *actionlint.String) {
	if !pinned.MatchString(uses.Value) {
		c.report(uses.Pos, "%s can be changed by whoever owns it: pin it by commit, and name the version in a comment", uses.Value)
		return
	}
	if strings.HasPrefix(uses.Value, "./") {
		return
	}
	_, rest, _ := strings.Cut(c.lines[uses.Pos.Line-1], uses.Value)
	if !release.MatchString(strings.TrimRight(rest, "\r")) {
		c.report(uses.Pos, "%s: name the version of the commit behind it, such as # v1.2.3", uses.Value)
	}
}
