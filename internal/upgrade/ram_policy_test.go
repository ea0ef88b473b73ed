package upgrade

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/ack"
)

// policy is a RAM policy, with all fields that the examples have.
type policy struct {
	Version   string
	Statement []struct {
		Effect           string
		Action, Resource []string
	}
}

// readPolicies are the policies of the reads that have no source: which operations each allows, and on what.
var readPolicies = map[string][]struct {
	operation ack.Operation
	resource  string // How it begins.
}{
	"task_reads.json": {{ack.DescribeClusterTasks, "acs:cs:*:*:cluster/"}, {ack.DescribeTaskInfo, "*"}},
}

func TestTheExamplePoliciesOfTheOtherReads(t *testing.T) {
	t.Parallel()
	for name, want := range readPolicies {
		p := readPolicy(t, filepath.Join("..", "..", "examples", "ram-policies", name))
		if p.Version != "1" || len(p.Statement) != len(want) {
			t.Fatalf("%s: %+v", name, p)
		}
		for i, s := range p.Statement {
			if s.Effect != "Allow" || !slices.Equal(s.Action, []string{want[i].operation.RAMAction()}) || len(s.Resource) != 1 || !strings.HasPrefix(s.Resource[0], want[i].resource) {
				t.Errorf("%s: %+v, want %+v", name, s, want[i])
			}
		}
	}
}

func readPolicy(t *testing.T, path string) (p policy) {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	decoder := json.NewDecoder(file)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&p); err != nil {
		t.Fatal(err)
	}
	return p
}

func TestTheExamplePoliciesAllowWhatEachSourceRequests(t *testing.T) {
	t.Parallel()
	folder := filepath.Join("..", "..", "examples", "ram-policies")
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != len(Sources())+len(readPolicies) {
		t.Errorf("%d policies for %d sources and %d other reads", len(entries), len(Sources()), len(readPolicies))
	}
	for _, source := range Sources() {
		t.Run(string(source), func(t *testing.T) {
			t.Parallel()
			p := readPolicy(t, filepath.Join(folder, string(source)+".json"))
			if p.Version != "1" || len(p.Statement) != 1 || p.Statement[0].Effect != "Allow" {
				t.Fatalf("want one statement that allows, in version 1, got %+v", p)
			}
			var actions []string
			for _, o := range source.Operations() {
				actions = append(actions, o.RAMAction())
			}
			if diff := cmp.Diff(actions, p.Statement[0].Action); diff != "" {
				t.Errorf("actions: -want +got:\n%s", diff)
			}
			if len(p.Statement[0].Resource) == 0 {
				t.Error("no resource")
			}
			for _, resource := range p.Statement[0].Resource {
				if !strings.HasPrefix(resource, "acs:cs:*:*:cluster/") {
					t.Errorf("%s is not a cluster", resource)
				}
			}
		})
	}
}
