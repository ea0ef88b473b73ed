package credentials

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestCredentialsURI(t *testing.T) {
	const key = `"AccessKeyId": "STS.x", "AccessKeySecret": "s", "SecurityToken": "t"`
	for name, body := range map[string]string{
		"with all":                         `{"Code": "Success", ` + key + `, "Expiration": "2099-01-02T03:04:05Z"}`,
		"without an expiration":            `{"Code": "Success", ` + key + `}`,
		"without a code":                   `{` + key + `}`,
		"with an expiration of its own":    `{"Code": "Success", ` + key + `, "Expiration": "tomorrow"}`,
		"with more than is needed":         `{"Code": "Success", ` + key + `, "LastUpdated": "x", "More": {}}`,
		"with the time in another zone":    `{"Code": "Success", ` + key + `, "Expiration": "2099-01-02T03:04:05+08:00"}`,
		"with an expiration that is empty": `{"Code": "Success", ` + key + `, "Expiration": ""}`,
	} {
		t.Run(name, func(t *testing.T) {
			calls := 0
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				calls++
				_, _ = w.Write([]byte(body))
			}))
			defer server.Close()
			source := resolve(t, Input{CredentialsURI: &server.URL}).Source
			for range 3 {
				got, err := source(t.Context())
				if diff := cmp.Diff(signer("STS.x", "s", "t", "credential_uri"), got); diff != "" || err != nil {
					t.Errorf("%v, -want +got:\n%s", err, diff)
				}
			}
			if calls != 1 {
				t.Errorf("%d requests, want 1", calls)
			}
		})
	}
}

func TestAnUnreachableServerIsTransientAndItsURLIsNotShown(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	uri := strings.Replace(server.URL, "http://", "http://user:canary@", 1) + "/canary?x=canary"
	_, err := resolve(t, Input{CredentialsURI: &uri}).Source(t.Context())
	failed, ok := err.(*FetchError) //nolint:errorlint // It is promised to be one.
	if !ok || !failed.Transient() || strings.Contains(err.Error(), "canary") || !strings.HasPrefix(failed.Reason, "no connection: dial tcp ") {
		t.Errorf("got %v", err)
	}
}

// metadataService plays ECS's, of version 2 with tokens or of version 1.
func metadataService(t *testing.T, version int, requests *[]string) http.HandlerFunc {
	t.Helper()
	return func(w http.ResponseWriter, r *http.Request) {
		*requests = append(*requests, r.Method+" "+strings.TrimPrefix(r.URL.Path, "/latest"))
		switch {
		case r.URL.Host != "100.100.100.200":
			t.Errorf("unexpected host %s", r.URL.Host)
		case r.Method == http.MethodPut && version == 2:
			_, _ = w.Write([]byte("metadata-token"))
		case r.Method == http.MethodPut:
			w.WriteHeader(http.StatusNotFound)
		case version == 2 && r.Header.Get("X-Aliyun-Ecs-Metadata-Token") != "metadata-token":
			w.WriteHeader(http.StatusForbidden)
		case strings.HasSuffix(r.URL.Path, "/"):
			_, _ = w.Write([]byte("own\n"))
		default:
			_, _ = fmt.Fprintf(w, `{"Code":"Success","AccessKeyId":"STS.ecs","AccessKeySecret":"s","SecurityToken":"t","Expiration":%q}`, in(time.Hour))
		}
	}
}

func TestTheMetadataService(t *testing.T) {
	const token, roles = "PUT /api/token", "GET /meta-data/ram/security-credentials/"
	for name, test := range map[string]struct {
		in      Input
		version int
		want    []string
	}{
		"of version 2, a role that is named":    {Input{ECSRoleName: ptr("node")}, 2, []string{token, roles + "node"}},
		"of version 1, a role that is named":    {Input{ECSRoleName: ptr("node")}, 1, []string{token, roles + "node"}},
		"of version 2, the instance's own role": {Input{Profile: ptr("p0"), ECSRoleName: ptr("")}, 2, []string{token, roles, roles + "own"}},
		"under a role that is assumed":          {Input{ECSRoleName: ptr("node"), AssumeRole: &AssumeRole{RoleARN: ptr("r")}}, 2, []string{token, roles + "node"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("ALIBABA_CLOUD_ECS_METADATA", "wrong") // What the library would read by itself must not count.
			var got []string
			wantKey := "STS.ecs"
			asProxy(t, metadataService(t, test.version, &got))
			proxy := http.DefaultTransport.(*http.Transport).Proxy //nolint:forcetypeassert // asProxy made it.
			if test.in.AssumeRole != nil {
				wantKey = "STS.role"
				test.in.STSEndpoint = overTLS(t, func(w http.ResponseWriter, r *http.Request) {
					if r.FormValue("AccessKeyId") != "STS.ecs" {
						t.Errorf("the role is assumed with %s", r.FormValue("AccessKeyId"))
					}
					_, _ = w.Write([]byte(stsResponse("STS.role", time.Hour)))
				})
				http.DefaultTransport.(*http.Transport).Proxy = func(r *http.Request) (*url.URL, error) { //nolint:forcetypeassert // overTLS made it.
					if r.URL.Scheme == "https" {
						return nil, nil
					}
					return proxy(r)
				}
			}
			test.in.Home = home(t, profiles(`"name": "p0", "mode": "EcsRamRole"`))
			source := resolve(t, test.in).Source
			for range 2 {
				if c, err := source(t.Context()); err != nil || c.AccessKeyID != wantKey {
					t.Errorf("got %+v and %v", c, err)
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestTheMetadataServiceMayBeForbidden(t *testing.T) {
	t.Setenv("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true")
	_, err := Resolve(Input{ECSRoleName: ptr("node"), Getenv: environment()})
	want := "The ECS RAM role cannot be used: The environment variable ALIBABA_CLOUD_ECS_METADATA_DISABLED forbids requests to the metadata service."
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

// An OIDC token is read from its file for each session, and a session outlives a file that is being replaced.
func TestOIDC(t *testing.T) {
	t.Setenv("ALIBABA_CLOUD_OIDC_TOKEN", "wrong") // What the library would read by itself must not count.
	file := filepath.Join(t.TempDir(), "token")
	var got []string
	lasts := 2 * time.Minute // Less than the library requires: it requests a session each time.
	endpoint := overTLS(t, func(w http.ResponseWriter, r *http.Request) {
		f := r.FormValue
		got = append(got, strings.Join([]string{f("Action"), f("OIDCToken"), f("OIDCProviderArn"), f("RoleArn"), f("RoleSessionName"), f("DurationSeconds"), f("Policy")}, " "))
		_, _ = w.Write([]byte(stsResponse(fmt.Sprintf("STS.%d", len(got)), lasts)))
	})
	source := resolve(t, Input{STSEndpoint: endpoint, AssumeRoleWithOIDC: &AssumeRoleWithOIDC{
		OIDCProviderARN: ptr("idp"), RoleARN: ptr("r"), OIDCTokenFile: &file, SessionExpiration: ptr(int64(900)), Policy: ptr("{}"),
	}}).Source
	check := func(want string) {
		t.Helper()
		if c, err := source(t.Context()); err != nil || c.AccessKeyID != want {
			t.Errorf("got %+v and %v, want %s", c, err, want)
		}
	}
	write(t, file, "token-1\n")
	check("STS.1")
	lasts = time.Hour
	write(t, file, "token-2\n")
	check("STS.2")
	write(t, file, "token-3\n")
	check("STS.2") // A new token does not end the session,
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	check("STS.2") // nor does none.
	const rest = " idp r terraform 900 {}"
	if diff := cmp.Diff([]string{"AssumeRoleWithOIDC token-1" + rest, "AssumeRoleWithOIDC token-2" + rest}, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestOIDCFromTheEnvironmentAndTheProfile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "token")
	write(t, file, "token-of-file")
	for name, test := range map[string]struct {
		in   Input
		want string
	}{
		"the environment": {Input{Getenv: environment(
			"ALIBABA_CLOUD_ROLE_ARN", "r", "ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "idp", "ALIBABA_CLOUD_OIDC_TOKEN_FILE", file, "ALIBABA_CLOUD_ROLE_SESSION_NAME", "s",
		)}, "token-of-file idp r s 3600"},
		"the environment without a session name": {Input{Getenv: environment(
			"ALIBABA_CLOUD_ROLE_ARN", "r", "ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "idp", "ALIBABA_CLOUD_OIDC_TOKEN_FILE", file,
		)}, "token-of-file idp r terraform 3600"},
		"the profile": {Input{Profile: ptr("p0"), Home: home(t, profiles(fmt.Sprintf(`"name": "p0", "mode": "OIDC", "ram_role_arn": "pr",
			"oidc_provider_arn": "pi", "oidc_token_file": %q, "ram_session_name": "ps", "expired_seconds": 1800`, file)))}, "token-of-file pi pr ps 1800"},
		"a token before a file": {Input{AssumeRoleWithOIDC: &AssumeRoleWithOIDC{
			OIDCProviderARN: ptr("idp"), RoleARN: ptr("r"), OIDCToken: ptr("token-itself\n"), OIDCTokenFile: &file,
		}}, "token-itself idp r terraform 3600"},
		"a token of the environment before the attribute's file": {Input{
			AssumeRoleWithOIDC: &AssumeRoleWithOIDC{OIDCProviderARN: ptr("idp"), RoleARN: ptr("r"), OIDCTokenFile: &file},
			Getenv:             environment("ALIBABA_CLOUD_OIDC_TOKEN", "token-of-env"),
		}, "token-of-env idp r terraform 3600"},
	} {
		t.Run(name, func(t *testing.T) {
			var got string
			test.in.STSEndpoint = overTLS(t, func(w http.ResponseWriter, r *http.Request) {
				f := r.FormValue
				got = strings.Join([]string{f("OIDCToken"), f("OIDCProviderArn"), f("RoleArn"), f("RoleSessionName"), f("DurationSeconds")}, " ")
				_, _ = w.Write([]byte(stsResponse("STS.x", time.Hour)))
			})
			if _, err := resolve(t, test.in).Source(t.Context()); err != nil || got != test.want {
				t.Errorf("got %q and %v, want %q", got, err, test.want)
			}
		})
	}
}
