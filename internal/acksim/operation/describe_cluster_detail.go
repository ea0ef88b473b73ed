package operation

import (
	"cmp"
	"encoding/json"
	"maps"
	"net/http"
	"slices"

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
	ClusterID         string            `json:"cluster_id"`
	Name              string            `json:"name"`
	State             string            `json:"state"`
	CurrentVersion    string            `json:"current_version"`
	InitVersion       string            `json:"init_version"`
	NextVersion       string            `json:"next_version"`
	Profile           string            `json:"profile"`
	ClusterType       string            `json:"cluster_type"`
	RegionID          string            `json:"region_id"`
	ResourceGroupID   string            `json:"resource_group_id"`
	Tags              []tag             `json:"tags"`
	MaintenanceWindow maintenanceWindow `json:"maintenance_window"`
	OperationPolicy   operationPolicy   `json:"operation_policy"`
}

type tag struct {
	Key   string `json:"key"`
	Value string `json:"value"`
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

// The usual kind of cluster.
const (
	usualProfile       = "Default"
	usualClusterType   = "ManagedKubernetes"
	usualResourceGroup = "rg-acksim"
)

// UsualRegion is the region of a cluster that is said to be in none.
const UsualRegion = "cn-hangzhou"

func renderClusterDetail(r Request) json.RawMessage {
	t := r.Truth
	detail := clusterDetail{
		ClusterID: t.ClusterID, Name: cmp.Or(t.Name, t.ID),
		State: t.State, CurrentVersion: t.CurrentVersion, InitVersion: t.FirstVersion(), NextVersion: t.NextVersion,
		Profile: cmp.Or(t.Profile, usualProfile), ClusterType: cmp.Or(t.ClusterType, usualClusterType),
		RegionID: cmp.Or(t.Region, UsualRegion), ResourceGroupID: cmp.Or(t.ResourceGroup, usualResourceGroup),
		Tags:              []tag{}, // Not null.
		MaintenanceWindow: maintenanceWindow{MaintenanceTime: "01:00:00Z", Duration: "3h", WeeklyPeriod: "Thursday"},
		OperationPolicy:   operationPolicy{ClusterAutoUpgrade: autoUpgrade{Channel: "stable"}},
	}
	for _, key := range slices.Sorted(maps.Keys(t.Tags)) {
		detail.Tags = append(detail.Tags, tag{key, t.Tags[key]})
	}
	return response.EncodeJSON(detail)
}
