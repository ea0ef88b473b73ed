package scenario

import (
	"net"
	"regexp"
	"strings"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/operation"
)

// DefaultRegion is the region of a scenario that names none.
const DefaultRegion = operation.UsualRegion

// regionID is the form of a region's id. It has a hyphen, so that a part of another name cannot be taken for one.
var regionID = regexp.MustCompile(`^[a-z]{2,4}-[a-z0-9]+(-[a-z0-9]+)*$`)

// The names below which every region has a host of the simulator's. Neither leaves the machine by DNS.
const (
	ProxiedDomain   = "acksim.test"
	LocalhostDomain = "localhost"
)

// RegionalEndpoint is an endpoint that is a different one in each region.
const RegionalEndpoint = "{region}." + ProxiedDomain

// regionHelp says how the simulator knows the region of a request.
const regionHelp = "of a cluster: the Host header of a request says in which region it is, as in REGION." + ProxiedDomain +
	", REGION." + LocalhostDomain + ", cs.REGION.aliyuncs.com or cs-vpc.REGION.aliyuncs.com. An IP address, or a host without a dot, is in " +
	"the scenario's region. If a cluster has a region, the environment above names an endpoint with {region}, and the simulator " +
	"as the proxy to it, so that no name has to resolve. A configuration that sets endpoints itself needs cs = \"" + RegionalEndpoint + "\"."

// RegionOf returns the region that a host is in; nothing for a host that is the same in every region.
func RegionOf(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	if net.ParseIP(strings.Trim(host, "[]")) != nil {
		return ""
	}
	labels := strings.Split(strings.ToLower(strings.TrimSuffix(host, ".")), ".")
	if labels[0] == "cs" || strings.HasPrefix(labels[0], "cs-") {
		labels = labels[1:]
	}
	if len(labels) < 2 {
		return ""
	}
	return labels[0]
}

// HasRegions reports whether a cluster of the scenario lives in one region alone.
func (s *Scenario) HasRegions() bool {
	for _, c := range s.Clusters {
		if c.Region != "" {
			return true
		}
	}
	return false
}
