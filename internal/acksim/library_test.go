package acksim

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aliyun/credentials-go/credentials/providers"
	"github.com/google/go-cmp/cmp"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/response"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/scenario"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acs3"
)

// asClient makes this test binary play a client of credentials-go. It has to be a process of its own: the library trusts
// what the system trusts and goes through the proxy that the environment names, and both are read once in a process.
const asClient = "ACKSIM_TEST_CLIENT"

func TestMain(m *testing.M) {
	if source := os.Getenv(asClient); source != "" {
		fetch(source)
		return
	}
	os.Exit(m.Run())
}

// fetched is what the client prints.
type fetched struct {
	Credentials acs3.Credentials
	Error       string
}

func fetch(source string) {
	var got fetched
	provider, err := build(source)
	if err == nil {
		var c *providers.Credentials
		if c, err = provider.GetCredentials(); err == nil {
			got.Credentials = acs3.Credentials{
				AccessKeyID: c.AccessKeyId, AccessKeySecret: c.AccessKeySecret, SecurityToken: c.SecurityToken, ProviderName: c.ProviderName,
			}
		}
	}
	if err != nil {
		got.Error = err.Error()
	}
	fmt.Printf("%s", response.EncodeJSON(got))
}

const awkward = `{"Version":"1","Statement":[{"Effect":"Allow","Action":"cs:*","Resource":"a b+c~d*é/?&=%"}]}`

func build(source string) (providers.CredentialsProvider, error) {
	endpoint := os.Getenv("ACKSIM_TEST_ENDPOINT")
	role := func(key acs3.Credentials, role string) *providers.RAMRoleARNCredentialsProviderBuilder {
		return providers.NewRAMRoleARNCredentialsProviderBuilder().WithAccessKeyId(key.AccessKeyID).
			WithAccessKeySecret(key.AccessKeySecret).WithSecurityToken(key.SecurityToken).WithStsEndpoint(endpoint).
			WithRoleArn(role).WithRoleSessionName("library").WithDurationSeconds(900)
	}
	switch source {
	case "role":
		return role(longLived, deploy).WithPolicy(awkward).Build()
	case "role of a temporary key":
		return role(temporary, partner).WithExternalId("a+b=c").Build()
	case "chain":
		first, err := role(longLived, deploy).Build()
		if err != nil {
			return nil, err
		}
		return role(acs3.Credentials{}, chained).WithCredentialsProvider(first).Build()
	case "role with a wrong secret":
		return role(acs3.Credentials{AccessKeyID: "testak", AccessKeySecret: "wrong"}, deploy).Build()
	case "role of others":
		return role(longLived, chained).Build()
	case "oidc":
		return providers.NewOIDCCredentialsProviderBuilder().WithOIDCProviderARN(ci).WithOIDCToken(goodToken).WithRoleArn(deploy).
			WithRoleSessionName("library").WithSTSEndpoint(endpoint).WithPolicy(awkward).Build()
	case "instance":
		return providers.NewECSRAMRoleCredentialsProviderBuilder().Build()
	case "instance, version 2":
		return providers.NewECSRAMRoleCredentialsProviderBuilder().WithRoleName("instance").WithDisableIMDSv1(true).Build()
	case "instance of another name":
		return providers.NewECSRAMRoleCredentialsProviderBuilder().WithRoleName("other").WithDisableIMDSv1(true).Build()
	case "uri":
		return providers.NewURLCredentialsProviderBuilder().WithUrl(os.Getenv("ACKSIM_TEST_URL") + "/credentials").Build()
	}
	return nil, fmt.Errorf("%q is not a source", source)
}

func TestWhatTheClientLibrarySendsIsAccepted(t *testing.T) {
	for name, test := range map[string]struct {
		source   string
		http     bool // Without TLS: not for STS, to which the library speaks HTTPS alone.
		identity string
		calls    int
		err      string // How the error begins.
	}{
		"a role": {source: "role", identity: deploy + "/library", calls: 1},
		"a role, with a temporary key": {
			source: "role of a temporary key", identity: partner + "/library", calls: 1,
		},
		"a role, with the session of another": {source: "chain", identity: chained + "/library", calls: 2},
		"a role, with a wrong secret": {
			source: "role with a wrong secret", calls: 1,
			err: `refresh session token failed: {"RequestId":"*","Message":"Specified signature is not matched with our calculation.`,
		},
		"a role that trusts others": {
			source: "role of others", calls: 1,
			err: `refresh session token failed: {"RequestId":"*","Message":"You are not authorized to do this action.`,
		},
		"OIDC":                                 {source: "oidc", identity: deploy + "/library", calls: 1},
		"an instance":                          {source: "instance", http: true, identity: scenario.MadeUpAccount + "instance/i-acksim", calls: 4},
		"an instance that wants tokens":        {source: "instance, version 2", http: true, identity: scenario.MadeUpAccount + "instance/i-acksim", calls: 2},
		"an instance without such a role":      {source: "instance of another name", http: true, calls: 2, err: "refresh Ecs sts token err, httpStatus: 404"},
		"a credentials URI":                    {source: "uri", http: true, identity: scenario.MadeUpAccount + "credentials-uri/credentials-uri", calls: 1},
		"a credentials URI, over TLS":          {source: "uri", identity: scenario.MadeUpAccount + "credentials-uri/credentials-uri", calls: 1},
		"a role, and no TLS, is not to be had": {source: "role", http: true, err: `Post "https://`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, stsScenario())
			server := startServer(t, s, Options{TLS: !test.http})
			got := library(t, server, test.source)
			if test.err != "" {
				if before, after, cut := strings.Cut(test.err, "*"); !strings.HasPrefix(got.Error, before) ||
					cut && !strings.Contains(got.Error, after) {
					t.Errorf("error %q, want %q", got.Error, test.err)
				}
			} else if got.Error != "" {
				t.Fatal(got.Error)
			} else {
				requestAs(t, s, got.Credentials, 200, "", test.identity)
			}
			if calls := s.Calls(); len(calls) != test.calls {
				t.Errorf("%d calls, want %d: %s", len(calls), test.calls, cmp.Diff(nil, calls))
			}
		})
	}
}

// library has a process of its own get credentials from the server.
func library(t *testing.T, server *Server, source string) fetched {
	t.Helper()
	executable, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	url := "http://" + server.Endpoint()
	certificate := filepath.Join(t.TempDir(), "certificate.pem")
	if pem := server.CertificatePEM(); pem != nil {
		url = "https://" + server.Endpoint()
		if err := os.WriteFile(certificate, pem, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	client := exec.CommandContext(t.Context(), executable)
	client.Env = []string{ // Nothing of the environment of the test run.
		asClient + "=" + source, "ACKSIM_TEST_ENDPOINT=" + server.Endpoint(), "ACKSIM_TEST_URL=" + url,
		"SSL_CERT_FILE=" + certificate, "HTTP_PROXY=" + url, "GORACE=atexit_sleep_ms=0",
	}
	out, err := client.Output()
	if err != nil {
		t.Fatal(err)
	}
	var got fetched
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return got
}
