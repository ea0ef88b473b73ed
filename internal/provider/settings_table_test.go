package provider

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/credentials"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/upgrade"
)

// tableRow is a setting of the table: what is used of it, by what goes over the wire or by the times that are kept.
type tableRow struct {
	setting   credentials.Setting
	attribute func(*providerModel, *string)
	values    []string // for the attribute, then for each variable
	read      func(settings, *http.Request) string
}

// Each setting that is not about credentials, with its value set, with white space at its ends, empty, blank and absent: what is
// used then. All variables that come after it have a value. The others are in package credentials' testdata.
func TestTheTableOfSettings(t *testing.T) {
	header := func(name string) func(settings, *http.Request) string {
		return func(_ settings, r *http.Request) string { return r.Header.Get(name) }
	}
	text := func(put func(*providerModel, types.String)) func(*providerModel, *string) {
		return func(m *providerModel, value *string) { put(m, types.StringPointerValue(value)) }
	}
	number := func(put func(*providerModel, types.Int64)) func(*providerModel, *string) {
		return func(m *providerModel, value *string) {
			put(m, types.Int64Null())
			if value != nil {
				n, _ := strconv.ParseInt(strings.TrimSpace(*value), 10, 64) // An empty text is a 0.
				put(m, types.Int64Value(n))
			}
		}
	}
	older := settingSecureTransport
	older.Attribute = "security_transport"
	rows := []tableRow{
		{
			settingEndpointCS, func(m *providerModel, v *string) { m.Endpoints = endpoints(types.StringPointerValue(v)) },
			[]string{"attribute:1", "first:1", "second:1"},
			func(_ settings, r *http.Request) string { return r.URL.Host },
		},
		{settingProtocol, text(func(m *providerModel, v types.String) { m.Protocol = v }), []string{"HTTP"}, func(_ settings, r *http.Request) string { return r.URL.Scheme }},
		{settingReadTimeout, number(func(m *providerModel, v types.Int64) { m.ClientReadTimeout = v }), []string{"1000", "2000"}, func(s settings, _ *http.Request) string { return s.readTimeout.String() }},
		{settingConnectTimeout, number(func(m *providerModel, v types.Int64) { m.ClientConnectTimeout = v }), []string{"1000", "2000"}, func(s settings, _ *http.Request) string { return s.connectTimeout.String() }},
		{settingMaxRetryTimeout, number(func(m *providerModel, v types.Int64) { m.MaxRetryTimeout = v }), []string{"10", "20"}, func(s settings, _ *http.Request) string { return s.retryTimeout.String() }},
		{settingConfigurationSource, text(func(m *providerModel, v types.String) { m.ConfigurationSource = v }), []string{"attribute", "variable"}, func(s settings, _ *http.Request) string { return s.configurationSource }},
		{settingSourceIP, text(func(m *providerModel, v types.String) { m.SourceIP = v }), []string{"192.0.2.1", "192.0.2.2", "192.0.2.3"}, header("X-Acs-Source-Ip")},
		{settingSecureTransport, text(func(m *providerModel, v types.String) { m.SecureTransport = v }), []string{"true", "false", "true", "false", "true"}, header("X-Acs-Secure-Transport")},
		{older, text(func(m *providerModel, v types.String) { m.SecurityTransport = v }), []string{"true", "false", "true", "false", "true"}, header("X-Acs-Secure-Transport")},
	}
	var all strings.Builder
	for _, r := range rows {
		r.write(t, &all, "attribute "+r.setting.Attribute, r.values[0], func(value *string, env []string) (providerModel, []string) {
			var model providerModel
			r.attribute(&model, value)
			return model, env
		}, 0)
		if r.setting.Attribute == older.Attribute {
			continue // Its variables are those of the newer name.
		}
		for i, name := range r.setting.Variables {
			r.write(t, &all, "variable "+name, r.values[i+1], func(value *string, env []string) (providerModel, []string) {
				if value != nil {
					env = append(env, name, *value)
				}
				return providerModel{}, env
			}, i+1)
		}
	}
	const path = "testdata/settings.txt"
	if *update {
		if err := os.WriteFile(path, []byte(all.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), all.String()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// write writes what is used in each state of one place, above the variables from the given one on.
func (r tableRow) write(t *testing.T, all *strings.Builder, name, given string, put func(*string, []string) (providerModel, []string), from int) {
	t.Helper()
	fmt.Fprintln(all, name)
	white, empty, blank := " "+given+"\r\n", "", " \t"
	var outcomes []string
	states := make(map[string][]string) // by the outcome that they have
	for _, state := range []struct {
		name  string
		value *string
	}{{"set", &given}, {"with white space", &white}, {"empty", &empty}, {"blank", &blank}, {"absent", nil}} {
		env := []string{"ALICLOUD_ACCESS_KEY", "a", "ALICLOUD_SECRET_KEY", "b"}
		for i, variable := range r.setting.Variables[from:] {
			env = append(env, variable, r.values[from+i+1])
		}
		model, env := put(state.value, env)
		used := r.used(t, model, env)
		if used == "" {
			used = "nothing"
		}
		if states[used] == nil {
			outcomes = append(outcomes, used)
		}
		states[used] = append(states[used], state.name)
	}
	for _, used := range outcomes {
		fmt.Fprintf(all, "  %-30s %s\n", strings.Join(states[used], ", ")+":", used)
	}
}

func (r tableRow) used(t *testing.T, model providerModel, env []string) string {
	t.Helper()
	var last wire
	s, diags := resolveSettings(t.Context(), model, Machine{
		Getenv: environ(env...), Transport: func(time.Duration, time.Duration) http.RoundTripper { return &last },
	})
	if diags.HasError() {
		return "error: " + diags[0].Detail()
	}
	reader, _, _ := newConnections(s).reader(types.StringNull(), "cluster c1")
	if _, err := reader.Read(context.WithoutCancel(t.Context()), upgrade.Query{ClusterID: "c1"}); err != nil {
		t.Fatal(err)
	}
	return r.read(s, last.last)
}
