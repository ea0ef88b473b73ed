package provider

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acs3"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/credentials"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/summary"
)

var endpointsType = types.ObjectType{AttrTypes: map[string]attr.Type{"cs": types.StringType, "sts": types.StringType}}

func endpoints(cs types.String) types.List {
	return types.ListValueMust(endpointsType, []attr.Value{types.ObjectValueMust(endpointsType.AttrTypes, map[string]attr.Value{"cs": cs, "sts": types.StringNull()})})
}

func TestSecretsAreSensitive(t *testing.T) {
	s := providerSchema()
	oidc, ok := s.Blocks["assume_role_with_oidc"].(schema.ListNestedBlock)
	if !ok {
		t.Fatalf("assume_role_with_oidc is a %T", s.Blocks["assume_role_with_oidc"])
	}
	for name, attribute := range map[string]schema.Attribute{
		"secret_key":     s.Attributes["secret_key"],
		"security_token": s.Attributes["security_token"],
		"oidc_token":     oidc.NestedObject.Attributes["oidc_token"],
	} {
		if !attribute.IsSensitive() {
			t.Errorf("%s is shown in plans", name)
		}
	}
}

func signedWith(s settings) acs3.Credentials {
	c, err := s.credentials(context.Background())
	if err != nil {
		return acs3.Credentials{}
	}
	return c
}

func TestAnEmptyTokenAttributeOverridesTheEnvironment(t *testing.T) {
	model := providerModel{SecurityToken: types.StringValue("")}
	s, diags := resolveSettings(t.Context(), model, Machine{Getenv: environ("ALICLOUD_ACCESS_KEY", "a", "ALICLOUD_SECRET_KEY", "b", "ALICLOUD_SECURITY_TOKEN", "c")})
	if diags.HasError() || signedWith(s).SecurityToken != "" || signedWith(s).ProviderName != "static_ak" {
		t.Errorf("got %+v, %v", signedWith(s), diags)
	}
}

// Every single setting can be known only after apply; the error names it, with any other settings.
func TestUnknownSettingsAreNamed(t *testing.T) {
	empty := func() map[string]tftypes.Value {
		all := make(map[string]tftypes.Value)
		for name, attribute := range providerSchema().Attributes {
			all[name] = tftypes.NewValue(attribute.GetType().TerraformType(t.Context()), nil)
		}
		for name, block := range providerSchema().Blocks {
			all[name] = tftypes.NewValue(block.Type().TerraformType(t.Context()), []tftypes.Value{})
		}
		all["access_key"] = tftypes.NewValue(tftypes.String, "testak")
		all["secret_key"] = tftypes.NewValue(tftypes.String, "testsk")
		return all
	}
	check := func(name string, change func(map[string]tftypes.Value)) {
		t.Run(name, func(t *testing.T) {
			values := empty()
			change(values)
			config := tfsdk.Config{Schema: providerSchema(), Raw: tftypes.NewValue(providerSchema().Type().TerraformType(t.Context()), values)}
			var model providerModel
			if diags := config.Get(t.Context(), &model); diags.HasError() {
				t.Fatal(diags)
			}
			s, diags := resolveSettings(t.Context(), model, Machine{Getenv: environ()})
			if diags.HasError() {
				t.Fatal(diags)
			}
			if diff := cmp.Diff([]string{name}, s.unknown); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
	role := tftypes.NewValue(tftypes.String, "acs:ram::1:role/x")
	ignored := []string{"skip_region_validation", "account_id", "account_type"}
	for name, attribute := range providerSchema().Attributes {
		if slices.Contains(ignored, name) {
			continue // Nothing waits for these.
		}
		check(name, func(values map[string]tftypes.Value) {
			values[name] = tftypes.NewValue(attribute.GetType().TerraformType(t.Context()), tftypes.UnknownValue)
		})
	}
	for name, block := range providerSchema().Blocks {
		list, ok := block.Type().TerraformType(t.Context()).(tftypes.List)
		if !ok {
			t.Fatalf("%s is no list", name)
		}
		if name != "endpoints" { // Its attributes are what is named.
			check(name, func(values map[string]tftypes.Value) { values[name] = tftypes.NewValue(list, tftypes.UnknownValue) })
		}
		object, ok := list.ElementType.(tftypes.Object)
		if !ok {
			t.Fatalf("%s is no list of objects", name)
		}
		for attribute := range object.AttributeTypes {
			check(name+"."+attribute, func(values map[string]tftypes.Value) {
				members := make(map[string]tftypes.Value)
				for member, of := range object.AttributeTypes {
					members[member] = tftypes.NewValue(of, nil)
				}
				members[attribute] = tftypes.NewValue(object.AttributeTypes[attribute], tftypes.UnknownValue)
				values[name] = tftypes.NewValue(list, []tftypes.Value{tftypes.NewValue(object, members)})
				if name == "endpoints" { // STS is used only for a role.
					values["assume_role"] = roleBlock(t, role)
				}
			})
		}
	}
}

// roleBlock is a block assume_role with nothing but a role in it.
func roleBlock(t *testing.T, arn tftypes.Value) tftypes.Value {
	t.Helper()
	list, ok := providerSchema().Blocks["assume_role"].Type().TerraformType(t.Context()).(tftypes.List)
	if !ok {
		t.Fatal("assume_role is no list")
	}
	object, ok := list.ElementType.(tftypes.Object)
	if !ok {
		t.Fatal("assume_role is no list of objects")
	}
	members := make(map[string]tftypes.Value)
	for member, of := range object.AttributeTypes {
		members[member] = tftypes.NewValue(of, nil)
	}
	members["role_arn"] = arn
	return tftypes.NewValue(list, []tftypes.Value{tftypes.NewValue(object, members)})
}

// A role is assumed in the provider's region, so a cluster with its own region needs it too.
func TestAnUnknownRegionIsAnErrorForARole(t *testing.T) {
	for name, test := range map[string]struct {
		env  []string
		want string
	}{
		"with an access key":      {nil, ""},
		"with OIDC":               {[]string{"ALIBABA_CLOUD_ROLE_ARN", "acs:ram::1:role/x", "ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "acs:ram::1:oidc-provider/x", "ALIBABA_CLOUD_OIDC_TOKEN_FILE", "token"}, "region"},
		"with a region elsewhere": {[]string{"ALICLOUD_REGION", "cn-shanghai"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			model := providerModel{Region: types.StringUnknown()}
			if test.want == "" {
				model.AccessKey, model.SecretKey = types.StringValue("testak"), types.StringValue("testsk")
			}
			s, diags := resolveSettings(t.Context(), model, Machine{Getenv: environ(test.env...)})
			if diags.HasError() {
				t.Fatal(diags)
			}
			if got := s.unknownFor(true); got != test.want {
				t.Errorf("a read with a region of its own needs %q, want %q", got, test.want)
			}
			if got := s.unknownFor(false); got != "region" {
				t.Errorf("a read without one needs %q", got)
			}
		})
	}
}

func TestTheEndpointOfAConnection(t *testing.T) {
	static := func(context.Context) (acs3.Credentials, error) {
		return acs3.Credentials{}, errors.New("not used")
	}
	base := settings{
		region: credentials.Value{Text: "cn-beijing", From: "the default"}, credentials: static, protocol: "HTTPS",
		readTimeout: time.Second, connectTimeout: time.Second,
		transport: func(time.Duration, time.Duration) http.RoundTripper { return &wire{} },
	}
	overridden := base
	overridden.endpoint = credentials.Value{Text: "cs.example.com:8443", From: "somewhere"}
	here := base
	here.endpoint = credentials.Value{Text: "127.0.0.1:80", From: "somewhere"}
	patterned := base
	patterned.endpoint = credentials.Value{Text: "cs-vpc.{region}.example.com", From: "somewhere"}
	unknown := base
	unknown.unknown = []string{"region"}
	for name, test := range map[string]struct {
		settings settings
		region   types.String
		want     target
		fails    string
		warns    bool
	}{
		"the provider's region": {base, types.StringNull(), target{region: "cn-beijing", regionFrom: "the default", endpoint: "cs.cn-beijing.aliyuncs.com"}, "", false},
		"the block's region": {
			base, types.StringValue("ap-southeast-1"),
			target{region: "ap-southeast-1", regionFrom: "the attribute region of this block", endpoint: "cs.ap-southeast-1.aliyuncs.com"},
			"", false,
		},
		"an endpoint above any region": {
			overridden, types.StringValue("ap-southeast-1"),
			target{region: "ap-southeast-1", regionFrom: "the attribute region of this block", endpoint: "cs.example.com:8443", endpointFrom: "somewhere"},
			"", true,
		},
		"an endpoint on this machine": {
			here, types.StringValue("ap-southeast-1"),
			target{region: "ap-southeast-1", regionFrom: "the attribute region of this block", endpoint: "127.0.0.1:80", endpointFrom: "somewhere"},
			"", false,
		},
		"an endpoint with the region in it": {
			patterned, types.StringValue("ap-southeast-1"),
			target{region: "ap-southeast-1", regionFrom: "the attribute region of this block", endpoint: "cs-vpc.ap-southeast-1.example.com", endpointFrom: "somewhere"},
			"", false,
		},
		"a region of its own where the provider's is not known": {
			unknown, types.StringValue("ap-southeast-1"),
			target{region: "ap-southeast-1", regionFrom: "the attribute region of this block", endpoint: "cs.ap-southeast-1.aliyuncs.com"},
			"", false,
		},
		"the provider's region that is not known": {unknown, types.StringNull(), target{}, summary.UnknownSetting("region"), false},
	} {
		t.Run(name, func(t *testing.T) {
			c := newConnections(test.settings)
			reader, got, diags := c.reader(test.region, "cluster c1")
			if test.fails != "" {
				if !diags.HasError() || !strings.HasPrefix(diags[0].Summary(), test.fails) {
					t.Errorf("got %v", diags)
				}
				return
			}
			if diff := cmp.Diff(test.want, got, cmp.AllowUnexported(target{}, subject{})); diff != "" || diags.HasError() || diags.WarningsCount() > 0 != test.warns {
				t.Errorf("%v\n-want +got:\n%s", diags, diff)
			}
			if again, _, _ := c.reader(test.region, "cluster c1"); again != reader {
				t.Error("a second read has a reader, and so a pool of connections, of its own")
			}
		})
	}
}

func TestUserAgent(t *testing.T) {
	plain, noted := userAgent("1.2.3", ""), userAgent("1.2.3", "module/x")
	if !strings.HasPrefix(plain, "terraform-provider-ackupgrade/1.2.3 (") || noted != plain+" module/x" {
		t.Errorf("got %q and %q", plain, noted)
	}
}
