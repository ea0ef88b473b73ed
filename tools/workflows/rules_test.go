package workflows

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestTheWorkflowsOfThisRepository(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("..", "..", ".github", "workflows", "*"))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Fatal("no workflow")
	}
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, problem := range check(source) {
			t.Errorf("%s: %s", filepath.Base(file), problem)
		}
	}
}

// good is a workflow with nothing wrong. Each test spoils it.
const good = `name: good
on:
  pull_request:
permissions:
  contents: read
jobs:
  test:
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    steps:
      - uses: actions/checkout@0123456789012345678901234567890123456789 # v1.2.3
        with:
          persist-credentials: false
      - uses: ./.github/actions/ours
      - run: make test
`

func TestWhatIsWrongWithAWorkflow(t *testing.T) {
	tests := []struct {
		name, old, replacement, want string
	}{
		{name: "nothing"},
		{name: "an action by its tag", old: "0123456789012345678901234567890123456789", replacement: "v1", want: "line 11: actions/checkout@v1 can be changed by whoever owns it"},
		{name: "an action by a short commit", old: "0123456789012345678901234567890123456789", replacement: "0123456", want: "pin it by commit"},
		{name: "an image", old: "actions/checkout@0123456789012345678901234567890123456789", replacement: "docker://alpine:3", want: "pin it by commit"},
		{name: "a pin that does not say of what", old: " # v1.2.3", want: "name the version of the commit"},
		{name: "a pin of a moving version", old: " # v1.2.3", replacement: " # v1", want: "name the version of the commit"},
		{name: "no permissions", old: "permissions:\n  contents: read\n", want: "no permissions"},
		{name: "all permissions", old: "permissions:\n  contents: read\n", replacement: "permissions: write-all\n", want: "line 4: permissions: write-all covers all scopes"},
		{name: "reading everything", old: "permissions:\n  contents: read\n", replacement: "permissions: read-all\n", want: "covers all scopes"},
		{name: "writing in every job", old: "contents: read", replacement: "contents: write", want: "line 5: every job may write contents"},
		{name: "all permissions of a job", old: "    timeout-minutes: 5\n", replacement: "    timeout-minutes: 5\n    permissions: write-all\n", want: "covers all scopes"},
		{name: "no time limit", old: "    timeout-minutes: 5\n", want: "the job test has no timeout-minutes"},
		{name: "a token that stays", old: "        with:\n          persist-credentials: false\n", want: "persist-credentials: false"},
		{name: "a token that stays", old: "persist-credentials: false", replacement: "persist-credentials: true", want: "persist-credentials: false"},
		{name: "secrets for foreign code", old: "  pull_request:\n", replacement: "  pull_request_target:\n", want: "line 3: the event pull_request_target"},
		{name: "no workflow at all", old: good, replacement: "jobs: [", want: "could not parse"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if !strings.Contains(good, test.old) {
				t.Fatalf("%q is not in it", test.old)
			}
			got := check([]byte(strings.Replace(good, test.old, test.replacement, 1)))
			if test.want == "" {
				if len(got) > 0 {
					t.Errorf("found %q", got)
				}
				return
			}
			if !slices.ContainsFunc(got, func(problem string) bool { return strings.Contains(problem, test.want) }) {
				t.Errorf("found %q, want %q", got, test.want)
			}
		})
	}
}

// stay are the modules whose versions are the point of them: the older command lines that the tests are run with.
var stay = []string{"/tools/terraform15", "/tools/opentofu110"}

// Each other folder with a go.mod is looked at for newer versions, and so are the actions.
func TestEveryModuleIsKeptUpToDate(t *testing.T) {
	root := filepath.Join("..", "..")
	config, err := os.ReadFile(filepath.Join(root, ".github", "dependabot.yml"))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"/"}
	for _, pattern := range []string{"tools/go.mod", "tools/*/go.mod"} {
		files, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			folder, err := filepath.Rel(root, filepath.Dir(file))
			if err != nil {
				t.Fatal(err)
			}
			if folder = "/" + filepath.ToSlash(folder); !slices.Contains(stay, folder) {
				want = append(want, folder)
			}
		}
	}
	for _, folder := range want {
		if !strings.Contains(string(config), "\n      - "+folder+"\n") {
			t.Errorf("dependabot.yml does not name %s", folder)
		}
	}
	if !strings.Contains(string(config), "package-ecosystem: github-actions\n") {
		t.Error("dependabot.yml does not name github-actions")
	}
}

// A renamed target must be found here, and not first in a scheduled run.
func TestEveryMakeTargetOfTheWorkflowsExists(t *testing.T) {
	root := filepath.Join("..", "..")
	makefile, err := os.ReadFile(filepath.Join(root, "GNUmakefile"))
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(root, ".github", "workflows", "*.yml"))
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range makes.FindAllSubmatch(source, -1) {
			found++
			if !strings.Contains(string(makefile), "\n"+string(match[1])+":") {
				t.Errorf("%s runs make %s, which is no target", filepath.Base(file), match[1])
			}
		}
	}
	if found == 0 {
		t.Error("no workflow runs make")
	}
}

// makes is a run of make in a workflow: "run: make lint".
var makes = regexp.MustCompile(`(?m)^\s*(?:- )?(?:run: )?make ([a-z-]+)`)
