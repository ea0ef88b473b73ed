package scenario

import (
	"maps"
	"slices"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/document"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/fault"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/gateway"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/operation"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/response"
)

// Scenario is what a Simulator plays: access keys, the upgrade of each cluster, and the credential services.
type Scenario struct {
	// Schema says to an editor where the JSON schema of the file is.
	Schema string
	// About says to people what the scenario is for.
	About string
	// AccessKeys are the keys that the simulator knows: at least one.
	AccessKeys []AccessKey
	// Region is the region of a request whose host names none, and of a cluster that names none. It is for people, too, and
	// for the environment that the command sets.
	Region string
	// Format is the form of the responses.
	Format response.Format
	// Clusters are the clusters by their id.
	Clusters map[string]Cluster
	// ClusterList is the form of the list of a region's clusters.
	ClusterList operation.ClusterList
	// RateLimit is the request quota; nil means no limit.
	RateLimit *gateway.RateLimit
	// Faults are what goes wrong. Of several that would apply, the first does.
	Faults []fault.Fault
	// Withdrawn are the operations that are withdrawn, from the beginning or later.
	Withdrawn []gateway.Withdrawal
	// Forbidden are the operations that RAM does not allow.
	Forbidden []gateway.Forbidden
	// FaultSeed is the seed of all random faults: with the same seed, the same requests of an operation for a cluster are affected.
	FaultSeed uint64

	// Roles are the roles that STS knows.
	Roles []Role
	// OIDC is the identity provider that STS knows; nil when there is none.
	OIDC *OIDC
	// Metadata is the metadata service of the instance that clients run on; nil when that has no role.
	Metadata *Metadata
	// CredentialsURI is a service that hands out sessions; nil when there is none.
	CredentialsURI *CredentialsURI
}

// Validate reports the first thing that is wrong with s, as a *document.Error, or nil.
func (s *Scenario) Validate() error {
	if len(s.AccessKeys) == 0 {
		return document.Errorf("access_keys", `there is no key to sign with: give at least one, [{"id": "...", "secret": "..."}]`)
	}
	if err := checkAccessKeys(s.AccessKeys); err != nil {
		return err
	}
	if s.Format != response.ByAccept && !slices.Contains(response.Formats(), s.Format) {
		return document.Errorf("format", "%q is not a format: use %s, or leave it out", string(s.Format), document.List(response.Formats()))
	}
	identities := s.Identities()
	for _, id := range slices.Sorted(maps.Keys(s.Clusters)) { // Sorted, so that the first fault is always the same.
		if id == "" {
			return document.Errorf(document.Entry("clusters", id), "a cluster's id must not be empty")
		}
		if err := s.Clusters[id].Check(document.Entry("clusters", id)); err != nil {
			return err
		}
		if err := s.Clusters[id].CheckVisibleTo(document.Entry("clusters", id), identities); err != nil {
			return err
		}
	}
	clusters, err := s.allClusters()
	if err != nil {
		return err
	}
	if err := s.ClusterList.Check("cluster_list"); err != nil {
		return err
	}
	if err := s.RateLimit.Check("rate_limit"); err != nil {
		return err
	}
	known := func(clusterID string) bool { _, ok := clusters[clusterID]; return ok }
	if err := fault.CheckAll("faults", s.Faults, fault.Known{Cluster: known, Operations: operation.Names()}); err != nil {
		return err
	}
	if err := gateway.CheckWithdrawals("withdrawn", s.Withdrawn, operation.Names()); err != nil {
		return err
	}
	key := func(id string) bool {
		return slices.ContainsFunc(s.AccessKeys, func(k AccessKey) bool { return k.ID == id })
	}
	if err := gateway.CheckForbidden("forbidden", s.Forbidden, gateway.Known{Operations: operation.Names(), Cluster: known, Key: key}); err != nil {
		return err
	}
	return s.checkIdentity()
}
