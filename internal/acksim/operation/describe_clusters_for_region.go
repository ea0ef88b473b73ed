package operation

import (
	"cmp"
	"encoding/json"
	"maps"
	"net/http"
	"slices"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/gateway"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/response"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/story"
)

// describeClustersForRegion lists the clusters of a region.
var describeClustersForRegion = Operation{
	Route: gateway.Route{
		Action: "DescribeClustersForRegion", Version: version, Method: http.MethodGet, Path: "/regions/{region_id}/clusters",
	},
	RAM:          "cs:DescribeClustersForRegion",
	Help:         "the clusters of a region, each with its state, version, profile, resource group and tags",
	Paged:        true,
	RenderRegion: renderRegionClusters,
}

// clusterEntry is a cluster as lists have it.
type clusterEntry struct {
	ClusterID       string `json:"cluster_id"`
	Name            string `json:"name"`
	State           string `json:"state"`
	CurrentVersion  string `json:"current_version"`
	InitVersion     string `json:"init_version"`
	NextVersion     string `json:"next_version"`
	Profile         string `json:"profile"`
	ClusterType     string `json:"cluster_type"`
	RegionID        string `json:"region_id"`
	ResourceGroupID string `json:"resource_group_id"`
	Tags            []tag  `json:"tags"`
}

type tag struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// The usual kind of cluster.
const (
	usualProfile       = "Default"
	usualClusterType   = "ManagedKubernetes"
	usualResourceGroup = "rg-acksim"
)

// UsualRegion is the region of a cluster that is said to be in none.
const UsualRegion = "cn-hangzhou"

func clusterEntryOf(t story.Truth) clusterEntry {
	entry := clusterEntry{
		ClusterID: t.ClusterID, Name: cmp.Or(t.Name, t.ID),
		State: t.State, CurrentVersion: t.CurrentVersion, InitVersion: t.FirstVersion(), NextVersion: t.NextVersion,
		Profile: cmp.Or(t.Profile, usualProfile), ClusterType: cmp.Or(t.ClusterType, usualClusterType),
		RegionID: cmp.Or(t.Region, UsualRegion), ResourceGroupID: cmp.Or(t.ResourceGroup, usualResourceGroup),
		Tags: []tag{}, // Not null.
	}
	for _, key := range slices.Sorted(maps.Keys(t.Tags)) {
		entry.Tags = append(entry.Tags, tag{key, t.Tags[key]})
	}
	return entry
}

type regionClusters struct {
	Clusters []clusterEntry `json:"clusters"`
	PageInfo pageInfo       `json:"page_info"`
}

func renderRegionClusters(r RegionRequest) json.RawMessage {
	body := regionClusters{
		Clusters: []clusterEntry{}, // Not null.
		PageInfo: pageInfo{PageNumber: r.Page.Number, PageSize: r.Page.Size, TotalCount: r.Total},
	}
	for _, t := range r.Truths {
		body.Clusters = append(body.Clusters, clusterEntryOf(t))
	}
	return response.EncodeJSON(body)
}
