package main

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/document"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/scenario"
)

// settings is what a client needs to reach the simulator.
type settings struct {
	scenario    *scenario.Scenario
	endpoint    string
	proxy       string // Where the metadata service, and the hosts of all regions, can be reached through plain HTTP.
	tls         bool
	certificate string // The file that holds it; empty when it was not written.
	page        string // The address of the page; empty without one.
	credentials string // How a provider comes by its credentials: one of those below; empty is credentialsKey.
}

// The ways to credentials that the environment can name. Roles are a matter of the configuration.
const (
	credentialsKey      = "key"
	credentialsURI      = "uri"
	credentialsMetadata = "metadata"
)

// check reports that the scenario does not have what the credentials are to come from, or has faults that cannot be played.
func (s settings) check() error {
	for _, fault := range s.scenario.Faults {
		if fault.Kind.OfTLS() && !s.tls {
			return fmt.Errorf("the scenario has the fault %s: there is none without TLS, so add -tls, or leave the fault out", fault.Kind)
		}
	}
	switch s.credentials {
	case "", credentialsKey:
	case credentialsURI:
		if s.scenario.CredentialsURI == nil {
			return errors.New("-credentials uri: the scenario has no credentials_uri, so give it one, or use another way")
		}
	case credentialsMetadata:
		if s.scenario.Metadata == nil {
			return errors.New("-credentials metadata: the scenario has no metadata, so give it that, or use another way")
		}
	default:
		return fmt.Errorf("unknown -credentials %q: use key, uri or metadata", s.credentials)
	}
	return nil
}

// variableHelp says what each variable is that variables can return.
var variableHelp = []document.Row{
	{
		Name: "ALIBABA_CLOUD_ENDPOINT_CS",
		Help: "the simulator's host:port, or " + scenario.RegionalEndpoint + " if a cluster of the scenario has a region",
	},
	{Name: "ALICLOUD_ACCESS_KEY", Help: "the id of the scenario's first key"},
	{Name: "ALICLOUD_SECRET_KEY", Help: "its secret"},
	{Name: "ALICLOUD_SECURITY_TOKEN", Help: "its security token; without one, this must not be set"},
	{Name: "ALICLOUD_CREDENTIALS_URI", Help: "with -credentials uri, in place of a key: the credentials URI"},
	{Name: "ALICLOUD_ECS_ROLE_NAME", Help: "with -credentials metadata, in place of a key: the instance's role"},
	{
		Name: "HTTP_PROXY",
		Help: "the simulator: with -credentials metadata as the proxy to http://100.100.100.200, and without -tls, if a cluster has a region, to " +
			scenario.RegionalEndpoint,
	},
	{
		Name: "HTTPS_PROXY",
		Help: "with -tls, if a cluster has a region: the simulator, as the proxy to " + scenario.RegionalEndpoint +
			". It connects to every other host without a further proxy",
	},
	{Name: "ALICLOUD_REGION", Help: "the scenario's region, or " + scenario.DefaultRegion},
	{
		Name: "SSL_CERT_FILE",
		Help: "with -tls: the file of the certificate to trust. Linux reads this; elsewhere, add the certificate to those that the system trusts",
	},
	{Name: "TF_VAR_sts_endpoint", Help: "with -tls and roles: the simulator's host:port, see below"},
}

type variable struct{ name, value string }

// variables returns the environment that a provider needs: the endpoint, the region, and the way to its credentials.
func (s settings) variables() []variable {
	region := cmp.Or(s.scenario.Region, scenario.DefaultRegion)
	all := []variable{{"ALIBABA_CLOUD_ENDPOINT_CS", s.endpoint}}
	if s.scenario.HasRegions() {
		all[0].value = scenario.RegionalEndpoint
	}
	switch s.credentials {
	case credentialsURI:
		all = append(all, variable{"ALICLOUD_CREDENTIALS_URI", s.url() + s.scenario.CredentialsURI.Path})
	case credentialsMetadata:
		all = append(all, variable{"ALICLOUD_ECS_ROLE_NAME", s.scenario.Metadata.Role})
	default:
		key := s.scenario.AccessKeys[0]
		all = append(all, variable{"ALICLOUD_ACCESS_KEY", key.ID}, variable{"ALICLOUD_SECRET_KEY", key.Secret})
	}
	regional := s.scenario.HasRegions()
	if s.credentials == credentialsMetadata || regional && !s.tls {
		all = append(all, variable{"HTTP_PROXY", "http://" + s.proxy})
	}
	if regional && s.tls {
		all = append(all, variable{"HTTPS_PROXY", "http://" + s.proxy})
	}
	all = append(all, variable{"ALICLOUD_REGION", region})
	if token := s.scenario.AccessKeys[0].SecurityToken; token != "" && s.withKey() {
		all = append(all, variable{"ALICLOUD_SECURITY_TOKEN", token})
	}
	if s.tls && s.certificate != "" {
		all = append(all, variable{"SSL_CERT_FILE", s.certificate})
	}
	if s.tls && len(s.scenario.Roles) > 0 {
		all = append(all, variable{"TF_VAR_sts_endpoint", s.endpoint})
	}
	return all
}

func (s settings) withKey() bool { return s.credentials == "" || s.credentials == credentialsKey }

func (s settings) url() string {
	if s.tls {
		return "https://" + s.endpoint
	}
	return "http://" + s.endpoint
}

// unwanted returns the variables that would lead to credentials of the user's own: with a key a token that does not go
// with it, else everything that comes before.
func (s settings) unwanted() []string {
	names := []string{"ALIBABA_CLOUD_SECURITY_TOKEN", "ALIBABACLOUD_SECURITY_TOKEN"}
	if !s.withKey() {
		names = append(
			names, "ALICLOUD_SECURITY_TOKEN",
			"ALICLOUD_ACCESS_KEY", "ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABACLOUD_ACCESS_KEY_ID",
			"ALICLOUD_SECRET_KEY", "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "ALIBABACLOUD_ACCESS_KEY_SECRET",
			"ALICLOUD_PROFILE", "ALIBABA_CLOUD_PROFILE", "ALIBABA_CLOUD_CREDENTIALS_URI", "ALIBABA_CLOUD_ECS_METADATA",
		)
		if s.credentials == credentialsMetadata {
			names = append(names, "ALICLOUD_CREDENTIALS_URI")
		}
		return names
	}
	if s.scenario.AccessKeys[0].SecurityToken == "" {
		names = append(names, "ALICLOUD_SECURITY_TOKEN")
	}
	return names
}

// environment returns base with the provider's variables set, and those cleared that would get in their way.
func (s settings) environment(base []string) []string {
	without := s.unwanted()
	for _, v := range s.variables() {
		without = append(without, v.name)
	}
	environment := slices.DeleteFunc(slices.Clone(base), func(entry string) bool {
		name, _, _ := strings.Cut(entry, "=")
		return slices.Contains(without, name)
	})
	for _, v := range s.variables() {
		environment = append(environment, v.name+"="+v.value)
	}
	return environment
}

// describe prints how to reach the simulator, as commands of a shell.
func (s settings) describe() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# Simulated ACK on %s, until Ctrl-C. In the shell that runs the CLI:\n", s.url())
	if s.page != "" {
		fmt.Fprintf(&b, "# Page: %s\n", s.page)
	}
	fmt.Fprintf(&b, "unset %s\n", strings.Join(s.unwanted(), " "))
	for _, v := range s.variables() {
		fmt.Fprintf(&b, "export %s=%s\n", v.name, quote(v.value))
	}
	switch {
	case !s.tls:
		b.WriteString("# and in the configuration: provider \"ackupgrade\" { protocol = \"HTTP\" }\n")
	case s.certificate == "":
		b.WriteString("# The certificate was not written: add -cert-out FILE and set SSL_CERT_FILE=FILE, or it is not trusted.\n")
	}
	if len(s.scenario.Roles) > 0 {
		if s.tls {
			fmt.Fprintf(&b, "# For roles, in the provider's configuration: endpoints { sts = %q }\n", s.endpoint)
		} else {
			b.WriteString("# For roles, add -tls: a client speaks HTTPS to STS, and nothing else.\n")
		}
	}
	return b.String()
}

// quote quotes a value for a shell.
func quote(value string) string {
	plain := func(r rune) bool {
		return 'A' <= r && r <= 'Z' || 'a' <= r && r <= 'z' || '0' <= r && r <= '9' || strings.ContainsRune("-_./:", r)
	}
	if value != "" && !strings.ContainsFunc(value, func(r rune) bool { return !plain(r) }) {
		return value
	}
	return "'" + strings.ReplaceAll(value, "'", `'\''`) + "'"
}
