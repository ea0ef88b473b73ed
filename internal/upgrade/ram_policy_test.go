package upgrade

import (
	"encoding/json"
	"os"
	"path/filepath"
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

// ofCluster and everything are the resources that an action can be limited to.
const (
	ofCluster  = "acs:cs:*:*:cluster/"
	everything = "*"
)

// statement is a statement of a policy.
type statement struct {
	operations []ack.Operation
	resource   string // The prefix of its resources.
}

func TestTheExamplePoliciesAllowWhatEachReadRequests(t *testing.T) {
	t.Parallel()
	policies := map[string][]statement{
		"clusters":     {{[]ack.Operation{ack.DescribeClustersForRegion}, everything}},
		"plans":        {{[]ack.Operation{ack.ListOperationPlansForRegion}, everything}},
		"task_reads":   {{[]ack.Operation{ack.DescribeClusterTasks}, ofCluster}, {[]ack.Operation{ack.DescribeTaskInfo}, everything}},
		"quiet_before": {{SourceAuto.Operations(), ofCluster}, {[]ack.Operation{ack.ListOperationPlansForRegion}, everything}},
	}
	for _, source := range Sources() {
		policies[string(source)] = []statement{{source.Operations(), ofCluster}}
	}
	folder := filepath.Join("..", "..", "examples", "ram-policies")
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if _, ok := policies[strings.TrimSuffix(entry.Name(), ".json")]; !ok {
			t.Errorf("nothing is known of %s", entry.Name())
		}
	}
	for name, want := range policies {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file, err := os.Open(filepath.Join(folder, name+".json"))
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
			if p.Version != "1" || len(p.Statement) != len(want) {
				t.Fatalf("want %d statements, in version 1, got %+v", len(want), p)
			}
			for i, s := range p.Statement {
				var actions []string
				for _, o := range want[i].operations {
					actions = append(actions, o.RAMAction())
				}
				if diff := cmp.Diff(actions, s.Action); diff != "" || s.Effect != "Allow" || len(s.Resource) == 0 {
					t.Errorf("%s %v: -want +got:\n%s", s.Effect, s.Resource, diff)
				}
				for _, resource := range s.Resource {
					if !strings.HasPrefix(resource, want[i].resource) || want[i].resource == everything && resource != everything {
						t.Errorf("the resource %s, want %s", resource, want[i].resource)
					}
				}
			}
		})
	}
}
