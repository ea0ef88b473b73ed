package scenario

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/document"
)

// wrong is a scenario and what is wrong with it.
type wrong struct{ scenario, want string }

// testWrong holds the error that each scenario is refused with.
func testWrong(t *testing.T, all map[string]wrong) {
	t.Helper()
	for name, test := range all {
		t.Run(name, func(t *testing.T) {
			_, err := Read(strings.NewReader(test.scenario))
			if err == nil || err.Error() != test.want {
				t.Errorf("\ngot  %v\nwant %s", err, test.want)
			}
			if problem := (*document.Error)(nil); !errors.As(err, &problem) {
				t.Errorf("%v is a %T, not a *document.Error", err, err)
			}
		})
	}
}

func TestReadScenarioNamesLineFieldAndRemedy(t *testing.T) {
	testWrong(t, map[string]wrong{
		"an empty file": {" \n", `scenario: it is empty: the least is {"access_keys": [{"id": "...", "secret": "..."}]}`},
		"a comma too many": {
			"{\n\"region\": \"a\",\n}",
			"scenario, line 3: it is not JSON (invalid character '}' looking for beginning of object key string): " +
				"look for a comma, bracket or quote that is missing or too many",
		},
		"a file that ends early": {
			"{\n\"region\": ",
			"scenario, line 2: it is not JSON (unexpected end of JSON input): " +
				"look for a comma, bracket or quote that is missing or too many",
		},
		"more than one value": {
			"{}\n{}",
			"scenario, line 2: it is not JSON (invalid character '{' after top-level value): " +
				"look for a comma, bracket or quote that is missing or too many",
		},
		"an array": {"\n[]", "scenario, line 2: it is an array: write an object, {...}"},
		"an unknown field": {
			"{\n" + key + ",\n\"cluster\": {}}",
			"scenario, line 3, cluster: unknown field: use one of $schema, about, access_keys, cluster_list, clusters, credentials_uri, fault_seed, faults, forbidden, format, metadata, oidc, rate_limit, region, roles, withdrawn",
		},
		"a field that is there twice": {
			"{\"region\": \"a\",\n\"region\": \"b\"}", "scenario, line 2, region: duplicate field: leave one of them out",
		},
		"a cluster that is there twice": {
			"{\"clusters\": {\"a.b\": {},\n\"a.b\": {}}}",
			`scenario, line 2, clusters["a.b"]: duplicate field: leave one of them out`,
		},
		"a region that is no string": {
			`{"region": null}`, "scenario, line 1, region: it is null: write a string, or leave the field out",
		},
		"an unknown format": {
			"{" + key + ",\n\"format\": \"yaml\"}",
			`scenario, line 2, format: "yaml" is not a format: use json, xml or xml-rooted, or leave it out`,
		},
		"more than 4 MiB": {
			strings.Repeat(" ", maxScenario) + "{}", "scenario: it is larger than 4 MiB: split it into several simulators",
		},
	})
}

func TestReadScenarioReturnsTheErrorOfTheReader(t *testing.T) {
	_, err := Read(iotest.ErrReader(io.ErrUnexpectedEOF))
	if !errors.Is(err, io.ErrUnexpectedEOF) || err.Error() != "reading the scenario: unexpected EOF" {
		t.Error(err)
	}
}
