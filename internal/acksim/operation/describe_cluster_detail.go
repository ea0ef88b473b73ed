package operation

import (
	"encoding/json"
	"net/http"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/gateway"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/response"
)

// describeClusterDetail reports what a cluster is now.
var describeClusterDetail = Operation{
	Route: gateway.Route{
		Action: "DescribeClusterDetail", Version: version, Method: http.MethodGet, Path: "/clusters/{cluster_id}",
	},
	RAM:    "cs:DescribeClusterDetail",
	Help:   "a cluster's state and version",
	Render: renderClusterDetail,
}

type clusterDetail struct {
	clusterEntry
	MaintenanceWindow maintenanceWindow `json:"maintenance_window"`
	OperationPolicy   operationPolicy   `json:"operation_policy"`
}

type maintenanceWindow struct {
	Enable          bool   `json:"enable"`
	MaintenanceTime string `json:"maintenance_time"`
	Duration        string `json:"duration"`
	WeeklyPeriod    string `json:"weekly_period"`
}

type operationPolicy struct {
	ClusterAutoUpgrade autoUpgrade `json:"cluster_auto_upgrade"`
}

type autoUpgrade struct {
	Enabled bool   `json:"enabled"`
	Channel string `json:"channel"`
}

func renderClusterDetail(r Request) json.RawMessage {
	return response.EncodeJSON(clusterDetail{
		clusterEntry:      clusterEntryOf(r.Truth),
		MaintenanceWindow: maintenanceWindow{MaintenanceTime: "01:00:00Z", Duration: "3h", WeeklyPeriod: "Thursday"},
		OperationPolicy:   operationPolicy{ClusterAutoUpgrade: autoUpgrade{Channel: "stable"}},
	})
}
