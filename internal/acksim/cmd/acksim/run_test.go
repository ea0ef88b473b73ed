package main

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/document"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/fault"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/operation"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/scenario"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acs3"
)

// output is what a command writes, while it still writes.
type output struct {
	mu   sync.Mutex
	text strings.Builder
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// runToEnd runs a command that ends by itself.
func runToEnd(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs output
	code = command{args: args, environment: os.Environ(), stdout: &out, stderr: &errs}.run(t.Context())
	return code, out.String(), errs.String()
}

func write(t *testing.T, content string) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "scenario.json")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestTheHelpIsGeneratedFromTheTables(t *testing.T) {
	code, stdout, stderr := runToEnd(t, "-help")
	if code != exitOK || stderr != "" {
		t.Errorf("%d, %q", code, stderr)
	}
	for _, rows := range [][]document.Row{
		flagRows(), variableHelp, fault.KindRows(), fault.Common(), fault.Options(), document.Rows(operation.ListingFields),
	} {
		for _, row := range rows {
			if !strings.Contains(stdout, "\n  "+row.Name) || row.Help == "" {
				t.Errorf("%s is not in the help, or says nothing: %q", row.Name, row.Help)
			}
		}
	}
	for _, o := range operation.All() {
		if !strings.Contains(stdout, o.Action) || !strings.Contains(stdout, o.RAM) {
			t.Errorf("%s is not in the help", o.Action)
		}
	}
	for line := range strings.Lines(stdout) {
		if len(line) > 101 {
			t.Errorf("%d characters: %s", len(line), line)
		}
	}
}

func TestTheVersionIsPrinted(t *testing.T) {
	code, stdout, stderr := runToEnd(t, "-version")
	if code != exitOK || stdout != "acksim "+version+"\n" || stderr != "" {
		t.Errorf("%d, %q, %q", code, stdout, stderr)
	}
}

func TestTheHelpDescribesEachVariable(t *testing.T) {
	for _, way := range []string{credentialsKey, credentialsURI, credentialsMetadata} {
		s := settings{tls: true, certificate: "x", credentials: way, scenario: &scenario.Scenario{
			AccessKeys:     []scenario.AccessKey{{ID: "a", SecurityToken: "b"}},
			Roles:          []scenario.Role{{}},
			Metadata:       &scenario.Metadata{},
			CredentialsURI: &scenario.CredentialsURI{},
		}}
		for _, v := range s.variables() {
			if !slices.ContainsFunc(variableHelp, func(row document.Row) bool { return row.Name == v.name }) {
				t.Errorf("%s is not in the help", v.name)
			}
		}
	}
}

func TestTheScenarioInTheHelpCanBePlayed(t *testing.T) {
	plan, err := scenario.Parse([]byte(scenario.Example))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := acksim.New(plan); err != nil {
		t.Error(err)
	}
}

func TestEveryListedScenarioCanBePrintedAndPlayed(t *testing.T) {
	_, list, _ := runToEnd(t, "-list")
	for _, name := range scenario.ReadyNames() {
		if !strings.Contains(list, "\n  "+name+" ") && !strings.HasPrefix(list, "  "+name+" ") {
			t.Errorf("%s is not in the list:\n%s", name, list)
		}
		code, printed, stderr := runToEnd(t, "-print-scenario", "-scenario", name)
		if code != exitOK || stderr != "" {
			t.Errorf("%s: %d, %q", name, code, stderr)
		}
		if plan, err := scenario.Parse([]byte(printed)); err != nil || plan.About == "" {
			t.Errorf("%s: %v, %v", name, plan, err)
		}
		if code, _, stderr := runToEnd(t, "-quiet", "-scenario", name, "--", "true"); code != exitOK || stderr != "" {
			t.Errorf("%s: %d, %q", name, code, stderr)
		}
	}
	if _, printed, _ := runToEnd(t, "-print-scenario"); printed != scenario.Default() {
		t.Errorf("without -scenario, another one than the default is printed:\n%s", printed)
	}
}

func TestTheSchemaIsPrinted(t *testing.T) {
	code, stdout, stderr := runToEnd(t, "-schema")
	if code != exitOK || stderr != "" || stdout != string(scenario.SchemaJSON()) {
		t.Errorf("%d, %q, %s", code, stderr, stdout)
	}
}

func TestAnInvalidArgumentEndsTheCommandWithAnError(t *testing.T) {
	bad := write(t, "{\n\"keys\": []}")
	plain := write(t, `{"access_keys": [{"id": "a", "secret": "b"}]}`)
	encrypted := write(t, `{"access_keys": [{"id": "a", "secret": "b"}], "faults": [{"kind": "other_name"}]}`)
	missing := filepath.Join(t.TempDir(), "missing.json")
	for name, test := range map[string]struct {
		args []string
		code int
		want string
	}{
		"an unknown flag": {[]string{"-port", "1"}, exitUsage, "acksim: flag provided but not defined: -port: see acksim -help\n"},
		"a command without --": {
			[]string{"-quiet", "terraform", "plan"}, exitUsage, "acksim: \"terraform\" is not a flag: to run a command, put -- before it\n",
		},
		"-- without a command": {[]string{"--"}, exitUsage, "acksim: there is no command after --: name one, or leave -- out\n"},
		"-cert-out without -tls": {
			[]string{"-cert-out", "x.pem"},
			exitUsage,
			"acksim: -cert-out without -tls: there is no certificate to write, so add -tls or leave it out\n",
		},
		"a scenario that is not there": {
			[]string{"-scenario", missing},
			exitUsage,
			"acksim: reading the scenario: open " + missing + ": no such file or directory. acksim comes with " +
				strings.Join(scenario.ReadyNames(), ", ") + "\n",
		},
		"a scenario to print that is not there": {
			[]string{"-print-scenario", "-scenario", "upgrade"},
			exitUsage,
			"acksim: -print-scenario: there is no scenario \"upgrade\": use one of " + strings.Join(scenario.ReadyNames(), ", ") + "\n",
		},
		"a scenario that is wrong": {
			[]string{"-scenario", bad},
			exitUsage,
			"acksim: " + bad + ": scenario, line 2, keys: unknown field: use one of $schema, about, access_keys, cluster_list, clusters, credentials_uri, fault_seed, faults, forbidden, format, metadata, oidc, rate_limit, region, roles, withdrawn\n",
		},
		"an unknown source of credentials": {
			[]string{"-credentials", "role"},
			exitUsage,
			"acksim: unknown -credentials \"role\": use key, uri or metadata\n",
		},
		"a URI that is not there": {
			[]string{"-credentials", "uri", "-scenario", plain},
			exitUsage,
			"acksim: -credentials uri: the scenario has no credentials_uri, so give it one, or use another way\n",
		},
		"an instance that is not there": {
			[]string{"-credentials", "metadata", "-scenario", plain},
			exitUsage,
			"acksim: -credentials metadata: the scenario has no metadata, so give it that, or use another way\n",
		},
		"a fault that there is with TLS alone": {
			[]string{"-scenario", encrypted},
			exitUsage,
			"acksim: the scenario has the fault other_name: there is none without TLS, so add -tls, or leave the fault out\n",
		},
		"an address that is none": {
			[]string{"-listen", "here"},
			exitFailure,
			"acksim: starting the simulator: listen tcp: address here: missing port in address\n",
		},
		"a certificate's file in no folder": {
			[]string{"-tls", "-cert-out", missing + "/x"},
			exitFailure,
			"acksim: writing the certificate: open " + missing + "/x: no such file or directory\n",
		},
		"a command that is not there": {
			[]string{"--", missing},
			exitNotFound,
			"acksim: running the command: fork/exec " + missing + ": no such file or directory\n",
		},
		"a command that is not on the path": {
			[]string{"--", "no-such-command-anywhere"},
			exitNotFound,
			"acksim: running the command: exec: \"no-such-command-anywhere\": executable file not found in $PATH\n",
		},
		"a command that is no program": {
			[]string{"--", bad},
			exitCannotRun,
			"acksim: running the command: fork/exec " + bad + ": permission denied\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			code, stdout, stderr := runToEnd(t, test.args...)
			if diff := cmp.Diff(test.want, stderr); code != test.code || stdout != "" || diff != "" {
				t.Errorf("%d, stdout %q, stderr (-want +got):\n%s", code, stdout, diff)
			}
		})
	}
}

func TestTheCommandRunsUntilItIsStopped(t *testing.T) {
	for name, end := range map[string]func(chan<- os.Signal, context.CancelFunc){
		"SIGINT":                 func(signals chan<- os.Signal, _ context.CancelFunc) { signals <- os.Interrupt },
		"SIGTERM":                func(signals chan<- os.Signal, _ context.CancelFunc) { signals <- syscall.SIGTERM },
		"the end of its context": func(_ chan<- os.Signal, cancel context.CancelFunc) { cancel() },
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			signals := make(chan os.Signal, 1)
			reader, stdout := io.Pipe()
			var stderr output
			ended := make(chan int)
			go func() {
				ended <- command{stdout: stdout, stderr: &stderr, signals: signals}.run(ctx)
			}()
			first, err := bufio.NewReader(reader).ReadString('\n') // The pipe hands over all that is printed at once.
			if err != nil {
				t.Fatal(err)
			}
			endpoint := regexp.MustCompile(`http://(\S+), until`).FindStringSubmatch(first)
			if endpoint == nil {
				t.Fatalf("printed: %q", first)
			}
			requestStatus(t, endpoint[1])
			end(signals, cancel)
			if code := <-ended; code != exitOK {
				t.Errorf("exit code %d: %s", code, &stderr)
			}
			want := regexp.MustCompile(`^\d\d:\d\d:\d\d\.\d{3} GET /api/v2/clusters/c-running/upgrade/status key=testak 200 ` +
				`step=1 phase=running\nrequests served: 1\n$`)
			if !want.MatchString(stderr.String()) {
				t.Errorf("log: %q", &stderr)
			}
		})
	}
}

// requestStatus reads the status of c-running at the printed endpoint.
func requestStatus(t *testing.T, endpoint string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+endpoint+"/api/v2/clusters/c-running/upgrade/status", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Acs-Action", "GetUpgradeStatus")
	r.Header.Set("X-Acs-Version", "2015-12-15")
	if err := acs3.Sign(r, acs3.Credentials{AccessKeyID: "testak", AccessKeySecret: "testsk"}, time.Now(), "nonce"); err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	if err := response.Body.Close(); err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("%s, %v", response.Status, err)
	}
}
