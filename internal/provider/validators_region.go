package provider

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/summary"
)

// The documented words of clusters. Neither list is closed: the API may have more.
var (
	clusterStates = []string{
		"initial", "failed", "running", "upgrading", "updating", "scaling", "removing", "draining", "inactive", "unavailable", "waiting", "disconnected",
		"deleting", "deleted", "delete_failed",
	}
	clusterProfiles = []string{"Default", "Edge", "Serverless", "Lingjun", "Acs"}
)

// regexValidator takes a regular expression.
func regexValidator() validator.String {
	return stringCheck{
		rule: "must be a regular expression in the syntax RE2, such as \"^shop-\"",
		ok: func(text string) bool {
			_, err := regexp.Compile(text)
			return err == nil
		},
	}
}

// knownWords takes a set of at least one word, and warns of a word that is not a documented one: most likely it is mistyped, and
// finds nothing.
type knownWords struct {
	noun  string
	known []string
}

// Description implements validator.Set.
func (v knownWords) Description(context.Context) string {
	return fmt.Sprintf("must contain at least one %s", v.noun)
}

// MarkdownDescription implements validator.Set.
func (v knownWords) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateSet implements validator.Set.
func (v knownWords) ValidateSet(_ context.Context, req validator.SetRequest, resp *validator.SetResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if len(req.ConfigValue.Elements()) == 0 {
		resp.Diagnostics.AddAttributeError(req.Path, summary.Empty(req.Path.String()),
			fmt.Sprintf("Name at least one %s, or remove %s.", v.noun, req.Path))
	}
	for _, element := range req.ConfigValue.Elements() {
		word, ok := element.(types.String)
		text := word.ValueString()
		switch {
		case !ok || element.IsUnknown():
		case element.IsNull() || strings.TrimSpace(text) == "":
			resp.Diagnostics.AddAttributeError(req.Path, summary.ContainsEmpty(req.Path.String()), fmt.Sprintf("Remove the value, or replace it with a %s.", v.noun))
		case !slices.ContainsFunc(v.known, func(k string) bool { return strings.EqualFold(k, strings.TrimSpace(text)) }):
			detail := fmt.Sprintf("Documented are %s. If the API has no such %s, nothing is found.", strings.Join(v.known, ", "), v.noun)
			if near := nearestOf(text, v.known); near != "" {
				detail = fmt.Sprintf("Did you mean %q? %s", near, detail)
			}
			resp.Diagnostics.AddAttributeWarning(req.Path.AtSetValue(element), summary.ContainsUndocumented(req.Path.String(), quotedForMessage(text), v.noun), detail)
		}
	}
}

// nearestOf is nearest for words of any letter case.
func nearestOf(text string, words []string) string {
	for _, word := range words {
		if nearest(text, []string{strings.ToLower(word)}) != "" {
			return word
		}
	}
	return ""
}

// tagsCheck takes tags with keys and values. An empty map is no filter, as a variable with an empty default gives it.
type tagsCheck struct{}

// Description implements validator.Map.
func (tagsCheck) Description(context.Context) string {
	return "must contain tags with a key and a value"
}

// MarkdownDescription implements validator.Map.
func (v tagsCheck) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateMap implements validator.Map.
func (tagsCheck) ValidateMap(_ context.Context, req validator.MapRequest, resp *validator.MapResponse) {
	for key, value := range req.ConfigValue.Elements() {
		switch {
		case strings.TrimSpace(key) == "":
			resp.Diagnostics.AddAttributeError(req.Path, summary.EmptyTagKey, "Remove the key, or replace it with a tag key.")
		case value.IsNull():
			resp.Diagnostics.AddAttributeError(req.Path.AtMapKey(key), summary.NullTag(key),
				"Set the value that the tag must have, or remove the key. An empty string stands for a tag without a value.")
		}
	}
}
