package provider

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/endpoint"
)

func TestTheErrorAboutAnEndpointWithAPasswordOmitsThePassword(t *testing.T) {
	for _, text := range []string{"admin:hunter2@cs.example.com", "https://admin:hunter2@cs.example.com"} {
		var resp validator.StringResponse
		settingCheck{rule: endpoint.Rule, check: endpoint.Check}.ValidateString(t.Context(), validator.StringRequest{
			Path: path.Root("endpoints").AtListIndex(0).AtName("cs"), ConfigValue: types.StringValue(text),
		}, &resp)
		if len(resp.Diagnostics) != 1 || strings.Contains(resp.Diagnostics[0].Detail(), "hunter2") || !strings.Contains(resp.Diagnostics[0].Detail(), "(hidden)@cs.example.com") {
			t.Errorf("got %v", resp.Diagnostics)
		}
	}
}
