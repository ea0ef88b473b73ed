package scenario

import "testing"

func TestErrorsAboutPlansAndListsNameTheField(t *testing.T) {
	of := func(plans string) string {
		return `{` + key + `,"clusters":{"c1":{"plans":[` + plans + `],"timeline":[{"phase":"idle"}]}}}`
	}
	list := func(list string) string { return `{` + key + `,"cluster_list":` + list + `}` }
	const at, idle = `scenario, line 1, clusters["c1"].plans[0]`, `"timeline":[{"phase":"idle"}]`
	testWrong(t, map[string]wrong{
		"no start":              {of(`{}`), at + `.start: a plan needs a start: give a duration such as "20m", or a time`},
		"a start that is none":  {of(`{"start":"soon"}`), at + `.start: "soon" is neither a duration nor a time: write "15m", or "2026-01-02T03:04:05Z"`},
		"a start in the past":   {of(`{"start":"-5m"}`), at + `: it began before the timeline: add a state, such as "Executed", or let it begin later`},
		"a negative lateness":   {of(`{"start":"5m","late":"-1m"}`), at + ".late: -1m0s is not a length: give a positive duration, or leave it out"},
		"a negative length":     {of(`{"start":"5m","lasts":"-1m"}`), at + ".lasts: -1m0s is not a length: give a positive duration, or leave it out"},
		"a state that fails":    {of(`{"start":"5m","state":"Canceled","fails":true}`), at + ": a plan with a state begins nothing: leave out fails and late, or the state"},
		"too many":              {of(`{"start":"5m","state":"Canceled","count":1001}`), at + ".count: 1001 is not a number of plans: give 1 to 1000, or leave it out"},
		"many that begin":       {of(`{"start":"5m","count":2}`), at + ".count: 2 upgrades of one cluster cannot begin at the same time: add a state, or leave it out"},
		"many with one id":      {of(`{"start":"5m","state":"Canceled","plan_id":"P","count":2}`), at + ".plan_id: 2 plans cannot have the same id: leave it out, or the count"},
		"an id twice":           {of(`{"start":"5m","plan_id":"P"},{"start":"6m","plan_id":"P"}`), `scenario, line 1, clusters["c1"].plans[1].plan_id: duplicate plan_id "P": leave one of them out`},
		"an unknown order":      {list(`{"order":"newest"}`), `scenario, line 1, cluster_list.order: "newest" is not known: use by_id, reversed or shuffled, or leave it out`},
		"an unknown total":      {list(`{"total":"lie"}`), `scenario, line 1, cluster_list.total: "lie" is not known: use list, page, zero or one_more, or leave it out`},
		"an unknown move":       {list(`{"moves":"left"}`), `scenario, line 1, cluster_list.moves: "left" is not known: use down or up, or leave it out`},
		"a page too large":      {list(`{"page_size":101}`), "scenario, line 1, cluster_list.page_size: 101 is not a size of a page: give 1 to 100, or leave it out"},
		"a negative cut":        {list(`{"cut_short":-1}`), "scenario, line 1, cluster_list.cut_short: -1 is not a number of clusters: give 1 or more, or leave it out"},
		"a negative lag":        {list(`{"lag":"-1s"}`), "scenario, line 1, cluster_list.lag: -1s is not a length: give a positive duration, or leave it out"},
		"a count without moves": {list(`{"moves_count":1}`), "scenario, line 1, cluster_list.moves_count: the list does not move: add moves, or leave it out"},
		"too many clusters":     {`{` + key + `,"clusters":{"c1":{"count":30001,` + idle + `}}}`, `scenario, line 1, clusters["c1"].count: 30001 is not a number of clusters: give 1 to 30000, or leave it out`},
		"too many in all":       {`{` + key + `,"clusters":{"c1":{"count":30000,` + idle + `},"c2":{"count":1,` + idle + `}}}`, `scenario, line 1, clusters["c2"].count: there are more than 30000 clusters: give fewer`},
		"an id that is taken":   {`{` + key + `,"clusters":{"c1":{"count":10,` + idle + `},"c1-07":{` + idle + `}}}`, `scenario, line 1, clusters["c1"].count: one of the clusters would be "c1-07", which is there already: give one of them another id`},
		"a cluster of a fleet in a fault": {
			`{` + key + `,"faults":[{"kind":"reset","cluster":"c1"}],"clusters":{"c1":{"count":2,` + idle + `}}}`,
			`scenario, line 1, faults[0].cluster: there is no cluster "c1": give the id of one, or leave it out to mean all`,
		},
		"a response of a region": {
			`{` + key + `,"clusters":{"c1":{"timeline":[{"phase":"idle","responses":{"ListOperationPlansForRegion":{}}}]}}}`,
			`scenario, line 1, clusters["c1"].timeline[0].responses["ListOperationPlansForRegion"]: ListOperationPlansForRegion is about a region, and no cluster has a response of it: use a fault of the kind http`,
		},
	})
}
