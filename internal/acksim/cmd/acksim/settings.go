package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim"
)

// defaultRegion stands in for a scenario that names none.
const defaultRegion = "cn-hangzhou"

// settings is what somebody has to know to reach the simulator.
type settings struct {
	scenario    *acksim.Scenario
	endpoint    string
	tls         bool
	certificate string // The file that holds it; empty when it was not written.
}

type variable struct{ name, value string }

// variables returns the environment that a provider needs: the endpoint, the scenario's first key, and the region.
func (s settings) variables() []variable {
	key := s.scenario.AccessKeys[0]
	region := s.scenario.Region
	if region == "" {
		region = defaultRegion
	}
	all := []variable{
		{"ALIBABA_CLOUD_ENDPOINT_CS", s.endpoint},
		{"ALICLOUD_ACCESS_KEY", key.ID},
		{"ALICLOUD_SECRET_KEY", key.Secret},
		{"ALICLOUD_REGION", region},
	}
	if key.SecurityToken != "" {
		all = append(all, variable{"ALICLOUD_SECURITY_TOKEN", key.SecurityToken})
	}
	if s.tls && s.certificate != "" {
		all = append(all, variable{"SSL_CERT_FILE", s.certificate})
	}
	return all
}

// unwanted returns the variables that would send a security token of the user's own along with the simulator's key.
func (s settings) unwanted() []string {
	names := []string{"ALIBABA_CLOUD_SECURITY_TOKEN", "ALIBABACLOUD_SECURITY_TOKEN"}
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

// describe tells how to reach the simulator, in a form that a shell can read.
func (s settings) describe() string {
	var b strings.Builder
	scheme := "http"
	if s.tls {
		scheme = "https"
	}
	fmt.Fprintf(&b, "# Simulated ACK on %s://%s, until Ctrl-C. In the shell that runs the CLI:\n", scheme, s.endpoint)
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
