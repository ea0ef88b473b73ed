package provider

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/summary"
)

// oneOf takes one of some words.
func oneOf(words ...string) validator.String {
	return wordCheck{words}
}

// wordCheck is the validator that oneOf returns.
type wordCheck struct{ words []string }

// Description implements validator.String.
func (c wordCheck) Description(context.Context) string { return "must be " + alternatives(c.words) }

// MarkdownDescription implements validator.String.
func (c wordCheck) MarkdownDescription(ctx context.Context) string { return c.Description(ctx) }

// ValidateString implements validator.String.
func (c wordCheck) ValidateString(ctx context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	rule := c.Description(ctx)
	if near := nearest(req.ConfigValue.ValueString(), c.words); near != "" {
		rule += fmt.Sprintf(" (did you mean %q?)", near)
	}
	stringCheck{rule: rule, ok: func(text string) bool { return slices.Contains(c.words, text) }}.ValidateString(ctx, req, resp)
}

// someOf takes a set of at least one of some words.
func someOf(noun string, words ...string) validator.Set { return wordsCheck{noun, words} }

// wordsCheck is the validator that someOf returns.
type wordsCheck struct {
	noun  string
	words []string
}

// Description implements validator.Set.
func (c wordsCheck) Description(context.Context) string {
	return "must contain at least one of " + strings.Join(c.words, ", ")
}

// MarkdownDescription implements validator.Set.
func (c wordsCheck) MarkdownDescription(ctx context.Context) string { return c.Description(ctx) }

// ValidateSet implements validator.Set.
func (c wordsCheck) ValidateSet(_ context.Context, req validator.SetRequest, resp *validator.SetResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if len(req.ConfigValue.Elements()) == 0 {
		resp.Diagnostics.AddAttributeError(req.Path, summary.Empty(req.Path.String()),
			fmt.Sprintf("An empty set allows no %s. Add at least one of %s, or remove %s.", c.noun, alternatives(c.words), req.Path))
	}
	for _, element := range req.ConfigValue.Elements() {
		word, ok := element.(types.String)
		switch {
		case !ok, element.IsUnknown(), slices.Contains(c.words, word.ValueString()):
		case element.IsNull():
			resp.Diagnostics.AddAttributeError(req.Path, summary.ContainsNull(req.Path.String()), fmt.Sprintf("Remove the null, or replace it with a %s: %s.", c.noun, alternatives(c.words)))
		default:
			detail := fmt.Sprintf("Use %s.", alternatives(c.words))
			if near := nearest(word.ValueString(), c.words); near != "" {
				detail = fmt.Sprintf("Did you mean %q? %s", near, detail)
			}
			resp.Diagnostics.AddAttributeError(req.Path.AtSetValue(element), summary.ContainsOther(req.Path.String(), quotedForMessage(word.ValueString()), c.noun), detail)
		}
	}
}

func quotedForMessage(text string) string {
	if s := shown(text); s != text {
		return s
	}
	return fmt.Sprintf("%q", text)
}

// alternatives writes words as a message does: "a", "b" or "c".
func alternatives(words []string) string {
	quoted := make([]string, len(words))
	for i, word := range words {
		quoted[i] = fmt.Sprintf("%q", word)
	}
	if len(quoted) < 2 {
		return strings.Join(quoted, "")
	}
	return strings.Join(quoted[:len(quoted)-1], ", ") + " or " + quoted[len(quoted)-1]
}

// nearest returns the word that was most likely meant: one that has the text's beginning, in any letter case.
func nearest(text string, words []string) string {
	const enough = 4
	folded := strings.ToLower(strings.TrimSpace(text))
	for _, word := range words {
		if len(folded) >= enough && (strings.HasPrefix(word, folded[:enough]) || strings.HasPrefix(folded, word)) {
			return word
		}
	}
	return ""
}
