// Package check checks a release before it is published: as the registries do, as the command lines do, and by a second
// build. `make check-snapshot` runs it.
package check

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const (
	project   = "terraform-provider-ackupgrade"
	simulator = "acksim"
)

// Where things are. All paths are absolute once the tests run.
var (
	dist       = flag.String("dist", "", "the `folder` that the release was made in")
	config     = flag.String("config", "", "the `file` with the configuration that it was made by")
	goreleaser = flag.String("goreleaser", "", "goreleaser's `path`; its folder has inventory too")
	clis       = flag.String("cli", "", "the terraform and tofu to install the provider with, `paths` with commas between")
)

// root is the repository's folder.
var root string

func TestMain(m *testing.M) {
	flag.Parse()
	if err := prepare(); err != nil {
		fmt.Fprintln(os.Stderr, "check:", err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}

func prepare() (err error) {
	for name, value := range map[string]*string{"dist": dist, "config": config, "goreleaser": goreleaser} {
		if *value == "" {
			return fmt.Errorf("-%s is missing: run make check-snapshot, which sets all of them", name)
		}
		if *value, err = filepath.Abs(*value); err != nil {
			return err
		}
	}
	root, err = filepath.Abs(filepath.Join("..", "..", ".."))
	return err
}

// theRelease is what all tests look at.
func theRelease(t *testing.T) release {
	t.Helper()
	r, err := readRelease(*dist, *config)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func commandLines(t *testing.T) []string {
	t.Helper()
	if *clis == "" {
		t.Fatal("-cli is missing: name a terraform or a tofu")
	}
	return strings.Split(*clis, ",")
}
