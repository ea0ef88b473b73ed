package bench

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/realcli"
)

// The release of this platform keeps to its budget, in size and in what it is linked with. So does what it allocates before
// main, three times in each plan: much more than a framework provider that does nothing is a table or an expression that is
// made at the start, whether it is needed or not.
func TestTheProviderKeepsToItsBudget(t *testing.T) {
	t.Parallel()
	root, err := realcli.Root(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	installation, err := realcli.Install(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if err := installation.File(t.Context(), "./internal/bench/nothing", nothing); err != nil {
		t.Fatal(err)
	}
	provider := installation.Executable("registry.terraform.io/" + ours)
	size, err := SizeOf(provider)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range size.Rows() {
		t.Log(row)
		if row.Failed() {
			t.Errorf("past its budget: %s. %s\n%s", row, row.Beyond, strings.Join(size.Modules, "\n"))
		}
	}
	const allowed = 128 << 10 // Both numbers vary by some 40 KB from run to run. It was 660 KB once.
	us, them := initialized(t, provider), initialized(t, installation.Executable(nothing))
	t.Logf("allocated before main: %d bytes, and %d by a provider that does nothing", us, them)
	if us > them+allowed {
		t.Errorf("%d bytes are allocated before main, %d more than by a provider that does nothing; at most %d more are allowed. GODEBUG=inittrace=1 says by which package",
			us, us-them, allowed)
	}
	release, err := os.ReadFile(filepath.Join(root, ".goreleaser.yml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, setting := range []string{"-trimpath", "-buildvcs=false", "-s -w", "tags: [" + realcli.BuildTags + "]"} {
		if !strings.Contains(string(release), setting) {
			t.Errorf("a release is not built with %q, and what is measured here is", setting)
		}
	}
}

// initialized returns how many bytes a provider allocates before main.
func initialized(t *testing.T, provider string) (bytes int) {
	t.Helper()
	command := exec.CommandContext(t.Context(), provider)
	command.Env = append(os.Environ(), "GODEBUG=inittrace=1")
	output, _ := command.CombinedOutput() // It ends with an error: it was not started by a CLI.
	for _, match := range regexp.MustCompile(`(?m)^init .* (\d+) bytes, \d+ allocs$`).FindAllSubmatch(output, -1) {
		n, err := strconv.Atoi(string(match[1]))
		if err != nil {
			t.Fatal(err)
		}
		bytes += n
	}
	if bytes == 0 {
		t.Fatalf("it says nothing of its packages:\n%s", output)
	}
	return bytes
}

// CONTRIBUTING.md says of each direct dependency why it is there.
func TestEachDependencyHasAReason(t *testing.T) {
	t.Parallel()
	root, err := realcli.Root(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	direct := directDependencies(t.Context(), t, root)
	text, err := os.ReadFile(filepath.Join(root, "CONTRIBUTING.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, section, found := strings.Cut(string(text), "## Dependencies\n")
	if !found {
		t.Fatal("CONTRIBUTING.md has no section about dependencies")
	}
	section, _, _ = strings.Cut(section, "\n## ")
	var explained []string
	for _, match := range regexp.MustCompile("(?m)^\\| `([^`]+)` \\| (.{10,}) \\|$").FindAllStringSubmatch(section, -1) {
		explained = append(explained, match[1])
	}
	slices.Sort(direct)
	slices.Sort(explained)
	if !slices.Equal(direct, explained) {
		t.Errorf("go.mod has\n%s\nand CONTRIBUTING.md gives a reason for\n%s", strings.Join(direct, "\n"), strings.Join(explained, "\n"))
	}
}

// directDependencies returns the modules that go.mod requires and does not call indirect.
func directDependencies(ctx context.Context, t *testing.T, root string) []string {
	t.Helper()
	command := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{if not (or .Main .Indirect)}}{{.Path}}{{end}}", "all")
	command.Dir = root
	var problems bytes.Buffer
	command.Stderr = &problems
	output, err := command.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, problems.String())
	}
	return strings.Fields(string(output))
}
