package realcli

import (
	"context"
	"flag"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/scenario"
)

// What every test here runs: one CLI, and the provider installed for it.
var (
	cli       CLI
	installed *Installation
)

func TestMain(m *testing.M) {
	if address := os.Getenv(asCommand); address != "" {
		os.Exit(playCommand(address))
	}
	flag.Parse()
	if !slices.ContainsFunc(os.Args, func(argument string) bool { return strings.HasPrefix(argument, "-test.parallel") }) {
		// A test waits most of the time: for a CLI, which waits for a provider, which waits for its next poll.
		if err := flag.Set("test.parallel", strconv.Itoa(4*runtime.GOMAXPROCS(0))); err != nil {
			panic(err)
		}
	}
	os.Exit(run(m))
}

func run(m *testing.M) int {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "ackupgrade-realcli-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(dir) }()
	if cli, err = Find(ctx); err == nil {
		installed, err = Install(ctx, dir)
	}
	if err == nil {
		err = installed.FileStandIns(ctx)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

// clusterID is the cluster of all examples.
const clusterID = "c106f377e16f34eb1808d6b9362c9abcd"

// simulate starts a simulator in which the examples' cluster has the given timeline, in the form of a scenario's.
func simulate(t *testing.T, timeline string, options acksim.Options) (*acksim.Simulator, *acksim.Server) {
	t.Helper()
	return simulateCluster(t, `{"tags": {"env": "prod", "wave": "1"}, "timeline": `+timeline+`}`, options)
}

// simulateCluster starts a simulator in which the examples' cluster is the given one, in the form of a scenario's.
func simulateCluster(t *testing.T, cluster string, options acksim.Options) (*acksim.Simulator, *acksim.Server) {
	t.Helper()
	plan, err := scenario.Parse([]byte(`{
		"access_keys": [{"id": "testak", "secret": "testsk"}],
		"clusters": {
			"` + clusterID + `": ` + cluster + `,
			"` + strings.Replace(clusterID, "c1", "c2", 1) + `": ` + cluster + `
		}
	}`))
	if err != nil {
		t.Fatal(err)
	}
	simulator, err := acksim.New(plan)
	if err != nil {
		t.Fatal(err)
	}
	server, err := acksim.Start(t.Context(), simulator, options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	return simulator, server
}

// workspace returns an initialized workspace with a configuration, and the simulator's key in its environment.
func workspace(t *testing.T, configuration string, env ...string) *Workspace {
	t.Helper()
	skipWithout(t, cli, "main.tf", configuration)
	w := NewWorkspace(cli, installed, t.TempDir(), append([]string{"ALICLOUD_ACCESS_KEY=testak", "ALICLOUD_SECRET_KEY=testsk"}, env...)...)
	if err := w.Write("main.tf", configuration); err != nil {
		t.Fatal(err)
	}
	if output, err := w.Run(t.Context(), "init", "-no-color"); err != nil {
		t.Fatalf("init: %v\n%s", err, output)
	}
	return w
}

// configuration is a whole configuration about the examples' cluster at endpoint.
func configuration(endpoint string, arguments string) string {
	return fmt.Sprintf(`terraform {
  required_providers {
    ackupgrade = {
      source = "ackupgrade/ackupgrade"
    }
  }
}

provider "ackupgrade" {
  region   = "cn-hangzhou"
  protocol = "HTTP"
  endpoints {
    cs = %q
  }
}

data "ackupgrade_status" "this" {
  cluster_id = %q
  %s
}
`, endpoint, clusterID, arguments)
}
