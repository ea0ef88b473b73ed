package provider

import (
	"context"
	"fmt"
	"net"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/display"
)

var (
	clusterIDPattern = regexp.MustCompile(`^[A-Za-z0-9-]{1,128}$`)
	regionPattern    = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`) // A DNS label, RFC 1123.
	hostPattern      = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$`)
	printablePattern = regexp.MustCompile(`^[ -~]*$`)
)

const maxConfigurationSource = 1024 // As in alicloud.

const (
	clusterIDRule = "must be the id of an ACK cluster, 1 to 128 letters, digits and hyphens, such as " +
		"\"c106f377e16f34eb1808d6b9362c9abcd\"; the console shows it beside the cluster's name"
	regionRule              = "must be the id of a region, lower-case letters, digits and hyphens, such as \"cn-hangzhou\""
	endpointRule            = "must be a host or host:port, such as \"cs.cn-hangzhou.aliyuncs.com\", without a scheme and a path"
	headerRule              = "must be printable ASCII characters, because it is sent in an HTTP header"
	configurationSourceRule = "must be at most 1024 printable ASCII characters, because it is sent in an HTTP header"
)

func clusterIDValidator() validator.String {
	return stringvalidator.RegexMatches(clusterIDPattern, clusterIDRule)
}

func regionValidator() validator.String {
	return stringvalidator.RegexMatches(regionPattern, regionRule)
}

func configurationSourceValidator() validator.String {
	return stringCheck{rule: configurationSourceRule, ok: func(text string) bool { return checkConfigurationSource(text) == "" }}
}

func headerValidator() validator.String {
	return stringCheck{rule: headerRule, ok: func(text string) bool { return checkHeader(text) == "" }}
}

func endpointValidator() validator.String {
	return stringCheck{rule: endpointRule, ok: func(text string) bool { return checkEndpoint(text) == "" }}
}

// The same rules for values from the environment. Each returns the rule that is broken, or nothing.

func checkRegion(text string) string { return unless(regionPattern.MatchString(text), regionRule) }

func checkConfigurationSource(text string) string {
	return unless(len(text) <= maxConfigurationSource && printablePattern.MatchString(text), configurationSourceRule)
}

func checkHeader(text string) string {
	return unless(len(text) <= maxConfigurationSource && printablePattern.MatchString(text), headerRule)
}

func checkEndpoint(text string) string {
	host, port := text, "443"
	if strings.Contains(strings.TrimPrefix(text, "["), ":") { // An IPv6 address stands in brackets, and needs its port.
		var err error
		if host, port, err = net.SplitHostPort(text); err != nil {
			return endpointRule
		}
	}
	number, err := strconv.ParseUint(port, 10, 16)
	return unless(err == nil && number > 0 && (hostPattern.MatchString(host) || net.ParseIP(host) != nil), endpointRule)
}

func unless(ok bool, rule string) string {
	if ok {
		return ""
	}
	return rule
}

// stringCheck is a validator whose rule is a function.
type stringCheck struct {
	rule string
	ok   func(string) bool
}

// durationBetween takes a duration of at least shortest and, unless longest is zero, at most longest. The message of the
// ready-made type for durations shows its line ends as "\n", hence a plain string with a check of our own.
func durationBetween(shortest, longest time.Duration) validator.String {
	bounds := "of at least " + display.Duration(shortest)
	if longest > 0 {
		bounds = "from " + display.Duration(shortest) + " to " + display.Duration(longest)
	}
	return stringCheck{
		rule: "must be a duration " + bounds + ", a number with the unit s, m or h, such as \"30s\" or \"1h30m\"",
		ok: func(text string) bool {
			d, err := time.ParseDuration(text)
			return err == nil && d >= shortest && (longest == 0 || d <= longest)
		},
	}
}

// Description implements validator.String.
func (c stringCheck) Description(context.Context) string { return c.rule }

// MarkdownDescription implements validator.String.
func (c stringCheck) MarkdownDescription(context.Context) string { return c.rule }

// ValidateString implements validator.String. The error has the form of the ready-made validators' ones.
func (c stringCheck) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() || c.ok(req.ConfigValue.ValueString()) {
		return
	}
	resp.Diagnostics.AddAttributeError(req.Path, "Invalid Attribute Value",
		fmt.Sprintf("Attribute %s %s, got: %s", req.Path, c.rule, req.ConfigValue.ValueString()))
}
