package scenario

import "testing"

func TestErrorsAboutRejectionsNameTheField(t *testing.T) {
	testWrong(t, map[string]wrong{
		"a rate limit without a rate": {
			"{" + key + ",\n\"rate_limit\": {\"burst\": 1}}",
			"scenario, line 2, rate_limit.requests_per_second: 0 is not a rate: give 1 or more, or leave rate_limit out",
		},
		"a rate limit with half a request": {
			`{"rate_limit": {"requests_per_second": 0.5}}`,
			"scenario, line 1, rate_limit.requests_per_second: it is 0.5: write a whole number, 1 or more",
		},
		"a rate limit with a burst below zero": {
			"{" + key + `, "rate_limit": {"requests_per_second": 1, "burst": -1}}`,
			"scenario, line 1, rate_limit.burst: -1 is not a number of requests: give 1 or more, or leave it out",
		},
		"a rate limit with another status": {
			"{" + key + `, "rate_limit": {"requests_per_second": 1, "status": 503}}`,
			"scenario, line 1, rate_limit.status: 503 is not one that the gateway throttles with: give 429 or 400, or leave it out",
		},
		"a rate limit whose headers are no boolean": {
			`{"rate_limit": {"headers": "yes"}}`,
			`scenario, line 1, rate_limit.headers: it is a string: write true or false, or leave the field out`,
		},
		"an operation that is withdrawn and does not exist": {
			"{" + key + ",\n\"withdrawn\": [\n\"DescribeClusters\"]}",
			`scenario, line 3, withdrawn[0].operation: "DescribeClusters" is not an operation of the simulator: ` +
				`use GetUpgradeStatus, DescribeClusterTasks, DescribeClusterDetail, DescribeTaskInfo, DescribeClustersForRegion or ListOperationPlansForRegion`,
		},
		"an operation that is withdrawn twice": {
			"{" + key + `, "withdrawn": ["GetUpgradeStatus", {"operation": "GetUpgradeStatus", "after": "1s"}]}`,
			`scenario, line 1, withdrawn[1]: duplicate operation GetUpgradeStatus: leave one of them out`,
		},
		"a withdrawal at two moments": {
			"{" + key + `, "withdrawn": [{"operation": "GetUpgradeStatus", "after": "1s", "after_requests": 1}]}`,
			`scenario, line 1, withdrawn[0]: it has both after and after_requests: leave one of them out`,
		},
		"a withdrawal that succeeds": {
			"{" + key + `, "withdrawn": [{"operation": "GetUpgradeStatus", "status": 200}]}`,
			`scenario, line 1, withdrawn[0].status: 200 is not the status of an error: give 400 to 599, or leave it out`,
		},
		"a withdrawal that is no name": {
			"{" + key + `, "withdrawn": [1]}`, `scenario, line 1, withdrawn[0]: it is a number: write an object, {...}`,
		},
		"an operation that is forbidden and does not exist": {
			"{" + key + `, "forbidden": ["a"]}`,
			`scenario, line 1, forbidden[0].operation: "a" is not an operation of the simulator: ` +
				`use GetUpgradeStatus, DescribeClusterTasks, DescribeClusterDetail, DescribeTaskInfo, DescribeClustersForRegion or ListOperationPlansForRegion`,
		},
		"an operation that is forbidden for an unknown cluster": {
			"{" + key + `, "forbidden": [{"operation": "GetUpgradeStatus", "cluster": "c9"}]}`,
			`scenario, line 1, forbidden[0].cluster: there is no cluster "c9": give the id of one, or leave it out to mean all`,
		},
		"an operation that is forbidden to an unknown key": {
			"{" + key + `, "forbidden": [{"operation": "GetUpgradeStatus", "access_key": "nobody"}]}`,
			`scenario, line 1, forbidden[0].access_key: there is no key "nobody": give the id of one, or leave it out to mean all`,
		},
		"a fault of an operation that does not exist": {
			"{" + key + `, "faults": [{"kind": "reset", "operation": "GetStatus"}]}`,
			`scenario, line 1, faults[0].operation: "GetStatus" is not an operation of the simulator: ` +
				`use GetUpgradeStatus, DescribeClusterTasks, DescribeClusterDetail, DescribeTaskInfo, DescribeClustersForRegion or ListOperationPlansForRegion`,
		},
		"a fault of a connection for an operation": {
			"{" + key + `, "faults": [{"kind": "refused", "operation": "GetUpgradeStatus"}]}`,
			`scenario, line 1, faults[0].operation: a connection is made before any operation is requested: leave it out`,
		},
	})
}
