package scenario

import (
	"strings"
	"testing"
)

// step returns a scenario with one cluster, whose timeline has these steps, from line 3 on.
func step(steps string) string {
	return "{" + key + ",\n\"clusters\": {\"c1\": {\"timeline\": [\n" + steps + "\n]}}}"
}

func TestErrorsAboutAStepNameTheField(t *testing.T) {
	testWrong(t, map[string]wrong{
		"a step without a response": {
			step(`{"for": "1s"}`),
			`scenario, line 3, clusters["c1"].timeline[0]: it has neither phase nor http: give one of them`,
		},
		"a step with two responses": {
			step(`{"phase": "idle", "http": {}}`),
			`scenario, line 3, clusters["c1"].timeline[0]: it has phase and http: give one of them`,
		},
		"an unknown phase": {
			step("{\"phase\": \"idle\", \"polls\": 1},\n{\"phase\": \"runing\"}"),
			`scenario, line 4, clusters["c1"].timeline[1].phase: "runing" is not a phase: ` +
				`use idle, running, paused, finishing, succeeded, failed or unknown`,
		},
		"a response without a phase": {
			step(`{"responses": {"GetUpgradeStatus": {}}}`),
			`scenario, line 3, clusters["c1"].timeline[0]: it has responses but no phase: give a phase too, ` +
				`for the operations that have no response here`,
		},
		"a response of an operation that does not exist": {
			step("{\"phase\": \"idle\", \"responses\": {\n\"GetStatus\": {}}}"),
			`scenario, line 4, clusters["c1"].timeline[0].responses["GetStatus"]: "GetStatus" is not an operation of the simulator: ` +
				`use GetUpgradeStatus, DescribeClusterTasks, DescribeClusterDetail, DescribeTaskInfo, DescribeClustersForRegion or ListOperationPlansForRegion`,
		},
		"a message besides http": {
			step(`{"http": {}, "message": "x"}`),
			`scenario, line 3, clusters["c1"].timeline[0]: http is the response of all operations: ` +
				`leave out message, cluster, tasks and responses, or http`,
		},
		"tasks besides http": {
			step(`{"http": {}, "tasks": [{"task_type": "a"}]}`),
			`scenario, line 3, clusters["c1"].timeline[0]: http is the response of all operations: ` +
				`leave out message, cluster, tasks and responses, or http`,
		},
		"a task without a type": {
			step("{\"phase\": \"idle\", \"tasks\": [\n{\"state\": \"running\"}]}"),
			`scenario, line 4, clusters["c1"].timeline[0].tasks[0].task_type: a task needs a type, such as "nodepool_upgrade"`,
		},
		"a task at no time": {
			step(`{"phase": "idle", "tasks": [{"task_type": "a", "created": "soon"}]}`),
			`scenario, line 3, clusters["c1"].timeline[0].tasks[0].created: "soon" is neither a duration nor a time: ` +
				`write "15m", or "2026-01-02T03:04:05Z"`,
		},
		"many tasks in a step": {
			step(`{"phase": "idle", "tasks": [{"task_type": "a", "count": 2}]}`),
			`scenario, line 3, clusters["c1"].timeline[0].tasks[0].count: unknown field: ` +
				`use one of created, current_stage, error, message, state, target, task_id, task_result, task_type, updated`,
		},
		"an unknown field of a cluster's override": {
			step(`{"phase": "idle", "cluster": {"id": "a"}}`),
			`scenario, line 3, clusters["c1"].timeline[0].cluster.id: unknown field: ` +
				`use one of cluster_id, current_version, next_version, state`,
		},
		"an unknown field in a step": {
			step(`{"phase": "idle", "poll": 1}`),
			`scenario, line 3, clusters["c1"].timeline[0].poll: unknown field: ` +
				`use one of cluster, for, http, message, phase, polls, responses, tasks`,
		},
		"a step with two lengths": {
			step(`{"phase": "idle", "for": "1s", "polls": 1}`),
			`scenario, line 3, clusters["c1"].timeline[0]: it has for and polls: ` +
				`a step lasts a time or a number of polls, so leave one of them out`,
		},
		"a step that stays although others follow": {
			step("{\"phase\": \"idle\"},\n{\"phase\": \"idle\"}"),
			`scenario, line 3, clusters["c1"].timeline[0]: it would stay for ever, and steps follow: ` +
				`give it for or polls, or make it the last one`,
		},
		"a length that is no duration": {
			step(`{"phase": "idle", "for": "soon"}`),
			`scenario, line 3, clusters["c1"].timeline[0].for: it is "soon": write a duration, such as "500ms", "30s" or "1h30m"`,
		},
		"a length that is no string": {
			step(`{"phase": "idle", "for": [30]}`),
			`scenario, line 3, clusters["c1"].timeline[0].for: it is an array: write a duration, such as "500ms", "30s" or "1h30m"`,
		},
		"a length below zero": {
			step(`{"phase": "idle", "for": "-1s"}`),
			`scenario, line 3, clusters["c1"].timeline[0].for: -1s is not a length: give a positive duration`,
		},
		"no polls at all": {
			step(`{"phase": "idle", "polls": 0}`),
			`scenario, line 3, clusters["c1"].timeline[0].polls: it is 0: write a whole number, 1 or more`,
		},
		"half a poll": {
			step(`{"phase": "idle", "polls": 0.5}`),
			`scenario, line 3, clusters["c1"].timeline[0].polls: it is 0.5: write a whole number, 1 or more`,
		},
		"fewer than no polls": {
			step(`{"phase": "idle", "polls": -1}`),
			`scenario, line 3, clusters["c1"].timeline[0].polls: -1 is not a number of polls: give 1 or more`,
		},
		"a very long number": {
			step(`{"phase": "idle", "polls": ` + strings.Repeat("1", 41) + `}`),
			`scenario, line 3, clusters["c1"].timeline[0].polls: it is a number: write a whole number, 1 or more`,
		},
		"a status that ends nothing": {
			step("{\"http\": {\n\"status\": 100}}"),
			`scenario, line 4, clusters["c1"].timeline[0].http.status: 100 is not the status of a response: give 200 to 599`,
		},
		"a body where none can be": {
			step(`{"http": {"status": 204, "body": "x"}}`),
			`scenario, line 3, clusters["c1"].timeline[0].http.body: a response with status 204 has no body: leave it out`,
		},
		"a content type with a line break": {
			step(`{"http": {"content_type": "a\nb"}}`),
			`scenario, line 3, clusters["c1"].timeline[0].http.content_type: "a\nb" cannot stand in a header: ` +
				`take out line breaks and the like`,
		},
		"a header's name with a blank": {
			step(`{"http": {"headers": {"a b": "c"}}}`),
			`scenario, line 3, clusters["c1"].timeline[0].http.headers["a b"]: "a b" is not the name of a header: ` +
				`use letters, digits and -`,
		},
		"a header's value with a line break": {
			step(`{"http": {"headers": {"a": "b\r\nc"}}}`),
			`scenario, line 3, clusters["c1"].timeline[0].http.headers["a"]: "b\r\nc" cannot stand in a header: ` +
				`take out line breaks and the like`,
		},
		"a header that is no string": {
			step(`{"http": {"headers": {"a": 1}}}`),
			`scenario, line 3, clusters["c1"].timeline[0].http.headers["a"]: it is a number: write a string, or leave the field out`,
		},
	})
}
