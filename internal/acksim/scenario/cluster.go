package scenario

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/document"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/operation"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/story"
)

// Cluster is one simulated cluster.
type Cluster struct {
	// About says to people what the cluster is for.
	About string
	// Region is where the cluster lives; empty means that every region has it. See RegionOf.
	Region string
	// VisibleTo says whose the cluster is: ids of access keys, and the ARNs of roles whose sessions sign. Empty means everybody's.
	VisibleTo []string
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

	// Plans are what is planned for the cluster, such as automatic upgrades. They begin on time.
	Plans []story.PlanSpec
	// Count is how many clusters of this kind there are; 0 means one. See Scenario.AllClusters.
	Count int
}

// clusterFields are the fields of a cluster.
var clusterFields = []document.Field[Cluster]{
	document.Value("about", "a comment: what the cluster is for", document.Text, func(c *Cluster) *string { return &c.About }),
	document.Value("region", "its region: a request that is sent to another region gets ErrorClusterNotFound. "+
		"Without it, every region has the cluster", document.Text, func(c *Cluster) *string { return &c.Region }),
	document.Nested("visible_to", "who can see it: ids of access_keys, ARNs of roles, of metadata or of credentials_uri. Others get ErrorClusterNotFound, as another account does. Without it, all can see it",
		func(r document.Reader, c *Cluster) document.Read { return document.Strings(r, &c.VisibleTo) }),
	document.Nested("timeline", "the state of the cluster, step by step", func(r document.Reader, c *Cluster) document.Read {
		return document.Objects(r, stepFields, &c.Timeline)
	}).Required(),
	document.Value("version", "the version before the first upgrade (1.32.1-aliyun.1)", document.Text, func(c *Cluster) *string { return &c.Version }),
	document.Value("next_version", "the version that the first upgrade is for (the next minor version)",
		document.Text, func(c *Cluster) *string { return &c.NextVersion }),
	document.Value("name", "its name (its id)", document.Text, func(c *Cluster) *string { return &c.Name }),
	document.Value("profile", "its profile (Default)", document.Text, func(c *Cluster) *string { return &c.Profile }),
	document.Value("cluster_type", "its type (ManagedKubernetes)", document.Text, func(c *Cluster) *string { return &c.ClusterType }),
	document.Value("resource_group_id", "its resource group (rg-acksim)", document.Text, func(c *Cluster) *string { return &c.ResourceGroup }),
	document.Nested("tags", "its tags, an object", func(r document.Reader, c *Cluster) document.Read { return document.Texts(r, &c.Tags) }),
	document.Nested("history", "tasks from before the timeline, newest first", func(r document.Reader, c *Cluster) document.Read {
		return document.Objects(r, historyFields, &c.History)
	}),
	document.Nested("listing", "the form of its list of tasks", func(r document.Reader, c *Cluster) document.Read {
		return document.Object(r, operation.ListingFields, &c.Listing)
	}),
	document.Nested("plans", "its plans", func(r document.Reader, c *Cluster) document.Read {
		return document.Objects(r, planFields, &c.Plans)
	}),
	document.Value("count", "the number of such clusters: with 1000, the ids are ID-0001 to ID-1000, and a name gets the same suffix",
		document.Number, func(c *Cluster) *int { return &c.Count }),
}

// Check reports the first thing that is wrong with the cluster, or nil. Its errors name the field that holds it.
func (c Cluster) Check(at string) error {
	if c.Region != "" && !regionID.MatchString(c.Region) {
		return document.Errorf(at+".region", "%q is not the id of a region: write one such as \"cn-hangzhou\", or leave it out", c.Region)
	}
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
	if err := checkPlans(at+".plans", c.Plans); err != nil {
		return err
	}
	if c.Count < 0 || c.Count > maxClusters {
		return document.Errorf(at+".count", "%d is not a number of clusters: give 1 to %d, or leave it out", c.Count, maxClusters)
	}
	return c.Listing.Check(at + ".listing")
}

// CheckVisibleTo reports the first thing that is wrong with whose the cluster is, or nil. Identities are all that there are.
func (c Cluster) CheckVisibleTo(at string, identities []string) error {
	for i, who := range c.VisibleTo {
		field := fmt.Sprintf("%s.visible_to[%d]", at, i)
		if !slices.Contains(identities, who) {
			return document.Errorf(field, "unknown identity %q: use the id of one of access_keys, or the ARN of one of roles, "+
				"of metadata or of credentials_uri", who)
		}
		if slices.Contains(c.VisibleTo[:i], who) {
			return document.Errorf(field, "duplicate identity %q: leave one of them out", who)
		}
	}
	return nil
}

// Story returns the cluster's story, from its beginning. The region is that of a cluster which names none.
func (c Cluster) Story(id, region string) *story.Story {
	return story.New(story.Cluster{
		ID: id, Name: c.Name, Region: cmp.Or(c.Region, region), Profile: c.Profile, ClusterType: c.ClusterType, ResourceGroup: c.ResourceGroup,
		Tags: c.Tags, Version: c.Version, NextVersion: c.NextVersion, History: c.History,
		Plans: c.Plans,
	}, StorySteps(c.Timeline))
}

// StorySteps returns steps as a story has them.
func StorySteps(timeline []Step) []story.Step {
	steps := make([]story.Step, len(timeline))
	for i, s := range timeline {
		steps[i] = story.Step{
			Length: story.Length{For: s.For, Polls: s.Polls},
			Phase:  s.Phase, Message: s.Message, Cluster: s.Cluster, Tasks: s.Tasks,
		}
	}
	return steps
}
