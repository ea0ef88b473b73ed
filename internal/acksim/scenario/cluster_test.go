package scenario

import "testing"

// with returns a scenario with one cluster that has these fields, from line 2 on.
func with(fields string) string {
	return "{" + key + ",\n\"clusters\": {\"c1\": {\"timeline\": [{\"phase\": \"idle\"}], " + fields + "}}}"
}

func TestErrorsAboutAClusterNameTheField(t *testing.T) {
	testWrong(t, map[string]wrong{
		"a cluster without a timeline": {
			"{" + key + ",\n\"clusters\": {\n\"c1\": {}}}",
			`scenario, line 3, clusters["c1"].timeline: a timeline needs at least one step, such as {"phase": "idle"}`,
		},
		"a cluster with an empty id": {
			"{" + key + ",\n\"clusters\": {\n\"\": {\"timeline\": []}}}",
			`scenario, line 3, clusters[""]: a cluster's id must not be empty`,
		},
		"a timeline that is null": {
			"{" + key + ",\n\"clusters\": {\"c1\": {\"timeline\": null}}}",
			`scenario, line 2, clusters["c1"].timeline: it is null: write an array, [...]`,
		},
		"a region that is not one": {
			with("\n\"region\": \"Beijing\""),
			`scenario, line 3, clusters["c1"].region: "Beijing" is not the id of a region: write one such as "cn-hangzhou", or leave it out`,
		},
		"a region that is no string": {
			with(`"region": ["cn-beijing"]`),
			`scenario, line 2, clusters["c1"].region: it is an array: write a string, or leave the field out`,
		},
		"owners that are no array": {
			with(`"visible_to": "testak"`), `scenario, line 2, clusters["c1"].visible_to: it is a string: write an array, [...]`,
		},
		"an owner that is no string": {
			with("\"visible_to\": [\"testak\",\n1]"),
			`scenario, line 3, clusters["c1"].visible_to[1]: it is a number: write a string, or leave the field out`,
		},
		"an unknown owner": {
			with("\"visible_to\": [\"testak\",\n\"oidc\"]"),
			`scenario, line 3, clusters["c1"].visible_to[1]: unknown identity "oidc": use the id of one of access_keys, ` +
				`or the ARN of one of roles, of metadata or of credentials_uri`,
		},
		"an owner named twice": {
			with(`"visible_to": ["testak", "testak"]`),
			`scenario, line 2, clusters["c1"].visible_to[1]: duplicate identity "testak": leave one of them out`,
		},
		"an unknown field of a cluster": {
			with(`"regions": []`),
			`scenario, line 2, clusters["c1"].regions: unknown field: use one of about, cluster_type, count, history, listing, name, ` +
				`next_version, plans, profile, region, resource_group_id, tags, timeline, version, visible_to`,
		},
		"too long a history": {
			with("\"history\": [\n{\"task_type\": \"a\", \"count\": 10001}]"),
			`scenario, line 3, clusters["c1"].history[0].count: 10001 is not a number of tasks: give 1 to 10000`,
		},
		"too many tasks in all": {
			with(`"history": [{"task_type": "a", "count": 10000}, {"task_type": "a"}]`),
			`scenario, line 2, clusters["c1"].history: it has 10001 tasks in all: give at most 10000`,
		},
		"many tasks of one id": {
			with(`"history": [{"task_type": "a", "count": 2, "task_id": "b"}]`),
			`scenario, line 2, clusters["c1"].history[0].task_id: 2 tasks cannot have the same id: leave it out, or the count`,
		},
		"an unknown order": {
			with("\"listing\": {\n\"order\": \"newest\"}"),
			`scenario, line 3, clusters["c1"].listing.order: "newest" is not known: use newest_first, oldest_first or shuffled, or leave it out`,
		},
		"an unknown way to write times": {
			with(`"listing": {"times": "rfc3339"}`),
			`scenario, line 2, clusters["c1"].listing.times: "rfc3339" is not known: use offset, fraction, utc, seconds or milliseconds, or leave it out`,
		},
		"an unknown spelling": {
			with(`"listing": {"spelling": "third"}`),
			`scenario, line 2, clusters["c1"].listing.spelling: "third" is not known: use first, second or mixed, or leave it out`,
		},
		"an unknown letter case": {
			with(`"listing": {"case": "camel"}`),
			`scenario, line 2, clusters["c1"].listing.case: "camel" is not known: use lower, upper, title or mixed, or leave it out`,
		},
		"pages larger than any": {
			with(`"listing": {"page_size": 101}`),
			`scenario, line 2, clusters["c1"].listing.page_size: 101 is not a size of a page: give 1 to 100, or leave it out`,
		},
		"fewer than no tasks missing": {
			with(`"listing": {"cut_short": -1}`),
			`scenario, line 2, clusters["c1"].listing.cut_short: -1 is not a number of tasks: give 1 or more, or leave it out`,
		},
		"a list from the future": {
			with(`"listing": {"lag": "-1s"}`),
			`scenario, line 2, clusters["c1"].listing.lag: -1s is not a length: give a positive duration, or leave it out`,
		},
		"a list that lags in two ways": {
			with(`"listing": {"lag": "1s", "lag_polls": 1}`),
			`scenario, line 2, clusters["c1"].listing: it has both lag and lag_polls: leave one of them out`,
		},
	})
}
