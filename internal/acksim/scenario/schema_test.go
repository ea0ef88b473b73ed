package scenario

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

var update = flag.Bool("update", false, "write the schema and the reference page")

// golden compares a file with what it is made from or, with -update, writes it.
func golden(t *testing.T, path string, made []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, made, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(file), string(made)); diff != "" {
		t.Errorf("%s is not what the tables say. Run go test ./internal/acksim/scenario -update (-file +tables):\n%s", path, diff)
	}
}

// schema is the schema, compiled.
func schema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(SchemaJSON()))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("scenario.json", document); err != nil {
		t.Fatal(err)
	}
	compiled, err := compiler.Compile("scenario.json")
	if err != nil {
		t.Fatal(err)
	}
	return compiled
}

// validate returns what the schema has against a file.
func validate(t *testing.T, schema *jsonschema.Schema, file []byte) error {
	t.Helper()
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	return schema.Validate(value)
}

// everyField returns files that have every field between them: two of them exclude each other.
func everyField(t *testing.T) (files []any) {
	t.Helper()
	for _, name := range []string{"every_field.json", "credentials_uri.json"} {
		file, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		var value any
		if err := json.Unmarshal(file, &value); err != nil {
			t.Fatal(err)
		}
		files = append(files, value)
	}
	return files
}

func TestTheSchemaIsMadeFromTheTables(t *testing.T) {
	golden(t, filepath.Join("..", "scenario.schema.json"), SchemaJSON())
}

func TestTheReferencePageIsMadeFromTheTables(t *testing.T) {
	golden(t, filepath.Join("..", "..", "..", "templates", "guides", "simulator-scenarios.md"), []byte(Reference()))
}

func TestTheReferenceDescribesEveryFieldThatHasParts(t *testing.T) {
	var titles []string
	for _, s := range sections() {
		titles = append(titles, s.title)
	}
	for _, s := range sections() {
		for _, row := range s.rows {
			if row.Described && !slices.Contains(titles, row.Name) {
				t.Errorf("%s, of %s, has no section", row.Name, s.title)
			}
		}
	}
}

// files are scenarios that people and tests have written.
func files(t *testing.T) map[string][]byte {
	t.Helper()
	all := map[string][]byte{"the example of the help": []byte(Example)}
	for _, name := range ReadyNames() {
		file, _ := Ready(name)
		all[name] = []byte(file)
	}
	corpus, err := filepath.Glob(filepath.Join("..", "testdata", "fuzz", "FuzzParseScenario", "*"))
	if err != nil || len(corpus) == 0 {
		t.Fatal(corpus, err)
	}
	for _, path := range corpus {
		file, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var quoted string
		if _, err := fmt.Sscanf(string(file), "go test fuzz v1\n[]byte(%q)\n", &quoted); err != nil {
			t.Fatal(path, err)
		}
		all[filepath.Base(path)] = []byte(quoted)
	}
	return all
}

func TestTheSchemaAcceptsWhatTheReaderAccepts(t *testing.T) {
	schema, read := schema(t), 0
	for name, file := range files(t) {
		if _, err := Parse(file); err != nil {
			continue
		}
		read++
		if err := validate(t, schema, file); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if least := len(ReadyNames()) + 10; read < least {
		t.Errorf("the reader accepts %d files of %d or more", read, least)
	}
}

// TestTheSchemaRejectsWhatTheReaderRejects takes files with every field, and in each place of it makes each mistake that there
// is in the structure: an unknown field, a value of every other type, and a field that is missing.
func TestTheSchemaRejectsWhatTheReaderRejects(t *testing.T) {
	schema := schema(t)
	var whole any
	kinds := map[string]int{}
	check := func(kind, at string) {
		file, err := json.Marshal(whole)
		if err != nil {
			t.Fatal(err)
		}
		_, read := Parse(file)
		valid := schema.Validate(whole)
		if (read == nil) != (valid == nil) {
			t.Errorf("%s %s:\nreader: %v\nschema: %v", kind, at, read, valid)
		}
		if read != nil {
			kinds[kind]++
		}
	}
	for _, whole = range everyField(t) {
		check("nothing wrong", "")
		mistakes(whole, "", func(any) { t.Fatal("the root is an object") }, check)
	}
	for _, kind := range []string{"an unknown field", "another type", "a missing field"} {
		if kinds[kind] < 10 {
			t.Errorf("%s was refused %d times: %v", kind, kinds[kind], kinds)
		}
	}
	if kinds["nothing wrong"] > 0 {
		t.Error("a file is refused as it is")
	}
}

// wrongTypes has a value of each type.
var wrongTypes = []any{nil, true, 1.5, "?", []any{}, map[string]any{"?": "?"}}

// mistakes makes each mistake in value and in all that it holds, one at a time.
func mistakes(value any, at string, set func(any), check func(kind, at string)) {
	if at != "" && !free(at) {
		for _, wrong := range wrongTypes {
			if reflect.TypeOf(wrong) != reflect.TypeOf(value) {
				set(wrong)
				check("another type", fmt.Sprintf("%s = %v", at, wrong))
			}
		}
		set(value)
	}
	switch value := value.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(value)) {
			member := value[name]
			if isReferredTo(at, name) {
				continue // What refers to it would be at fault, which is for the reader to find.
			}
			mistakes(member, at+"."+name, func(to any) { value[name] = to }, check)
			delete(value, name)
			check("a missing field", at+"."+name)
			value[name] = member
		}
		if !free(at + ".?") {
			value["unknown?"] = "x"
			check("an unknown field", at)
			delete(value, "unknown?")
		}
	case []any:
		for i, element := range value {
			mistakes(element, fmt.Sprintf("%s[%d]", at, i), func(to any) { value[i] = to }, check)
		}
	}
}

// free reports whether a value is the user's to choose, of any type.
func free(at string) bool {
	return strings.Contains(at, ".responses.GetUpgradeStatus") || strings.Contains(at, ".responses.DescribeClusterDetail") ||
		slices.Contains([]string{".clusters.?", ".clusters.c2.tags.?"}, at) || strings.HasSuffix(at, ".http.headers.?")
}

// isReferredTo reports whether other parts of the file refer to this part.
func isReferredTo(at, name string) bool {
	return at == ".clusters" && name == "c1" || at == "" && (name == "clusters" || name == "oidc" || name == "roles")
}

// TestEveryFieldIsTestedWithInvalidValues holds that the files of the test above have every field that the schema has.
func TestEveryFieldIsTestedWithInvalidValues(t *testing.T) {
	var schema map[string]any
	if err := json.Unmarshal(SchemaJSON(), &schema); err != nil {
		t.Fatal(err)
	}
	if tried := tryFields(t, schema, everyField(t), ""); tried < 90 {
		t.Errorf("%d fields were found in the schema", tried)
	}
}

// tryFields reports the fields of a schema that none of the values has, and returns how many fields there are.
func tryFields(t *testing.T, schema map[string]any, values []any, at string) (tried int) {
	either, _ := schema["anyOf"].([]any)
	for _, one := range either {
		if one, ok := one.(map[string]any); ok {
			tried += tryFields(t, one, values, at)
		}
	}
	properties, _ := schema["properties"].(map[string]any)
	for name, of := range properties {
		var members []any
		for _, value := range values {
			if object, ok := value.(map[string]any); ok && object[name] != nil {
				members = append(members, object[name])
			}
		}
		if len(members) == 0 {
			t.Errorf("%s.%s is in no file", at, name)
		}
		of, _ := of.(map[string]any)
		tried += 1 + tryFields(t, of, members, at+"."+name)
	}
	var inside []any
	for _, value := range values {
		switch value := value.(type) {
		case []any:
			inside = append(inside, value...)
		case map[string]any:
			inside = slices.AppendSeq(inside, maps.Values(value))
		}
	}
	for _, name := range []string{"items", "additionalProperties"} {
		if of, ok := schema[name].(map[string]any); ok {
			tried += tryFields(t, of, inside, at+"[]")
		}
	}
	return tried
}
