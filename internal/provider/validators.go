package provider

import (
	"context"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/display"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/redact"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/summary"
)

const maxConfigurationSource = 1024 // As in alicloud.

const (
	clusterIDRule = "must be the ID of an ACK cluster, 1 to 128 letters, digits and hyphens, such as " +
		"\"c106f377e16f34eb1808d6b9362c9abcd\"; the ACK console shows it next to the cluster name"
	taskIDRule = "must be the ID of a task, 1 to 128 letters, digits, underscores and hyphens, such as \"T-5fd211e924e1d00787000001\"; " +
		"ackupgrade_tasks lists the tasks of a cluster"
	regionRule              = "must be the ID of a region, lower-case letters, digits and hyphens, such as \"cn-hangzhou\""
	protocolRule            = "must be \"HTTPS\" or \"HTTP\""
	sourceIPRule            = "must be an IP address, such as \"192.0.2.1\""
	secureTransportRule     = "must be \"true\" or \"false\""
	configurationSourceRule = "must be at most 1024 printable ASCII characters, because it is sent in an HTTP header"
)

func clusterIDValidator() validator.String {
	return stringCheck{rule: clusterIDRule, ok: isClusterID}
}

func taskIDValidator() validator.String {
	return stringCheck{rule: taskIDRule, ok: isTaskID}
}

func regionValidator() validator.String {
	return stringCheck{rule: regionRule, ok: isRegion}
}

// isClusterID and those after it are no regular expressions: compiled, one for a region took a fifth of what a start of the
// provider allocates before main.
func isClusterID(text string) bool {
	return 0 < len(text) && len(text) <= 128 && !strings.ContainsFunc(text, func(r rune) bool {
		return !isLowerOrDigit(r) && ('A' > r || r > 'Z') && r != '-'
	})
}

// isTaskID reports what can be the id of a task. No form is documented.
func isTaskID(text string) bool { return isClusterID(strings.ReplaceAll(text, "_", "-")) }

// isRegion reports a DNS label, RFC 1123.
func isRegion(text string) bool {
	return 0 < len(text) && len(text) <= 63 && text[0] != '-' && text[len(text)-1] != '-' && !strings.ContainsFunc(text, func(r rune) bool {
		return !isLowerOrDigit(r) && r != '-'
	})
}

func isLowerOrDigit(r rune) bool { return 'a' <= r && r <= 'z' || '0' <= r && r <= '9' }

// isPrintable reports ASCII without control characters.
func isPrintable(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r > '~' })
}

// setting is the validator of a setting by its rule, which check returns where it is broken. It knows, as the settings'
// resolver does, that an empty string gives no value, and that white space at the ends does not count.
func setting(rule string, check func(string) string) validator.String {
	return settingCheck{rule: rule, check: check}
}

// The rules, for the configuration and the environment alike. Each returns the rule that is broken, or nothing.

func checkRegion(text string) string { return unless(isRegion(text), regionRule) }

func checkProtocol(text string) string {
	return unless(text == protocolHTTPS || text == protocolHTTP, protocolRule)
}

func checkConfigurationSource(text string) string {
	return unless(len(text) <= maxConfigurationSource && isPrintable(text), configurationSourceRule)
}

func checkSourceIP(text string) string {
	_, err := netip.ParseAddr(text)
	return unless(err == nil, sourceIPRule)
}

func checkSecureTransport(text string) string {
	return unless(text == "true" || text == "false", secureTransportRule)
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

// settingCheck is the validator that setting returns.
type settingCheck struct {
	rule  string
	check func(string) string
}

// Description implements validator.String.
func (c settingCheck) Description(context.Context) string { return c.rule }

// MarkdownDescription implements validator.String.
func (c settingCheck) MarkdownDescription(ctx context.Context) string { return c.Description(ctx) }

// ValidateString implements validator.String.
func (c settingCheck) ValidateString(ctx context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	text := strings.TrimSpace(req.ConfigValue.ValueString()) // Empty for one that is null or unknown.
	if text == "" {
		return
	}
	rule := c.check(text)
	stringCheck{rule: rule, ok: func(string) bool { return rule == "" }}.ValidateString(ctx, req, resp)
}

// numberCheck accepts a number within limits, and 0 for the default.
type numberCheck struct{ least, most int64 }

// Description implements validator.Int64.
func (c numberCheck) Description(context.Context) string {
	return fmt.Sprintf("must be between %d and %d, or 0 for the default", c.least, c.most)
}

// MarkdownDescription implements validator.Int64.
func (c numberCheck) MarkdownDescription(ctx context.Context) string { return c.Description(ctx) }

// ValidateInt64 implements validator.Int64.
func (c numberCheck) ValidateInt64(ctx context.Context, req validator.Int64Request, resp *validator.Int64Response) {
	n := req.ConfigValue.ValueInt64() // 0 for one that is null or unknown.
	if n != 0 && (n < c.least || n > c.most) {
		resp.Diagnostics.AddAttributeError(req.Path, summary.InvalidValue, fmt.Sprintf("Attribute %s %s, got: %d", req.Path, c.Description(ctx), n))
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
	resp.Diagnostics.AddAttributeError(req.Path, summary.InvalidValue,
		fmt.Sprintf("Attribute %s %s, got: %s", req.Path, c.rule, shown(redact.Address(req.ConfigValue.ValueString()))))
}
