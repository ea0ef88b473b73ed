package realcli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// wayIn is what an example of the guide "Authentication" finds around it: besides the simulated account, what the guide
// says must be there.
type wayIn struct {
	env      []string
	identity string // who the simulator says has signed
}

// waysIn has every example of the guide.
var waysIn = map[string]wayIn{
	"access_key.tf":            {[]string{"TF_VAR_access_key=testak", "TF_VAR_secret_key=testsk"}, "testak"},
	"environment.tf":           {[]string{"ALICLOUD_ACCESS_KEY=testak", "ALICLOUD_SECRET_KEY=testsk", "ALICLOUD_REGION=cn-hangzhou"}, "testak"},
	"profile.tf":               {nil, "testak"},
	"assume_role.tf":           {[]string{"ALICLOUD_ACCESS_KEY=testak", "ALICLOUD_SECRET_KEY=testsk"}, readerRole + "/pipelines"},
	"assume_role_with_oidc.tf": {nil, readerRole + "/terraform"},
	"ecs_role.tf":              {nil, runnerRole + "/"},
	"credentials_uri.tf":       {nil, uriRole + "/"},
}

func TestEveryWayInOfTheGuideWorks(t *testing.T) {
	t.Parallel()
	folder := filepath.Join("..", "..", "examples", "guides", "authentication")
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != len(waysIn) {
		t.Errorf("%d examples, and %d of them are run", len(entries), len(waysIn))
	}
	for _, entry := range entries {
		t.Run(entry.Name(), func(t *testing.T) {
			t.Parallel()
			way, ok := waysIn[entry.Name()]
			if !ok {
				t.Fatal("it is run nowhere: add it to waysIn")
			}
			text, err := os.ReadFile(filepath.Join(folder, entry.Name()))
			if err != nil {
				t.Fatal(err)
			}
			c := simulateCloud(t, idle)
			// The one thing that an example cannot know is where the simulator is.
			override := fmt.Sprintf("provider \"ackupgrade\" {\n  endpoints {\n    cs  = %q\n    sts = %[1]q\n  }\n", c.tls)
			if strings.Contains(string(text), "credentials_uri") {
				override += fmt.Sprintf("  credentials_uri = \"http://%s/credentials\"\n", c.plain)
			}
			w := c.workspace(t, string(text), way.env...)
			for name, text := range map[string]string{"simulator_override.tf": override + "}\n", "token.jwt": oidcToken} {
				if err := w.Write(name, text); err != nil {
					t.Fatal(err)
				}
			}
			profiles(t, w, "", map[string]any{
				"name": "pipelines", "mode": "AK", "access_key_id": "testak", "access_key_secret": "testsk", "region_id": "cn-hangzhou",
			})
			output, err := w.Run(t.Context(), "apply", "-auto-approve", "-no-color")
			if err != nil {
				t.Fatalf("%v\n%s", err, output)
			}
			if requests := c.Requests(); len(requests) != 1 || !strings.HasPrefix(requests[0].Identity, way.identity) {
				t.Errorf("signed by %+v, want %s", requests, way.identity)
			}
			noCanary(t, c, w, output)
		})
	}
}
