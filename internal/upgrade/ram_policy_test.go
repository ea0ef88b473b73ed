package upgrade

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// policy is a RAM policy, with all fields that the examples have.
type policy struct {
	Version   string
	Statement []struct {
		Effect           string
		Action, Resource []string
	}
}

func TestTheExamplePoliciesAllowWhatEachSourceRequests(t *testing.T) {
	t.Parallel()
	folder := filepath.Join("..", "..", "examples", "ram-policies")
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != len(Sources()) {
		t.Errorf("%d policies for %d sources", len(entries), len(Sources()))
	}
	for _, source := range Sources() {
		t.Run(string(source), func(t *testing.T) {
			t.Parallel()
			file, err := os.Open(filepath.Join(folder, string(source)+".json"))
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = file.Close() }()
			var p policy
			decoder := json.NewDecoder(file)
			decoder.DisallowUnknownFields()
			if err := decoder.Decode(&p); err != nil {
				t.Fatal(err)
			}
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
