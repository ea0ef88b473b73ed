package scenario

import (
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/document"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/fault"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/gateway"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/operation"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/response"
)

// scenarioFields are the fields of a scenario.
var scenarioFields = []document.Field[Scenario]{
	document.Value("$schema", "where an editor finds the JSON schema of this file, which acksim -schema prints; the simulator does not read it",
		document.Text, func(s *Scenario) *string { return &s.Schema }),
	document.Value("about", "a comment: what the scenario is for", document.Text, func(s *Scenario) *string { return &s.About }),
	document.Nested("access_keys", "at least one key", func(r document.Reader, s *Scenario) document.Read {
		return document.Objects(r, accessKeyFields, &s.AccessKeys)
	}).Required(),
	document.Value("region", "the value of ALICLOUD_REGION, and the region of requests whose host names none ("+DefaultRegion+")", document.Text, func(s *Scenario) *string { return &s.Region }),
	document.Value("format", `of the responses: "json", "xml" (as documented, without a root element) or "xml-rooted"; `+
		"without it, the request's Accept header chooses between json and xml",
		document.Word(response.Formats()...), func(s *Scenario) *response.Format { return &s.Format }),
	document.Nested("clusters", "by cluster id; every other id gets ErrorClusterNotFound", func(r document.Reader, s *Scenario) document.Read {
		return document.Map(r, clusterFields, &s.Clusters)
	}),
	document.Nested("cluster_list", "the form of the list of a region's clusters", func(r document.Reader, s *Scenario) document.Read {
		return document.Object(r, operation.ClusterListFields, &s.ClusterList)
	}),
	document.Part("rate_limit", "the request quota of all clients together. Requests beyond it are throttled, with the code Throttling.User, and count as no poll",
		gateway.RateLimitFields, gateway.RateLimit{}, func(s *Scenario) **gateway.RateLimit { return &s.RateLimit }),
	document.Nested("withdrawn", "operations that are withdrawn: each a name, or an object", func(r document.Reader, s *Scenario) document.Read {
		return document.NamesOrObjects(r, gateway.WithdrawalFields(operation.Names()), "operation", &s.Withdrawn)
	}),
	document.Nested("forbidden", "operations that RAM does not allow: each a name, or an object", func(r document.Reader, s *Scenario) document.Read {
		return document.NamesOrObjects(r, gateway.ForbiddenFields(operation.Names()), "operation", &s.Forbidden)
	}),
	document.Nested("faults", "what goes wrong", func(r document.Reader, s *Scenario) document.Read {
		return document.Objects(r, fault.Fields(operation.Names()), &s.Faults)
	}),
	document.Value("fault_seed", "the seed of random faults: with the same seed, the tenth request of an "+
		"operation for a cluster is affected in the same way in every run",
		document.Unsigned, func(s *Scenario) *uint64 { return &s.FaultSeed }),
	document.Nested("roles", "the roles that STS knows", func(r document.Reader, s *Scenario) document.Read {
		return document.Objects(r, roleFields, &s.Roles)
	}),
	document.Part("oidc", "an identity provider that STS knows", oidcFields, OIDC{}, func(s *Scenario) **OIDC { return &s.OIDC }),
	document.Part("metadata", "the metadata service of an ECS instance", metadataFields, Metadata{V1: true}, func(s *Scenario) **Metadata { return &s.Metadata }),
	document.Part("credentials_uri", "a credentials URI", credentialsURIFields, CredentialsURI{}, func(s *Scenario) **CredentialsURI { return &s.CredentialsURI }),
}

// accessKeyFields are the fields of a key.
var accessKeyFields = []document.Field[AccessKey]{
	document.Value("id", "its id", document.Text, func(k *AccessKey) *string { return &k.ID }).Required(),
	document.Value("secret", "the secret of its signatures", document.Text, func(k *AccessKey) *string { return &k.Secret }).Required(),
	document.Value("security_token", "makes it a temporary key, whose requests must carry the token", document.Text, func(k *AccessKey) *string { return &k.SecurityToken }),
	document.Nested("expires", `ends a temporary key, after a duration from the start ("15m") or at a time ("2026-01-02T03:04:05Z")`,
		func(_ document.Reader, k *AccessKey) document.Read {
			return document.Expires(&k.ExpiresAfter, &k.ExpiresAt)
		}).Beside("security_token"),
}
