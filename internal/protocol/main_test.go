package protocol

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/scenario"
)

// built is the provider, built from this source.
var built string

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "ackupgrade-protocol-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(dir) }()
	built = filepath.Join(dir, "terraform-provider-ackupgrade")
	if runtime.GOOS == "windows" {
		built += ".exe"
	}
	build := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-o", built, "../..") //nolint:noctx // go test's own timeout ends it.
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if output, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "building the provider: %v\n%s", err, output)
		return 1
	}
	return m.Run()
}

// simulate starts a simulator of the given clusters, in the form of a scenario's.
func simulate(t *testing.T, clusters string) (*acksim.Simulator, string) {
	t.Helper()
	plan, err := scenario.Parse([]byte(`{"access_keys": [{"id": "testak", "secret": "testsk"}], "clusters": {` + clusters + `}}`))
	if err != nil {
		t.Fatal(err)
	}
	simulator, err := acksim.New(plan)
	if err != nil {
		t.Fatal(err)
	}
	server, err := acksim.Start(t.Context(), simulator, acksim.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	return simulator, server.Endpoint()
}

// start starts the provider, configured for a simulator.
func start(t *testing.T, endpoint string) *Process {
	t.Helper()
	return startLogging(t, endpoint, nil)
}

// startLogging does the same, with a log and more environment variables.
func startLogging(t *testing.T, endpoint string, log io.Writer, env ...string) *Process {
	t.Helper()
	env = append(env, "HOME="+t.TempDir(), "ALICLOUD_ACCESS_KEY=testak", "ALICLOUD_SECRET_KEY=testsk")
	p, err := Start(t.Context(), built, log, env...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	diags, err := p.Configure(t.Context(), map[string]any{
		"region": "cn-hangzhou", "protocol": "HTTP", "endpoints": []any{map[string]any{"cs": endpoint}},
	})
	if err != nil || len(diags) > 0 {
		t.Fatal(err, diags)
	}
	return p
}
