package realcli

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/identity"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/response"
)

// TestWhatAUserSeesOfEachMistakeWithCredentials shows each message in full with -v, holds its beginning, and that no secret
// is in it or in the logs beside it.
func TestWhatAUserSeesOfEachMistakeWithCredentials(t *testing.T) {
	t.Parallel()
	assume := "  assume_role {\n    role_arn = \"" + readerRole + "\"\n  }\n"
	withOIDC := "  assume_role_with_oidc {\n    oidc_provider_arn = \"" + idp + "\"\n    role_arn = \"" + readerRole + "\"\n    oidc_token_file = \"token.jwt\"\n  }"
	key := []string{"ALICLOUD_ACCESS_KEY=testak", "ALICLOUD_SECRET_KEY=testsk"}
	external := func(command string) string {
		return `{"current": "p", "profiles": [{"name": "p", "mode": "External", "process_command": "` + command + `"}]}`
	}
	down := response.Raw{Status: http.StatusServiceUnavailable, ContentType: "application/json", Body: `{"Code": "ServiceUnavailable", "Message": "come back later"}`}
	for name, test := range map[string]struct {
		settings  string
		arguments string
		env       []string
		files     map[string]string
		account   func(cloud)
		want      string
	}{
		"a key without its secret": {env: []string{"ALICLOUD_ACCESS_KEY=testak"}, want: "Error: secret_key is missing"},
		"an unknown profile": {
			settings: `  profile = "q"`, files: map[string]string{".aliyun/config.json": external("true")},
			want: `Unknown profile "q"`,
		},
		"a missing file":  {settings: "  profile = \"p\"\n  shared_credentials_file = \"~/nowhere.json\"", want: "The credentials file cannot be read"},
		"malformed JSON":  {settings: `  profile = "p"`, files: map[string]string{".aliyun/config.json": "{\n  \"current\": \"p\",\n  \"profiles\": [{\"access_key_secret\": \"testsk\",,}]\n}\n"}, want: "line 3"},
		"an unknown mode": {settings: `  profile = "p"`, files: map[string]string{".aliyun/config.json": `{"profiles": [{"name": "p", "mode": "Bearer", "access_key_secret": "testsk"}]}`}, want: `"Bearer"`},
		"a chain in a circle": {
			settings: `  profile = "p"`,
			files: map[string]string{".aliyun/config.json": `{"profiles": [
				{"name": "p", "mode": "ChainableRamRoleArn", "source_profile": "q", "ram_role_arn": "` + readerRole + `"},
				{"name": "q", "mode": "ChainableRamRoleArn", "source_profile": "p", "ram_role_arn": "` + middleRole + `"}]}`},
			want: "p -> q -> p",
		},
		"an empty token file":           {settings: withOIDC, files: map[string]string{"token.jwt": "\n"}, want: "token.jwt is empty"},
		"a token file that is missing":  {settings: withOIDC, want: "there is no such file"},
		"a token file that is a folder": {settings: withOIDC, files: map[string]string{"token.jwt/x": ""}, want: "it is a folder"},
		"a token that is not known":     {settings: withOIDC, files: map[string]string{"token.jwt": oidcToken + "2"}, want: "AuthenticationFail"},
		"a session that is too short": {
			settings: "  assume_role {\n    role_arn = \"" + readerRole + "\"\n    session_expiration = 60\n  }\n", env: key,
			want: "must be between 900 and 43200, or 0 for the default, got: 60",
		},
		"a session in the environment that is too long": {
			settings: assume, env: append([]string{"ALICLOUD_ASSUME_ROLE_SESSION_EXPIRATION=86400"}, key...),
			want: `The value "86400" of the environment variable ALICLOUD_ASSUME_ROLE_SESSION_EXPIRATION must be a whole number of seconds from 900 to 43200`,
		},
		"a role that is not the instance's": {settings: `  ecs_role_name = "other"`, want: `the ECS instance has no RAM role "other"`},
		"STS without an Expiration": {
			settings: assume, env: key, account: func(c cloud) { c.OmitExpiration(identity.STS, 9) },
			want: "Expiration",
		},
		"STS that is down": {
			settings: assume + "  max_retry_timeout = 1\n", env: key,
			account: func(c cloud) { _ = c.Fail(identity.STS, 99, down) }, want: "ServiceUnavailable", // It accepts any response.
		},
		"STS that hangs": {
			settings: assume, env: key, arguments: `timeouts { read = "2s" }`,
			account: func(c cloud) { c.Delay(identity.STS, 20*time.Second) }, want: "has not responded yet",
		},
		"a role that may not be assumed": {
			settings: strings.Replace(assume, readerRole, middleRole, 1), env: []string{"ALICLOUD_CREDENTIALS_URI=http://{plain}/credentials"},
			want: "NoPermission",
		},
		"a role that does not exist":  {settings: strings.Replace(assume, readerRole, accountRole+"nobody", 1), env: key, want: "EntityNotExist.Role"},
		"a wrong key for a role":      {settings: assume, env: []string{"ALICLOUD_ACCESS_KEY=testak", "ALICLOUD_SECRET_KEY=wrong-canary-secret"}, want: "SignatureDoesNotMatch"},
		"a command that fails":        {files: map[string]string{".aliyun/config.json": external("cat nowhere.json")}, want: "exit status 1"},
		"a command that is not there": {files: map[string]string{".aliyun/config.json": external("no-such-command-here")}, want: "no-such-command-here"},
		"a command that prints rubbish": {
			files: map[string]string{".aliyun/config.json": external("cat rubbish"), "rubbish": "the secret is testsk\n"},
			want:  "not JSON of the expected form",
		},
		"a command that hangs": {
			files: map[string]string{".aliyun/config.json": external("sleep 30")}, arguments: `timeouts { read = "2s" }`,
			want: "It was still waiting for credentials: the command sleep has not responded yet.",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := simulateCloud(t, idle)
			if test.account != nil {
				test.account(c)
			}
			env := append([]string{"TF_LOG=TRACE"}, test.env...)
			for i := range env {
				env[i] = strings.ReplaceAll(env[i], "{plain}", c.plain)
			}
			w := c.workspace(t, c.configuration(test.settings, test.arguments), env...)
			for file, text := range test.files {
				path := filepath.Join(w.dir, file)
				if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			output, err := w.Run(t.Context(), "plan", "-no-color")
			if err == nil || !strings.Contains(unwrap(output), test.want) {
				t.Errorf("%v: %q is not shown in:\n%s", err, test.want, output)
			}
			noCanary(t, c, w, output)
			if _, message, ok := strings.Cut(output, "\nError: "); ok {
				t.Logf("$ %s plan\n\nError: %s", cli.Command(), message)
			}
		})
	}
}
