package realcli

import (
	"archive/zip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/identity"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/response"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/scenario"
)

const (
	accountRole = "acs:ram::1234567890123456:role/"
	readerRole  = accountRole + "upgrade-reader"
	middleRole  = accountRole + "middle"
	runnerRole  = accountRole + "runner"
	uriRole     = accountRole + "from-uri"
	idp         = "acs:ram::1234567890123456:oidc-provider/ci"
	oidcToken   = "oidc-canary-token"
	stsSecret   = "sts-canary-secret"
	stsToken    = "sts-canary-token"
)

// cloud is a simulated account with every source of credentials. ACK and STS respond over TLS at one endpoint, the metadata
// service and the credentials URI over HTTP at another.
type cloud struct {
	*acksim.Simulator

	tls, plain  string // endpoints
	certificate string // the file of the certificate to trust
	wire        *wireSecrets
}

// wireSecrets collects what only requests hold that must not be shown: signatures, and the tokens of sessions.
type wireSecrets struct {
	mu   sync.Mutex
	seen []string
}

// tap notes the secrets of each request on its way to next.
func (s *wireSecrets) tap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, signature, _ := strings.Cut(r.Header.Get("Authorization"), "Signature=")
		query := r.URL.Query() // Of STS.
		s.mu.Lock()
		for _, secret := range []string{signature, r.Header.Get("X-Acs-Security-Token"), query.Get("Signature"), query.Get("SecurityToken")} {
			if secret != "" {
				s.seen = append(s.seen, secret, url.QueryEscape(secret))
			}
		}
		s.mu.Unlock()
		next.ServeHTTP(w, r)
	})
}

func (s *wireSecrets) all() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.seen)
}

func simulateCloud(t *testing.T, timeline string, roles ...scenario.Role) cloud {
	t.Helper()
	plan, err := scenario.Parse([]byte(`{
		"access_keys": [
			{"id": "testak", "secret": "testsk"},
			{"id": "stsak", "secret": "` + stsSecret + `", "security_token": "` + stsToken + `"}
		],
		"clusters": {"` + clusterID + `": {"timeline": ` + timeline + `}},
		"oidc": {"provider_arn": "` + idp + `", "tokens": [{"token": "` + oidcToken + `"}]},
		"metadata": {"role": "runner", "role_arn": "` + runnerRole + `"},
		"credentials_uri": {"path": "/credentials", "role_arn": "` + uriRole + `"}
	}`))
	if err != nil {
		t.Fatal(err)
	}
	if roles == nil {
		trusts := []string{"testak", "stsak", "oidc", runnerRole, uriRole, middleRole}
		roles = []scenario.Role{{ARN: readerRole, Trusts: trusts}, {ARN: middleRole, Trusts: trusts[:2]}}
	}
	plan.Roles = roles
	simulator, err := acksim.New(plan)
	if err != nil {
		t.Fatal(err)
	}
	c := cloud{Simulator: simulator, wire: &wireSecrets{}}
	for _, o := range []acksim.Options{{TLS: true}, {}} {
		server, err := acksim.Start(t.Context(), c.wire.tap(simulator), o)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(server.Close)
		if !o.TLS {
			c.plain = server.Endpoint()
			continue
		}
		c.tls = server.Endpoint()
		c.certificate = filepath.Join(t.TempDir(), "ca.pem")
		if err := os.WriteFile(c.certificate, server.CertificatePEM(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

// configuration is a whole configuration whose provider block has the given settings.
func (c cloud) configuration(settings, arguments string) string {
	text := strings.Replace(configuration(c.tls, arguments), `  protocol = "HTTP"`, settings, 1)
	return strings.Replace(text, "  endpoints {\n", fmt.Sprintf("  endpoints {\n    sts = %q\n", c.tls), 1)
}

// workspace is one with no credentials in its environment but those given.
func (c cloud) workspace(t *testing.T, text string, env ...string) *Workspace {
	t.Helper()
	env = append([]string{
		"ALICLOUD_ACCESS_KEY=", "ALICLOUD_SECRET_KEY=",
		"SSL_CERT_FILE=" + c.certificate,
		"HTTP_PROXY=http://" + c.plain, // For the metadata service; requests to this machine use no proxy.
	}, env...)
	return workspace(t, text, env...)
}

// profiles writes the aliyun CLI's configuration file into the workspace's home folder.
func profiles(t *testing.T, w *Workspace, current string, all ...map[string]any) string {
	t.Helper()
	data, err := json.MarshalIndent(map[string]any{"current": current, "profiles": all}, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(w.dir, ".aliyun", "config.json")
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// canaries are all secrets in these tests. None may ever be shown.
var canaries = []string{"testsk", stsSecret, stsToken, oidcToken, "sso-canary-token", "wrong-canary-secret"}

func TestEachSourceOfCredentials(t *testing.T) {
	t.Parallel()
	assume := "  assume_role {\n    role_arn = \"" + readerRole + "\"\n  }\n"
	key := []string{"ALICLOUD_ACCESS_KEY=testak", "ALICLOUD_SECRET_KEY=testsk"}
	ak := map[string]any{"access_key_id": "testak", "access_key_secret": "testsk"}
	profile := func(name, mode string, fields ...map[string]any) map[string]any {
		p := map[string]any{"name": name, "mode": mode, "region_id": "cn-shanghai"}
		for _, more := range fields {
			for field, value := range more {
				p[field] = value
			}
		}
		return p
	}
	for name, test := range map[string]struct {
		settings string
		env      []string
		profiles []map[string]any
		identity string // who the simulator says has signed
	}{
		"an access key":                      {"", key, nil, "testak"},
		"an STS token":                       {"", []string{"ALICLOUD_ACCESS_KEY=stsak", "ALICLOUD_SECRET_KEY=" + stsSecret, "ALICLOUD_SECURITY_TOKEN=" + stsToken}, nil, "stsak"},
		"a role with an access key":          {assume, key, nil, readerRole + "/terraform"},
		"a role with a credentials URI":      {assume, []string{"ALICLOUD_CREDENTIALS_URI=http://{plain}/credentials"}, nil, readerRole + "/terraform"},
		"a credentials URI":                  {`  credentials_uri = "http://{plain}/credentials"`, nil, nil, uriRole + "/"},
		"an ECS role":                        {`  ecs_role_name = "runner"`, nil, nil, runnerRole + "/"},
		"a role with an ECS role":            {`  ecs_role_name = "runner"` + "\n" + assume, nil, nil, readerRole + "/terraform"},
		"OIDC with a token file":             {"  assume_role_with_oidc {\n    oidc_provider_arn = \"" + idp + "\"\n    role_arn = \"" + readerRole + "\"\n    oidc_token_file = \"token.jwt\"\n  }", nil, nil, readerRole + "/terraform"},
		"OIDC with a token":                  {"  assume_role_with_oidc {\n    oidc_provider_arn = \"" + idp + "\"\n    role_arn = \"" + readerRole + "\"\n    role_session_name = \"ci\"\n  }", []string{"ALIBABA_CLOUD_OIDC_TOKEN=" + oidcToken}, nil, readerRole + "/ci"},
		"OIDC from the environment":          {"", []string{"ALIBABA_CLOUD_ROLE_ARN=" + readerRole, "ALIBABA_CLOUD_OIDC_PROVIDER_ARN=" + idp, "ALIBABA_CLOUD_OIDC_TOKEN_FILE=token.jwt"}, nil, readerRole + "/terraform"},
		"the current profile":                {"", nil, []map[string]any{profile("p", "AK", ak)}, "testak"},
		"a profile of mode AK":               {`  profile = "p"`, nil, []map[string]any{profile("p", "AK", ak)}, "testak"},
		"a profile of mode StsToken":         {`  profile = "p"`, nil, []map[string]any{profile("p", "StsToken", map[string]any{"access_key_id": "stsak", "access_key_secret": stsSecret, "sts_token": stsToken})}, "stsak"},
		"a profile of mode RamRoleArn":       {`  profile = "p"`, nil, []map[string]any{profile("p", "RamRoleArn", ak, map[string]any{"ram_role_arn": readerRole, "ram_session_name": "from-profile", "expired_seconds": 900})}, readerRole + "/from-profile"},
		"a block's role above the profile's": {`  profile = "p"` + "\n" + assume, nil, []map[string]any{profile("p", "RamRoleArn", ak, map[string]any{"ram_role_arn": middleRole, "ram_session_name": "s1"})}, readerRole + "/s1"},
		"a profile of mode EcsRamRole":       {`  profile = "p"`, nil, []map[string]any{profile("p", "EcsRamRole", map[string]any{"ram_role_name": "runner"})}, runnerRole + "/"},
		"an EcsRamRole profile without name": {`  profile = "p"`, nil, []map[string]any{profile("p", "EcsRamRole")}, runnerRole + "/"},
		"a RamRoleArnWithRoleName profile":   {`  profile = "p"`, nil, []map[string]any{profile("p", "RamRoleArnWithRoleName", map[string]any{"ram_role_name": "runner", "ram_role_arn": readerRole})}, readerRole + "/terraform"},
		"a profile of mode ChainableRamRoleArn": {`  profile = "p"`, nil, []map[string]any{
			profile("p", "ChainableRamRoleArn", map[string]any{"source_profile": "q", "ram_role_arn": readerRole, "ram_session_name": "end"}),
			profile("q", "RamRoleArn", ak, map[string]any{"ram_role_arn": middleRole}),
		}, readerRole + "/end"},
		"a profile of mode OIDC":           {`  profile = "p"`, nil, []map[string]any{profile("p", "OIDC", map[string]any{"oidc_provider_arn": idp, "oidc_token_file": "token.jwt", "ram_role_arn": readerRole})}, readerRole + "/terraform"},
		"a profile of mode CredentialsURI": {`  profile = "p"`, nil, []map[string]any{profile("p", "CredentialsURI", map[string]any{"credentials_uri": "http://{plain}/credentials"})}, uriRole + "/"},
		"a profile of mode External":       {`  profile = "p"`, nil, []map[string]any{profile("p", "External", map[string]any{"process_command": "cat 'the credentials.json'"})}, "stsak"},
		"a profile of mode CloudSSO": {`  profile = "p"`, nil, []map[string]any{profile("p", "CloudSSO", map[string]any{
			"cloud_sso_sign_in_url": "{sso}", "cloud_sso_account_id": "1", "cloud_sso_access_config": "ac-1",
			"access_token": "sso-canary-token", "cloud_sso_access_token_expire": time.Now().Add(time.Hour).Unix(),
		})}, "stsak"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := simulateCloud(t, idle)
			places := strings.NewReplacer("{plain}", c.plain, "{sso}", cloudSSO(t))
			for i := range test.env {
				test.env[i] = places.Replace(test.env[i])
			}
			w := c.workspace(t, c.configuration(places.Replace(test.settings), ""), append(test.env, "TF_LOG=TRACE", "DEBUG=credential")...)
			files := map[string]string{
				"token.jwt":            oidcToken + "\n",
				"the credentials.json": `{"mode": "StsToken", "access_key_id": "stsak", "access_key_secret": "` + stsSecret + `", "sts_token": "` + stsToken + `"}`,
			}
			for file, text := range files {
				if err := w.Write(file, text); err != nil {
					t.Fatal(err)
				}
			}
			var path string
			for _, p := range test.profiles {
				for field, value := range p {
					if text, ok := value.(string); ok {
						p[field] = places.Replace(text)
					}
				}
			}
			if test.profiles != nil {
				path = profiles(t, w, "p", test.profiles...)
			}
			before, _ := os.ReadFile(path)

			output, err := w.Run(t.Context(), "plan", "-no-color", "-out=plan.bin")
			if err != nil {
				t.Fatalf("%v\n%s", err, output)
			}
			applied, err := w.Run(t.Context(), "apply", "-no-color", "plan.bin")
			if err != nil {
				t.Fatalf("%v\n%s", err, applied)
			}
			requests := c.Requests()
			if len(requests) != 1 || requests[0].Status != http.StatusOK || !strings.HasPrefix(requests[0].Identity, test.identity) {
				t.Errorf("signed by %+v, want %s", requests, test.identity)
			}
			noCanary(t, c, w, output+applied)
			if after, _ := os.ReadFile(path); string(after) != string(before) {
				t.Errorf("the profile file was rewritten:\n%s", after)
			}
		})
	}
}

// cloudSSO starts a CloudSSO that gives out the STS key of the simulator.
func cloudSSO(t *testing.T) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/cloud-credentials" || r.Header.Get("Authorization") != "Bearer sso-canary-token" {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		_, _ = fmt.Fprintf(w, `{"CloudCredential": {"AccessKeyId": "stsak", "AccessKeySecret": %q, "SecurityToken": %q, "Expiration": %q}}`,
			stsSecret, stsToken, time.Now().Add(time.Hour).UTC().Format("2006-01-02T15:04:05Z"))
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// noCanary holds that no secret is in what the CLI printed, its logs at TRACE included, or in what it wrote: its state, and
// what is packed in its plan.
func noCanary(t *testing.T, c cloud, w *Workspace, output string) {
	t.Helper()
	texts := map[string]string{"output": output}
	if data, err := os.ReadFile(filepath.Join(w.dir, "terraform.tfstate")); err == nil {
		texts["state"] = string(data)
	}
	if plan, err := zip.OpenReader(filepath.Join(w.dir, "plan.bin")); err == nil {
		defer func() { _ = plan.Close() }()
		for _, file := range plan.File {
			if strings.HasPrefix(file.Name, "tfconfig/") {
				continue // The user's own files, as they are.
			}
			packed, err := file.Open()
			if err != nil {
				t.Fatal(err)
			}
			data, err := io.ReadAll(packed)
			_ = packed.Close()
			if err != nil {
				t.Fatal(err)
			}
			texts["plan: "+file.Name] = string(data)
		}
	}
	for where, text := range texts {
		for _, canary := range slices.Concat(canaries, c.wire.all()) {
			if i := strings.Index(text, canary); i >= 0 {
				t.Errorf("%s shows the secret %s: ...%s...", where, canary, text[max(0, i-200):min(len(text), i+len(canary)+20)])
			}
		}
	}
}

func TestARoleIsAssumedOnceForManyReads(t *testing.T) {
	t.Parallel()
	const clusters = 200
	c := simulateCloud(t, idle)
	w := c.workspace(t, manyReads(t, c.Simulator, clusters, func(arguments string) string {
		return c.configuration("  assume_role {\n    role_arn = \""+readerRole+"\"\n  }", arguments)
	}), "ALICLOUD_ACCESS_KEY=testak", "ALICLOUD_SECRET_KEY=testsk")
	if output, err := w.Run(t.Context(), "plan", "-no-color", "-parallelism=200"); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	if calls := c.Calls(identity.STS); len(calls) != 1 || len(c.Requests()) != clusters {
		t.Errorf("%d calls of STS for %d requests", len(calls), len(c.Requests()))
	}
}

func TestAProviderThatNothingUsesAsksNothing(t *testing.T) {
	t.Parallel()
	c := simulateCloud(t, idle)
	text, _, _ := strings.Cut(c.configuration("  assume_role {\n    role_arn = \""+readerRole+"\"\n  }", ""), "data \"ackupgrade_status\"")
	for name, text := range map[string]string{
		"a provider block alone": text,
		"a read that an apply will make": text + `
resource "terraform_data" "cluster" {
  input = "` + clusterID + `"
}

data "ackupgrade_status" "this" {
  cluster_id = terraform_data.cluster.output
}
`,
	} {
		w := c.workspace(t, text, "ALICLOUD_ACCESS_KEY=testak", "ALICLOUD_SECRET_KEY=testsk")
		if output, err := w.Run(t.Context(), "plan", "-no-color"); err != nil {
			t.Fatalf("%s: %v\n%s", name, err, output)
		}
		if len(c.Requests()) != 0 || len(c.Calls()) != 0 {
			t.Errorf("%s: %d requests, %d calls", name, len(c.Requests()), len(c.Calls()))
		}
	}
}

func TestAWaitOutlivesItsSessions(t *testing.T) {
	t.Parallel()
	c := simulateCloud(t, `[{"for": "9s", "phase": "running"}, {"phase": "succeeded"}]`,
		scenario.Role{ARN: readerRole, Trusts: []string{"testak"}, SessionSeconds: 3})
	text := c.configuration("  assume_role {\n    role_arn = \""+readerRole+"\"\n  }", "wait_for_terminal = true\n  poll_interval = \"1s\"")
	w := c.workspace(t, text, "ALICLOUD_ACCESS_KEY=testak", "ALICLOUD_SECRET_KEY=testsk")
	if output, err := w.Run(t.Context(), "plan", "-no-color"); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	sessions := make(map[string]bool)
	for _, r := range c.Requests() {
		sessions[r.AccessKeyID] = true
		if r.Status != http.StatusOK {
			t.Errorf("a poll had the response %d %s", r.Status, r.Code)
		}
	}
	if len(sessions) < 3 {
		t.Errorf("%d sessions in a wait three times as long as one", len(sessions))
	}
}

func TestASessionThatIsStillGoodOutlivesAnSTSThatIsDown(t *testing.T) {
	t.Parallel()
	// Three seconds after its start, a session of 183 s is to be refreshed, and good for 180 s more.
	c := simulateCloud(t, `[{"polls": 9, "phase": "running"}, {"phase": "succeeded"}]`,
		scenario.Role{ARN: readerRole, Trusts: []string{"testak"}, SessionSeconds: 183})
	c.OnRequest(func(acksim.Request) {
		_ = c.Fail(identity.STS, 1000, response.Raw{Status: http.StatusServiceUnavailable}) // It accepts any response.
	})
	text := c.configuration("  assume_role {\n    role_arn = \""+readerRole+"\"\n  }", "wait_for_terminal = true\n  poll_interval = \"1s\"")
	w := c.workspace(t, text, "ALICLOUD_ACCESS_KEY=testak", "ALICLOUD_SECRET_KEY=testsk")
	if output, err := w.Run(t.Context(), "plan", "-no-color"); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	failed := 0
	for _, call := range c.Calls(identity.STS) {
		if call.Status != http.StatusOK {
			failed++
		}
	}
	if failed == 0 || len(c.Requests()) != 10 {
		t.Errorf("%d calls of STS failed, %d requests", failed, len(c.Requests()))
	}
}
