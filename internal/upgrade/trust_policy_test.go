package upgrade

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The trust policy of a role names who may assume it, and the policy of who assumes it names the roles: the fields that RAM takes for each.
func TestTheExamplePoliciesOfARoleAreOnesThatRAMTakes(t *testing.T) {
	t.Parallel()
	type role struct {
		Version   string
		Statement []struct {
			Effect, Action string
			Resource       []string            `json:",omitempty"`
			Principal      map[string][]string `json:",omitempty"`
		}
	}
	for name, arns := range map[string]func(role) []string{
		"trust.json":  func(r role) []string { return r.Statement[0].Principal["RAM"] },
		"assume.json": func(r role) []string { return r.Statement[0].Resource },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file, err := os.Open(filepath.Join("..", "..", "examples", "guides", "many-accounts", name))
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = file.Close() }()
			var r role
			decoder := json.NewDecoder(file)
			decoder.DisallowUnknownFields()
			if err := decoder.Decode(&r); err != nil {
				t.Fatal(err)
			}
			if r.Version != "1" || len(r.Statement) != 1 || r.Statement[0].Effect != "Allow" || r.Statement[0].Action != "sts:AssumeRole" || len(arns(r)) == 0 {
				t.Fatalf("%+v", r)
			}
			if trusts := len(r.Statement[0].Principal) > 0; trusts == (len(r.Statement[0].Resource) > 0) {
				t.Error("a trust policy has a principal and no resource, any other policy a resource and no principal")
			}
			for _, arn := range arns(r) {
				account, name, _ := strings.Cut(strings.TrimPrefix(arn, "acs:ram::"), ":role/")
				if len(account) != 16 || strings.Trim(account, "0123456789") != "" || name == "" {
					t.Errorf("%s is not the ARN of a role", arn)
				}
			}
		})
	}
}
