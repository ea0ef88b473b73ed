package provider

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/upgrade"
)

// configure validates a provider block and configures a provider with it, as the CLIs do, and returns the errors and warnings.
func configure(t *testing.T, machine Machine, attributes map[string]any, blocks map[string]map[string]any) []string {
	t.Helper()
	server, err := providerserver.NewProtocol6WithError(New("test", machine)())()
	if err != nil {
		t.Fatal(err)
	}
	value := providerConfig(t, attributes, blocks)
	config, err := tfprotov6.NewDynamicValue(value.Type(), value)
	if err != nil {
		t.Fatal(err)
	}
	validated, err := server.ValidateProviderConfig(t.Context(), &tfprotov6.ValidateProviderConfigRequest{Config: &config})
	if err != nil {
		t.Fatal(err)
	}
	configured, err := server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{Config: &config})
	if err != nil {
		t.Fatal(err)
	}
	var problems []string
	for _, d := range append(validated.Diagnostics, configured.Diagnostics...) {
		problems = append(problems, d.Summary+": "+d.Detail)
	}
	return problems
}

// providerConfig is a provider block.
func providerConfig(t *testing.T, attributes map[string]any, blocks map[string]map[string]any) tftypes.Value {
	t.Helper()
	object := func(of tftypes.Type, given map[string]any) tftypes.Value {
		members := make(map[string]tftypes.Value)
		for name, kind := range of.(tftypes.Object).AttributeTypes { //nolint:forcetypeassert // The schema's.
			if kind.Is(tftypes.List{}) {
				members[name] = tftypes.NewValue(kind, []tftypes.Value{})
				continue
			}
			members[name] = tftypes.NewValue(kind, given[name])
		}
		return tftypes.NewValue(of, members)
	}
	kind := providerSchema().Type().TerraformType(t.Context())
	members := make(map[string]tftypes.Value)
	if err := object(kind, attributes).As(&members); err != nil {
		t.Fatal(err)
	}
	for name, given := range blocks {
		list := members[name].Type().(tftypes.List) //nolint:forcetypeassert // The schema's.
		members[name] = tftypes.NewValue(list, []tftypes.Value{object(list.ElementType, given)})
	}
	return tftypes.NewValue(kind, members)
}

// cliFile makes a home folder with a configuration file of the aliyun CLI.
func cliFile(t *testing.T, text string) string {
	t.Helper()
	home := t.TempDir()
	if err := os.MkdirAll(filepath.Join(home, ".aliyun"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(home, ".aliyun", "config.json"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return home
}

const oneProfile = `{"profiles": [{"name": "p", "mode": "AK", "access_key_id": "of-profile", "access_key_secret": "s", "region_id": "cn-profile"}]}`

// A module passes on optional variables, whose default is "" or 0: to every attribute and block that there is.
func TestAProviderBlockOfEmptyValuesIsConfigured(t *testing.T) {
	empty := func(kind tftypes.Type) any {
		switch {
		case kind.Is(tftypes.String):
			return ""
		case kind.Is(tftypes.Number):
			return 0
		default:
			return false
		}
	}
	attributes, blocks := make(map[string]any), make(map[string]map[string]any)
	for name, kind := range providerSchema().Type().TerraformType(t.Context()).(tftypes.Object).AttributeTypes { //nolint:forcetypeassert // The schema's.
		list, ok := kind.(tftypes.List)
		if !ok {
			attributes[name] = empty(kind)
			continue
		}
		blocks[name] = make(map[string]any)
		for member, kind := range list.ElementType.(tftypes.Object).AttributeTypes { //nolint:forcetypeassert // The schema's.
			blocks[name][member] = empty(kind)
		}
	}
	attributes["profile"] = "p"
	machine := Machine{Home: cliFile(t, oneProfile), Getenv: environ("ALICLOUD_ACCESS_KEY", "of-env", "CLIENT_READ_TIMEOUT", "no", "CS_ENDPOINT", "https://no")}
	if problems := configure(t, machine, attributes, blocks); problems != nil {
		t.Error(strings.Join(problems, "\n"))
	}
}

func TestTheMostCopiedBlockIsConfigured(t *testing.T) {
	problems := configure(t, Machine{Getenv: environ()}, map[string]any{
		"access_key": "a", "secret_key": "b", "region": "cn-hangzhou", "skip_region_validation": true, "account_id": "1234567890123456", "account_type": "Domestic",
		"security_transport": "true", "source_ip": "192.0.2.1",
	}, nil)
	if problems != nil {
		t.Error(strings.Join(problems, "\n"))
	}
}

func TestWhiteSpaceAtTheEndsOfAttributesIsDropped(t *testing.T) {
	problems := configure(t, Machine{Home: cliFile(t, oneProfile), Getenv: environ()}, map[string]any{
		"access_key": "a\n", "secret_key": " b\r\n", "security_token": "t\n", "region": "cn-hangzhou\n", "profile": "p\n", "protocol": " HTTP ",
		"source_ip": "192.0.2.1 ", "secure_transport": " true", "configuration_source": " note ",
	}, map[string]map[string]any{"endpoints": {"cs": " cs.{region}.example\n", "sts": "sts.example "}, "assume_role": {"role_arn": " acs:ram::1:role/r\n"}})
	if problems != nil {
		t.Error(strings.Join(problems, "\n"))
	}
}

func TestInvalidValuesAreErrorsOnTheAttribute(t *testing.T) {
	for name, test := range map[string]struct {
		attributes map[string]any
		endpoints  map[string]any
		want       string
	}{
		"white space in a key":            {map[string]any{"access_key": "a b", "secret_key": "s"}, nil, "The value of the provider's attribute access_key contains white space"},
		"white space in a role":           {map[string]any{"ecs_role_name": "a b"}, nil, "The value of the provider's attribute ecs_role_name contains white space"},
		"a region":                        {map[string]any{"region": "cn hangzhou"}, nil, "Attribute region must be the ID of a region"},
		"an address":                      {map[string]any{"source_ip": "192.0.2.0/24"}, nil, `Attribute source_ip must be an IP address, such as "192.0.2.1"`},
		"neither true nor false":          {map[string]any{"secure_transport": "yes"}, nil, `Attribute secure_transport must be "true" or "false"`},
		"the same of the older name":      {map[string]any{"security_transport": "1"}, nil, `Attribute security_transport must be "true" or "false"`},
		"an IPv6 address without a port":  {nil, map[string]any{"cs": "[::1]"}, "must have its IPv6 address in brackets, followed by a port"},
		"an IPv6 address without braces":  {nil, map[string]any{"sts": "2001:db8::1"}, "must have its IPv6 address in brackets, followed by a port"},
		"something else than the region":  {nil, map[string]any{"cs": "cs.{zone}.example"}, `"{region}" in it is replaced with the region`},
		"a negative number of time units": {map[string]any{"max_retry_timeout": -1}, nil, "must be between 1 and 86400, or 0 for the default, got: -1"},
	} {
		t.Run(name, func(t *testing.T) {
			attributes := map[string]any{"access_key": "a", "secret_key": "b"}
			if test.attributes["ecs_role_name"] != nil {
				attributes = map[string]any{}
			}
			for name, value := range test.attributes {
				attributes[name] = value
			}
			blocks := map[string]map[string]any{}
			if test.endpoints != nil {
				blocks["endpoints"] = test.endpoints
			}
			problems := strings.Join(configure(t, Machine{Getenv: environ()}, attributes, blocks), "\n")
			if !strings.Contains(problems, test.want) {
				t.Errorf("got  %s\nwant %s", problems, test.want)
			}
		})
	}
}

// sent makes one request with a provider block and an environment, and returns it.
func sent(t *testing.T, model providerModel, region types.String, env ...string) *http.Request {
	t.Helper()
	var last wire
	s, diags := resolveSettings(t.Context(), model, Machine{
		Home: cliFile(t, oneProfile), Getenv: environ(append(env, "ALICLOUD_ACCESS_KEY", "a", "ALICLOUD_SECRET_KEY", "b")...),
		Transport: func(time.Duration, time.Duration) http.RoundTripper { return &last },
	})
	if diags.HasError() {
		t.Fatal(diags)
	}
	s.userAgent = userAgent("test", s.configurationSource)
	reader, _, diags := newConnections(s).reader(region, "cluster c1")
	if diags.HasError() || diags.WarningsCount() > 0 {
		t.Fatal(diags)
	}
	if _, err := reader.Read(context.WithoutCancel(t.Context()), upgrade.Query{ClusterID: "c1"}); err != nil {
		t.Fatal(err)
	}
	return last.last
}

func TestSecureTransportHasAnOlderName(t *testing.T) {
	const older, newer = "ALICLOUD_SECURITY_TRANSPORT", "ALIBABA_CLOUD_SECURE_TRANSPORT"
	text := types.StringValue
	for name, test := range map[string]struct {
		model providerModel
		env   []string
		want  string
	}{
		"the older attribute":               {providerModel{SecurityTransport: text("true")}, nil, "true"},
		"above the environment":             {providerModel{SecurityTransport: text("true")}, []string{newer, "false"}, "true"},
		"below the newer attribute":         {providerModel{SecurityTransport: text("true"), SecureTransport: text("false")}, nil, "false"},
		"beside an empty newer attribute":   {providerModel{SecurityTransport: text("true"), SecureTransport: text("")}, nil, "true"},
		"both empty, above the environment": {providerModel{SecurityTransport: text(""), SecureTransport: text("")}, []string{older, "true"}, ""},
		"the older variable":                {providerModel{}, []string{older, "true"}, "true"},
		"below the newer variable":          {providerModel{}, []string{older, "true", newer, "false"}, "false"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := sent(t, test.model, types.StringNull(), test.env...).Header.Get("X-Acs-Secure-Transport"); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestTheRegionInAnEndpointIsTheRegionOfTheCluster(t *testing.T) {
	cs := providerModel{Endpoints: endpoints(types.StringValue("cs-vpc.{region}.example:8443"))}
	for name, test := range map[string]struct {
		region types.String
		env    []string
		want   string
	}{
		"the provider's": {types.StringNull(), []string{"ALICLOUD_REGION", "cn-shanghai"}, "cs-vpc.cn-shanghai.example:8443"},
		"the block's":    {types.StringValue("cn-hangzhou"), []string{"ALICLOUD_REGION", "cn-shanghai"}, "cs-vpc.cn-hangzhou.example:8443"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := sent(t, cs, test.region, test.env...).URL.Host; got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func TestTheUserAgentHasBothNotes(t *testing.T) {
	for name, test := range map[string]struct {
		attribute types.String
		want      string
	}{
		"the attribute and the variable":                {types.StringValue("module/x"), "module/x pipeline/y"},
		"the variable alone":                            {types.StringNull(), "pipeline/y"},
		"an empty attribute, which keeps the other out": {types.StringValue(""), ""},
	} {
		t.Run(name, func(t *testing.T) {
			agent := sent(t, providerModel{ConfigurationSource: test.attribute}, types.StringNull(), "TF_APPEND_USER_AGENT", "pipeline/y").UserAgent()
			_, got, _ := strings.Cut(agent+" ", " go")
			_, got, _ = strings.Cut(got, " ")
			if diff := cmp.Diff(test.want, strings.TrimSpace(got)); diff != "" {
				t.Errorf("%s: -want +got:\n%s", agent, diff)
			}
		})
	}
}
