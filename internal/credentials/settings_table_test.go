package credentials

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"
)

// setup is all that a row of the table of settings is made of.
type setup struct {
	in     Input
	env    map[string]string
	fields map[string]any // of the profile p0
	file   map[string]any // of the file
	others []string       // other profiles with a key of their own
}

func (s *setup) input(t *testing.T) Input {
	t.Helper()
	in := s.in
	in.Getenv = func(name string) string { return s.env[name] }
	if s.fields != nil {
		if s.fields["name"] == nil {
			s.fields["name"] = "p0"
		}
		if s.file == nil {
			s.file = map[string]any{}
		}
		all := []any{s.fields}
		for _, name := range append(s.others, "base") {
			all = append(all, map[string]any{"name": name, "mode": "AK", "access_key_id": "LTAI-of-" + name, "access_key_secret": "s"})
		}
		s.file["profiles"] = all
		data, err := json.Marshal(s.file)
		if err != nil {
			t.Fatal(err)
		}
		if in.Home == "" {
			in.Home = home(t, string(data))
		}
	}
	return in
}

// What is used of an input. If there is an error, each returns its message.
func region(t *testing.T, in Input) string {
	t.Helper()
	resolved, err := Resolve(in)
	return orError(err, func() string { return resolved.Region.Text })
}

func signedBy(field func(id, secret, token string) string) func(*testing.T, Input) string {
	return func(t *testing.T, in Input) string {
		t.Helper()
		resolved, err := Resolve(in)
		return orError(err, func() string {
			c, err := resolved.Source(t.Context())
			return orError(err, func() string { return field(c.AccessKeyID, c.AccessKeySecret, c.SecurityToken) })
		})
	}
}

func source(t *testing.T, in Input) string {
	t.Helper()
	resolved, err := Resolve(in)
	return orError(err, func() string { return resolved.About })
}

// toSTS is a parameter of what goes to STS.
func toSTS(parameter string) func(*testing.T, Input) string {
	return func(t *testing.T, in Input) string {
		t.Helper()
		got := "no request"
		in.STSEndpoint = overTLS(t, func(w http.ResponseWriter, r *http.Request) {
			got = cmp.Or(r.FormValue(parameter), "none")
			_, _ = w.Write([]byte(stsResponse("STS.session0", time.Hour)))
		})
		resolved, err := Resolve(in)
		return orError(err, func() string {
			_, err := resolved.Source(t.Context())
			return orError(err, func() string { return got })
		})
	}
}

func orError(err error, otherwise func() string) string {
	if err == nil {
		return otherwise()
	}
	text, _, _ := strings.Cut(err.Error(), "\n")
	if failed := (*FetchError)(nil); errors.As(err, &failed) {
		text = failed.Reason
	}
	if _, reason, ok := strings.Cut(text, "(selected by the provider's attribute profile): "); ok {
		text = reason
	}
	text, _, _ = strings.Cut(text, " (from ")
	return "error: " + text
}

// row is one attribute, variable or profile field.
type row struct {
	name  string
	value func(text string) string // a value of it that is set
	put   func(s *setup, text *string)
	base  func(s *setup) // what else there is
	read  func(*testing.T, Input) string
}

// setting is one with an attribute, variables and a field of the profile, each above the one after it.
type tableSetting struct {
	setting Setting
	put     func(s *setup, text *string) // the attribute
	field   string
	base    func(s *setup)
	value   func(text string) string
	read    func(*testing.T, Input) string
}

func (s tableSetting) rows() []row {
	value := s.value
	if value == nil {
		value = func(text string) string { return text }
	}
	below := func(variables []string) func(*setup) {
		return func(c *setup) {
			s.base(c)
			for _, name := range variables {
				c.env[name] = value("of-" + strings.ToLower(strings.ReplaceAll(name, "_", "-")))
			}
			if s.field != "" {
				c.fields[s.field] = value("of-the-profile")
			}
		}
	}
	rows := []row{{"attribute " + s.setting.Attribute, value, s.put, below(s.setting.Variables), s.read}}
	for i, name := range s.setting.Variables {
		rows = append(rows, row{"variable " + name, value, func(c *setup, text *string) {
			delete(c.env, name)
			if text != nil {
				c.env[name] = *text
			}
		}, below(s.setting.Variables[i+1:]), s.read})
	}
	if s.field != "" {
		rows = append(rows, fieldRow(s.field, value, s.base, s.read))
	}
	return rows
}

func fieldRow(field string, value func(string) string, base func(*setup), read func(*testing.T, Input) string) row {
	return row{"profile field " + field, value, func(c *setup, text *string) {
		delete(c.fields, field)
		if text != nil {
			c.fields[field] = *text
		}
	}, base, read}
}

// profileOf is a base with a profile that is named, and nothing else.
func profileOf(fields map[string]any) func(*setup) {
	return func(c *setup) { c.fields, c.in.Profile = maps.Clone(fields), ptr("p0") }
}

func withKeyPair(c *setup) {
	profileOf(map[string]any{"mode": "StsToken", "access_key_id": "LTAI0123", "access_key_secret": "secret", "sts_token": "token"})(c)
}

func withRole(c *setup) {
	profileOf(map[string]any{"mode": "RamRoleArn", "access_key_id": "LTAI0123", "access_key_secret": "secret", "ram_role_arn": "role"})(c)
	c.in.AssumeRole = &AssumeRole{}
}

func withOIDC(c *setup) {
	c.in.AssumeRoleWithOIDC = &AssumeRoleWithOIDC{OIDCProviderARN: ptr("idp"), RoleARN: ptr("role"), OIDCToken: ptr("token")}
}

// withoutOIDC is a block that lacks something.
func withoutOIDC(remove func(*AssumeRoleWithOIDC)) func(*setup) {
	return func(c *setup) {
		withOIDC(c)
		remove(c.in.AssumeRoleWithOIDC)
	}
}

// Every setting that selects the source of the credentials, each with its value set, empty, blank, with white space at its ends, and
// absent: what is used then. All settings that come after it have a value.
func TestTheTableOfSettings(t *testing.T) {
	number := func(text string) string { return strconv.Itoa(1000 + len(text)) }
	link := func(text string) string { return "http://" + text }
	id := signedBy(func(id, _, _ string) string { return id })
	secret := signedBy(func(_, secret, _ string) string { return secret })
	token := signedBy(func(_, _, token string) string { return cmp.Or(token, "none") })
	otherFile := func(text string) string { return "/nowhere/" + text }
	var rows []row
	for _, s := range []tableSetting{
		{AccessKey, func(c *setup, v *string) { c.in.AccessKey = v }, "access_key_id", withKeyPair, nil, id},
		{SecretKey, func(c *setup, v *string) { c.in.SecretKey = v }, "access_key_secret", withKeyPair, nil, secret},
		{SecurityToken, func(c *setup, v *string) { c.in.SecurityToken = v }, "sts_token", withKeyPair, nil, token},
		{Region, func(c *setup, v *string) { c.in.Region = v }, "region_id", withKeyPair, nil, region},
		{Profile, func(c *setup, v *string) { c.in.Profile = v }, "", func(c *setup) {
			c.fields = map[string]any{"mode": "AK", "access_key_id": "LTAI-of-the-current-profile", "access_key_secret": "s"}
			c.file = map[string]any{"current": "p0"}
			c.others = []string{"given", "of-alicloud-profile", "of-alibaba-cloud-profile", "of-alibabacloud-profile"}
		}, nil, id},
		{File, func(c *setup, v *string) { c.in.SharedCredentialsFile = v }, "", withKeyPair, otherFile, source},
		{URI, func(c *setup, v *string) { c.in.CredentialsURI = v }, "credentials_uri", profileOf(map[string]any{"mode": "CredentialsURI"}), link, source},
		{ECSRoleName, func(c *setup, v *string) { c.in.ECSRoleName = v }, "ram_role_name", profileOf(map[string]any{"mode": "EcsRamRole"}), nil, source},
		{STSEndpoint, func(c *setup, v *string) { c.in.STSEndpoint = v }, "sts_endpoint", withRole, nil, source},
		{RoleARN, func(c *setup, v *string) { c.in.AssumeRole.RoleARN = v }, "ram_role_arn", withRole, nil, toSTS("RoleArn")},
		{RoleSessionName, func(c *setup, v *string) { c.in.AssumeRole.SessionName = v }, "ram_session_name", withRole, nil, toSTS("RoleSessionName")},
		{Setting{Attribute: "assume_role.policy"}, func(c *setup, v *string) { c.in.AssumeRole.Policy = v }, "policy", withRole, nil, toSTS("Policy")},
		{Setting{Attribute: "assume_role.external_id"}, func(c *setup, v *string) { c.in.AssumeRole.ExternalID = v }, "external_id", withRole, nil, toSTS("ExternalId")},
		{OIDCProviderARN, func(c *setup, v *string) { c.in.AssumeRoleWithOIDC.OIDCProviderARN = v }, "", withoutOIDC(func(b *AssumeRoleWithOIDC) { b.OIDCProviderARN = nil }), nil, toSTS("OIDCProviderArn")},
		{OIDCRoleARN, func(c *setup, v *string) { c.in.AssumeRoleWithOIDC.RoleARN = v }, "", withoutOIDC(func(b *AssumeRoleWithOIDC) { b.RoleARN = nil }), nil, toSTS("RoleArn")},
		{OIDCToken, func(c *setup, v *string) { c.in.AssumeRoleWithOIDC.OIDCToken = v }, "", withoutOIDC(func(b *AssumeRoleWithOIDC) { b.OIDCToken = nil }), nil, toSTS("OIDCToken")},
		{OIDCTokenFile, func(c *setup, v *string) { c.in.AssumeRoleWithOIDC.OIDCTokenFile = v }, "", withoutOIDC(func(b *AssumeRoleWithOIDC) { b.OIDCToken = nil }), otherFile, toSTS("OIDCToken")},
		{OIDCSessionName, func(c *setup, v *string) { c.in.AssumeRoleWithOIDC.RoleSessionName = v }, "", withOIDC, nil, toSTS("RoleSessionName")},
		{Setting{Attribute: "assume_role_with_oidc.policy"}, func(c *setup, v *string) { c.in.AssumeRoleWithOIDC.Policy = v }, "", withOIDC, nil, toSTS("Policy")},
	} {
		rows = append(rows, s.rows()...)
	}
	for _, s := range []tableSetting{
		{RoleSessionExpiration, func(c *setup, v *string) { c.in.AssumeRole.SessionExpiration = numberOf(v) }, "expired_seconds", withRole, number, toSTS("DurationSeconds")},
		{Setting{Attribute: "assume_role_with_oidc.session_expiration"}, func(c *setup, v *string) {
			c.in.AssumeRoleWithOIDC.SessionExpiration = numberOf(v)
		}, "", withOIDC, number, toSTS("DurationSeconds")},
	} {
		for _, r := range s.rows() {
			base := r.base
			r.base = func(c *setup) { // A field that is a number.
				base(c)
				if text, ok := c.fields["expired_seconds"].(string); ok {
					c.fields["expired_seconds"] = numberOf(&text)
				}
			}
			if strings.HasPrefix(r.name, "profile field") {
				r.put = func(c *setup, text *string) { c.fields["expired_seconds"] = numberOf(text) }
			}
			rows = append(rows, r)
		}
	}
	same := func(text string) string { return text }
	oidc := profileOf(map[string]any{"mode": "OIDC", "ram_role_arn": "role", "oidc_provider_arn": "idp", "oidc_token": "token"})
	sso := profileOf(map[string]any{
		"mode": "CloudSSO", "cloud_sso_sign_in_url": "https://sso.example", "cloud_sso_account_id": "1", "cloud_sso_access_config": "c",
		"access_token": "t", "cloud_sso_access_token_expire": time.Now().Add(time.Hour).Unix(),
	})
	oauth := profileOf(map[string]any{"mode": "OAuth", "oauth_site_type": "CN", "oauth_refresh_token": "r"})
	rows = append(rows,
		fieldRow("mode", func(string) string { return "RamRoleArn" }, withRole, source),
		fieldRow("sts_token", same, withRole, toSTS("SecurityToken")),
		fieldRow("sts_region", same, withRole, source),
		fieldRow("source_profile", func(string) string { return "base" }, profileOf(map[string]any{"mode": "ChainableRamRoleArn", "ram_role_arn": "role"}), source),
		fieldRow("oidc_provider_arn", same, oidc, toSTS("OIDCProviderArn")),
		fieldRow("oidc_token", same, oidc, toSTS("OIDCToken")),
		fieldRow("oidc_token_file", same, func(c *setup) { oidc(c); delete(c.fields, "oidc_token") }, source),
		fieldRow("process_command", same, profileOf(map[string]any{"mode": "External"}), source),
		fieldRow("cloud_sso_sign_in_url", func(text string) string { return "https://" + text }, sso, source),
		fieldRow("cloud_sso_account_id", same, sso, source),
		fieldRow("cloud_sso_access_config", same, sso, source),
		fieldRow("access_token", same, sso, source),
		fieldRow("oauth_site_type", func(string) string { return "INTL" }, oauth, source),
		fieldRow("oauth_refresh_token", same, oauth, source),
		row{"file's current", func(string) string { return "base" }, func(c *setup, text *string) {
			c.file = map[string]any{}
			if text != nil {
				c.file["current"] = *text
			}
		}, func(c *setup) {
			c.fields = map[string]any{"name": "default", "mode": "AK", "access_key_id": "LTAI-of-default", "access_key_secret": "s"}
		}, id},
	)
	for _, name := range []string{ignoreProfile, cliProfileDisabled} {
		rows = append(rows, optOutRow(name, withKeyPair, id))
	}
	rows = append(rows, optOutRow(disableExternalProcess, profileOf(map[string]any{"mode": "External", "process_command": "command"}), source))
	golden(t, "testdata/settings.txt", table(t, rows))
}

func optOutRow(name string, base func(*setup), read func(*testing.T, Input) string) row {
	return row{"variable " + name, func(string) string { return "true" }, func(c *setup, text *string) {
		if text != nil {
			c.env[name] = *text
		}
	}, base, read}
}

func numberOf(text *string) *int64 {
	if text == nil {
		return nil
	}
	n, _ := strconv.ParseInt(strings.TrimSpace(*text), 10, 64) // An empty text is a 0.
	return &n
}

// table writes the rows.
func table(t *testing.T, rows []row) string {
	t.Helper()
	var b strings.Builder
	for _, r := range rows {
		fmt.Fprintf(&b, "%s\n", r.name)
		var outcomes []string
		states := make(map[string][]string) // by the outcome that they have
		for _, state := range []struct {
			name string
			text *string
		}{
			{"set", ptr(r.value("given"))}, {"with white space", ptr(" " + r.value("given") + "\r\n")}, {"empty", ptr("")}, {"blank", ptr(" \t")}, {"absent", nil},
		} {
			c := &setup{env: map[string]string{}}
			r.base(c)
			r.put(c, state.text)
			in := c.input(t)
			used := r.read(t, in)
			if in.Home != "" {
				used = strings.ReplaceAll(used, in.Home, "HOME")
			}
			if states[used] == nil {
				outcomes = append(outcomes, used)
			}
			states[used] = append(states[used], state.name)
		}
		for _, used := range outcomes {
			fmt.Fprintf(&b, "  %-30s %s\n", strings.Join(states[used], ", ")+":", used)
		}
		if states["no request"] != nil {
			t.Errorf("%s: nothing is read back", r.name)
		}
	}
	return b.String()
}
