package scenario

import (
	"fmt"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/document"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/operation"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/story"
)

// Cluster is one simulated cluster.
type Cluster struct {
	// About says to people what the cluster is for.
	About string
	// Timeline says what is true of the cluster, step after step. See Step.
	Timeline []Step

	// Version is the Kubernetes version before the first upgrade, and NextVersion the one that the first upgrade is for; when
	// empty, 1.32.1-aliyun.1 and the next minor version.
	Version, NextVersion string
	// Name, Profile, ClusterType and ResourceGroup are further attributes of the cluster; when empty, the usual ones.
	Name, Profile, ClusterType, ResourceGroup string
	// Tags are the cluster's tags.
	Tags map[string]string

	// History are the tasks from before the timeline begins, newest first.
	History []story.TaskSpec
	// Listing is how the list of tasks is written, in what the API leaves open.
	Listing operation.Listing
}

// clusterFields are the fields of a cluster.
var clusterFields = []document.Field[Cluster]{
	document.Value("about", "what the cluster is for, for people", document.Text, func(c *Cluster) *string { return &c.About }),
	document.Nested("timeline", "what is true of the cluster, step by step: see below", func(r document.Reader, c *Cluster) document.Read {
		return document.Objects(r, stepFields, &c.Timeline)
	}),
	document.Value("version", "the version before the first upgrade (1.32.1-aliyun.1)", document.Text, func(c *Cluster) *string { return &c.Version }),
	document.Value("next_version", "the version that the first upgrade is for (the next minor version)",
		document.Text, func(c *Cluster) *string { return &c.NextVersion }),
	document.Value("name", "its name (its id)", document.Text, func(c *Cluster) *string { return &c.Name }),
	document.Value("profile", "its profile (Default)", document.Text, func(c *Cluster) *string { return &c.Profile }),
	document.Value("cluster_type", "its type (ManagedKubernetes)", document.Text, func(c *Cluster) *string { return &c.ClusterType }),
	document.Value("resource_group_id", "its resource group (rg-acksim)", document.Text, func(c *Cluster) *string { return &c.ResourceGroup }),
	document.Nested("tags", "its tags, an object", func(r document.Reader, c *Cluster) document.Read { return document.Texts(r, &c.Tags) }),
	document.Nested("history", "tasks from before the timeline, newest first: see below", func(r document.Reader, c *Cluster) document.Read {
		return document.Objects(r, historyFields, &c.History)
	}),
	document.Nested("listing", "how its list of tasks is written: see below", func(r document.Reader, c *Cluster) document.Read {
		return document.Object(r, operation.ListingFields, &c.Listing)
	}),
}

// Check reports the first thing that is wrong with the cluster, or nil. Its errors name the field that holds it.
func (c Cluster) Check(at string) error {
	if err := CheckTimeline(at+".timeline", c.Timeline); err != nil {
		return err
	}
	total := 0
	for i, task := range c.History {
		if err := checkTask(fmt.Sprintf("%s.history[%d]", at, i), task); err != nil {
			return err
		}
		total += max(1, task.Count)
	}
	if total > story.MaxHistory {
		return document.Errorf(at+".history", "it has %d tasks in all: give at most %d", total, story.MaxHistory)
	}
	return c.Listing.Check(at + ".listing")
}

// Story returns the cluster's story, from its beginning.
func (c Cluster) Story(id, region string) *story.Story {
	told := make([]story.Step, len(c.Timeline))
	for i, s := range c.Timeline {
		told[i] = story.Step{
			Length: story.Length{For: s.For, Polls: s.Polls},
			Phase:  s.Phase, Message: s.Message, Cluster: s.Cluster, Tasks: s.Tasks,
		}
	}
	return story.New(story.Cluster{
		ID: id, Name: c.Name, Region: region, Profile: c.Profile, ClusterType: c.ClusterType, ResourceGroup: c.ResourceGroup,
		Tags: c.Tags, Version: c.Version, NextVersion: c.NextVersion, History: c.History,
	}, told)
}
