package realcli

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/scenario"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/story"
)

var updatePlans = flag.Bool("update-plans", false, "make the plans of the guide on policies again")

// guideExamples has every folder of examples/guides that is a workspace, and what is done with it.
var guideExamples = map[string]func(*testing.T, *stage){
	"from-a-shell-script":     playShellScript,
	"install":                 playInstall,
	"many-accounts":           playManyAccounts,
	"many-accounts/discovery": playDiscovery,
	"many-accounts/waves":     playWaves,
	"pipelines":               playPipelineWithOIDC,
	"policy-over-a-plan":      playPolicy,
	"test-your-modules":       playTestYourModules,
	"wait-for-an-upgrade":     playWaitForAnUpgrade,
}

func TestEveryExampleOfTheGuidesRuns(t *testing.T) {
	t.Parallel()
	root := filepath.Join("..", "..", "examples", "guides")
	for folder, play := range guideExamples {
		t.Run(folder, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			if err := os.CopyFS(s.dir, os.DirFS(filepath.Join(root, filepath.FromSlash(folder)))); err != nil {
				t.Fatal(err)
			}
			s.must(t, "init", "-no-color")
			s.must(t, "validate", "-no-color")
			play(t, s)
		})
	}
}

func playInstall(t *testing.T, s *stage) {
	s.goes(t, `upgrade = "Cluster `+clusterID+`: idle`, planNow...)
	mirror, err := json.Marshal(filepath.ToSlash(installed.mirror))
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(s.dir, "filesystem_mirror.tfrc"))
	if err != nil {
		t.Fatal(err)
	}
	s.write(t, "cli.tfrc", strings.Replace(string(text), `"/usr/share/terraform/providers"`, string(mirror), 1))
	if err := os.RemoveAll(filepath.Join(s.dir, ".terraform")); err != nil {
		t.Fatal(err)
	}
	s.env = append(s.env, "TF_CLI_CONFIG_FILE="+filepath.Join(s.dir, "cli.tfrc"))
	s.goes(t, "Installing ackupgrade/ackupgrade v"+version, "init", "-no-color")

	// The server does not exist. The error about it shows that the CLI understands the file.
	s.env = append(s.env, "TF_CLI_CONFIG_FILE="+filepath.Join(s.dir, "network_mirror.tfrc"))
	if err := os.RemoveAll(filepath.Join(s.dir, ".terraform")); err != nil {
		t.Fatal(err)
	}
	heading := "Failed to query available provider packages"
	if cli.Name == "OpenTofu" {
		heading = "Failed to resolve provider packages"
	}
	s.stops(t, heading, "init", "-no-color")
	s.stops(t, "https://mirror.example.com/providers/", "init", "-no-color")
}

func playWaitForAnUpgrade(t *testing.T, s *stage) {
	text, err := os.ReadFile(filepath.Join(s.dir, "main.tf"))
	if err != nil {
		t.Fatal(err)
	}
	s.write(t, "main.tf", strings.Replace(string(text), `poll_interval      = "1m"`, `poll_interval      = "1s"`, 1))
	s.must(t, savePlan...)
	const before, after = `"cluster": {"current_version": "1.32.7-aliyun.1"}`, `"cluster": {"current_version": "1.33.3-aliyun.1"}`
	s.setTimeline(t, `[
		{"polls": 1, "phase": "succeeded", `+before+`},
		{"polls": 1, "phase": "running", `+before+`},
		{"polls": 1, "phase": "paused", `+before+`},
		{"phase": "succeeded", `+after+`}
	]`)
	s.goes(t, "1 added", applyPlan...)
	s.holdsTouched(t, "create csi-plugin in cn-hangzhou")
}

// playShellScript runs the script that takes the place of the other, once for each result.
func playShellScript(t *testing.T, s *stage) {
	for phase, want := range map[story.Phase]int{story.Succeeded: 0, story.Failed: 1} {
		s.is(t, phase)
		command := exec.CommandContext(t.Context(), "sh", "wait.sh", clusterID)
		command.Dir, command.Env = s.dir, append(s.Command(t.Context()).Env, "TF="+cli.Path)
		output, err := command.CombinedOutput()
		var exit *exec.ExitError
		if err != nil && !errors.As(err, &exit) {
			t.Fatal(err)
		}
		if got := command.ProcessState.ExitCode(); got != want || !strings.Contains(string(output), clusterID) {
			t.Errorf("%s: exit code %d, want %d\n%s", phase, got, want, output)
		}
	}
	if output, err := exec.CommandContext(t.Context(), "sh", "-n", filepath.Join(s.dir, "before.sh")).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, output)
	}
}

// playManyAccounts has a cluster in each of two accounts, which the role of the other cannot see.
func playManyAccounts(t *testing.T, s *stage) {
	const reader = "acs:ram::%s:role/upgrade-reader"
	staging, production := fmt.Sprintf(reader, "1111111111111111"), fmt.Sprintf(reader, "2222222222222222")
	other := strings.Replace(clusterID, "c1", "c2", 1)
	plan, err := scenario.Parse([]byte(`{
		"access_keys": [{"id": "testak", "secret": "testsk"}],
		"roles": [{"arn": "` + staging + `", "trusts": ["testak"]}, {"arn": "` + production + `", "trusts": ["testak"]}],
		"clusters": {
			"` + clusterID + `": {"visible_to": ["` + staging + `"], "timeline": [{"phase": "running"}]},
			"` + other + `": {"visible_to": ["` + production + `"], "timeline": [{"phase": "idle"}]}
		}
	}`))
	if err != nil {
		t.Fatal(err)
	}
	simulator, err := acksim.New(plan)
	if err != nil {
		t.Fatal(err)
	}
	server, err := acksim.Start(t.Context(), simulator, acksim.Options{TLS: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	certificate := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(certificate, server.CertificatePEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	s.env = append(s.env, "ALIBABA_CLOUD_ENDPOINT_CS="+server.Endpoint(), "SSL_CERT_FILE="+certificate)
	var override strings.Builder // The one thing that an example cannot know is where the simulator is.
	for _, alias := range []string{"staging", "production"} {
		fmt.Fprintf(&override, "provider \"ackupgrade\" {\n  alias = %q\n  endpoints {\n    cs  = %q\n    sts = %[2]q\n  }\n}\n", alias, server.Endpoint())
	}
	s.write(t, "simulator_override.tf", override.String())
	result, output := s.try(t, applyNow...)
	if result == goesThrough || !strings.Contains(unwrap(output), gateClosed("running")) {
		t.Errorf("%s:\n%s", result, output)
	}
	// The account in mid-upgrade waits, and the other does not.
	s.holdsTouched(t, "create workers in cn-shanghai as acs:ram::2222222222222222:role/deployer")
}

func playDiscovery(t *testing.T, s *stage) {
	s.goes(t, "[id=2 clusters: 2 idle]", planNow...)
	text, err := os.ReadFile(filepath.Join(s.dir, "main.tf"))
	if err != nil {
		t.Fatal(err)
	}
	s.write(t, "main.tf", strings.Replace(string(text), "^production-", "^staging-", 1))
	s.stops(t, "cluster_ids", planNow...)
}

func playWaves(t *testing.T, s *stage) {
	s.hurried(t)
	s.must(t, savePlan...)
	const before, after = `"cluster": {"current_version": "1.32.7-aliyun.1"}`, `"cluster": {"current_version": "1.33.3-aliyun.1"}`
	s.setTimeline(t, `[{"polls": 1, "phase": "running", `+before+`}, {"phase": "failed", `+before+`}]`)
	s.stops(t, gateClosed("failed"), applyPlan...)
	s.must(t, savePlan...)
	s.setTimeline(t, `[{"polls": 1, "phase": "running", `+before+`}, {"phase": "succeeded", `+after+`}]`)
	s.goes(t, "1 added", applyPlan...)
	s.holdsTouched(t, "create csi-plugin in cn-hangzhou")
}

// playPipelineWithOIDC runs the configuration with a token in a variable, as in GitLab, and in a file.
func playPipelineWithOIDC(t *testing.T, s *stage) {
	c := simulateCloud(t, idle)
	s.write(t, "simulator_override.tf", fmt.Sprintf("provider \"ackupgrade\" {\n  endpoints {\n    cs  = %q\n    sts = %[1]q\n  }\n}\n", c.tls))
	s.write(t, "token.jwt", oidcToken)
	s.env = append(
		s.env, "ALICLOUD_ACCESS_KEY=", "ALICLOUD_SECRET_KEY=", "SSL_CERT_FILE="+c.certificate,
		"ALIBABA_CLOUD_ROLE_ARN="+readerRole, "ALIBABA_CLOUD_OIDC_PROVIDER_ARN="+idp,
	)
	env := slices.Clone(s.env)
	for _, token := range []string{"ALIBABA_CLOUD_OIDC_TOKEN=" + oidcToken, "ALIBABA_CLOUD_OIDC_TOKEN_FILE=" + filepath.Join(s.dir, "token.jwt")} {
		s.env = append(slices.Clone(env), token)
		s.must(t, savePlan...)
	}
	s.goes(t, "1 added", applyPlan...)
	for _, request := range c.Requests() {
		if !strings.HasPrefix(request.Identity, readerRole) {
			t.Errorf("signed by %s, want %s", request.Identity, readerRole)
		}
	}
	s.holdsTouched(t, "create workers in cn-hangzhou as acs:ram::1234567890123456:role/deployer")
}

// playPolicy holds that the plans that the policy is tested on are those that the CLIs make.
func playPolicy(t *testing.T, s *stage) {
	s.is(t, story.Running)
	s.must(t, savePlan...)
	output, err := s.Command(t.Context(), "show", "-json", "plan.bin").Output()
	if err != nil {
		t.Fatal(err)
	}
	var plan map[string]any
	if err := json.Unmarshal(output, &plan); err != nil {
		t.Fatal(err)
	}
	// What a policy needs. The rest has versions, times and checks of the CLI.
	kept := map[string]any{"configuration": plan["configuration"], "prior_state": map[string]any{"values": plan["prior_state"].(map[string]any)["values"]}} //nolint:forcetypeassert // A test.
	got, err := json.MarshalIndent(map[string]any{cli.Command(): kept}, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join("..", "..", "examples", "guides", "policy-over-a-plan", "plans", cli.Command()+".json")
	if *updatePlans {
		if err := os.WriteFile(file, append(got, '\n'), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)+"\n"); diff != "" {
		t.Errorf("with -update-plans the file is made again; -want +got:\n%s", diff)
	}
}

func playTestYourModules(t *testing.T, s *stage) {
	s.passesAgainstTheSimulator(t, "Success! 1 passed, 0 failed.", "-scenario", "scenario.json")
}
