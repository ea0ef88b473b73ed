package story

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"strconv"
	"strings"
)

// Cluster holds what does not change in a cluster, and what was done to it before its story begins.
type Cluster struct {
	ID, Name, Region                    string
	Profile, ClusterType, ResourceGroup string
	Tags                                map[string]string
	// Version is the Kubernetes version before the first upgrade, and NextVersion the one that the first upgrade is for.
	Version, NextVersion string
	// History are the tasks of before, newest first.
	History []TaskSpec
	// Plans are what is planned.
	Plans []PlanSpec
}

// defaultVersion is the version of a cluster whose scenario names none.
const defaultVersion = "1.32.1-aliyun.1"

// FirstVersion returns the version before the first upgrade.
func (c Cluster) FirstVersion() string { return cmp.Or(c.Version, defaultVersion) }

// next returns the version that an upgrade from a version is for.
func (c Cluster) next(version string) string {
	if version == c.FirstVersion() && c.NextVersion != "" {
		return c.NextVersion
	}
	parts := strings.SplitN(version, ".", 3)
	if len(parts) < 2 {
		return version + "-next"
	}
	minor, err := strconv.Atoi(parts[1])
	if err != nil {
		return version + "-next"
	}
	parts[1] = strconv.Itoa(minor + 1)
	return strings.Join(parts, ".")
}

// taskID makes up the id of a task, always the same for the same task of a cluster.
func (c Cluster) taskID(kind string, n int) string {
	return fmt.Sprintf("%s%06d", c.taskPrefix(kind), n)
}

func (c Cluster) taskPrefix(kind string) string {
	hash := fnv.New64a()
	_, _ = fmt.Fprint(hash, c.ID, "/", kind) // It takes everything.
	return fmt.Sprintf("T-%016x", hash.Sum64())
}

// generated returns the number of the task of a kind that an id was generated for, and false if it was not generated.
func (c Cluster) generated(id, kind string) (n int, ok bool) {
	rest, ok := strings.CutPrefix(id, c.taskPrefix(kind))
	if !ok {
		return 0, false
	}
	n, err := strconv.Atoi(rest)
	return n, err == nil && id == c.taskID(kind, n)
}
