package provider

import (
	"bufio"
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// other is any text, in a heading of the guide and in a first line as the code has it.
const other = "..."

// TestTheGuideHasEachFirstLine holds that the guide "Troubleshooting" has a heading for each first line that the code can make, and
// none besides. The lines are read from the source, so that none can be forgotten. A heading may say more than the source does: that
// the subject is a cluster.
func TestTheGuideHasEachFirstLine(t *testing.T) {
	t.Parallel()
	guide := headings(t)
	lines := firstLines(t)
	if len(lines) < 60 {
		t.Errorf("only %d first lines were found in the source", len(lines))
	}
	made := map[string]bool{}
	for _, line := range slices.Sorted(maps.Keys(lines)) {
		found := false
		for heading := range guide.errors {
			if fits(line, heading) {
				found, made[heading] = true, true
			}
		}
		if !found {
			t.Errorf("templates/guides/troubleshooting.md.tmpl has no heading %q", line)
		}
	}
	for heading := range guide.errors {
		if !made[heading] {
			t.Errorf("nothing makes the first line of the heading %q", heading)
		}
	}
	t.Logf("%d first lines, %d headings", len(lines), len(guide.errors))
}

// fits reports whether a text matches a pattern.
func fits(pattern, text string) bool {
	expression := strings.ReplaceAll(regexp.QuoteMeta(pattern), regexp.QuoteMeta(other), ".+")
	return regexp.MustCompile("^" + expression + "$").MatchString(text)
}

// TestTheGuideHasTheGoldenFirstLines holds the same for the messages that users have been shown to see.
func TestTheGuideHasTheGoldenFirstLines(t *testing.T) {
	t.Parallel()
	guide := headings(t)
	golden := map[string]bool{}
	for _, file := range []string{"testdata/diagnostics.txt", "../credentials/testdata/mistakes.txt"} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		title := false
		for line := range strings.Lines(string(text)) {
			if title && !strings.HasPrefix(line, "Source:") { // Those are facts of an error whose first line is another.
				golden[strings.TrimSpace(line)] = true
			}
			title = strings.HasPrefix(line, "== ")
		}
	}
	files, err := filepath.Glob("testdata/guide/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		line, _, _ := strings.Cut(string(text), "\n")
		golden[strings.TrimPrefix(line, "Error: ")] = true
	}
	for line := range golden {
		found := false
		for heading := range guide.errors {
			found = found || fits(heading, line)
		}
		if !found {
			t.Errorf("no heading of templates/guides/troubleshooting.md.tmpl fits %q", line)
		}
	}
	t.Logf("%d golden first lines", len(golden))
}

// TestTheGuideHasEachAPICode holds that each code of the tables has a heading.
func TestTheGuideHasEachAPICode(t *testing.T) {
	t.Parallel()
	guide := headings(t)
	codes := map[string]bool{"Throttling": true} // Not in a table: it is looked for anywhere in a code.
	for _, file := range source(t, "../apicode") {
		ast.Inspect(file, func(node ast.Node) bool {
			list, ok := node.(*ast.CompositeLit)
			if !ok || list.Type != nil || len(list.Elts) != 2 {
				return true
			}
			if code, ok := list.Elts[0].(*ast.BasicLit); ok && code.Kind == token.STRING {
				codes[literal(code)] = true
			}
			return true
		})
	}
	if len(codes) < 20 {
		t.Errorf("only %d codes were found in the source", len(codes))
	}
	for _, code := range slices.Sorted(maps.Keys(codes)) {
		if !guide.codes[code] {
			t.Errorf("templates/guides/troubleshooting.md.tmpl has no heading %q", code)
		}
	}
	for code := range guide.codes {
		if !codes[code] {
			t.Errorf("the heading %q is no code of the tables", code)
		}
	}
	t.Logf("%d codes", len(codes))
}

// guideHeadings are the headings of the guide's entries.
type guideHeadings struct{ errors, codes map[string]bool }

// headings reads the headings of the third level, by what the section above them is about.
func headings(t *testing.T) guideHeadings {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "templates", "guides", "troubleshooting.md.tmpl"))
	if err != nil {
		t.Fatal(err)
	}
	all := guideHeadings{errors: map[string]bool{}, codes: map[string]bool{}}
	section := all.errors
	lines := bufio.NewScanner(bytes.NewReader(text))
	for lines.Scan() {
		if title, ok := strings.CutPrefix(lines.Text(), "## "); ok {
			switch title {
			case "API codes":
				section = all.codes
			case "Messages of Terraform and OpenTofu":
				section = map[string]bool{} // Those are not made here.
			default:
				section = all.errors
			}
		}
		if heading, ok := strings.CutPrefix(lines.Text(), "### "); ok {
			section[heading] = true
		}
	}
	return all
}

// firstLines reads from the source each first line that a diagnostic can have: what the package summary returns. It fails the test if
// this package or credentials passes a literal text to a function that makes diagnostics.
func firstLines(t *testing.T) map[string]bool {
	t.Helper()
	lines := map[string]bool{}
	add := func(line string, constant bool) {
		if constant && strings.Trim(strings.ReplaceAll(line, other, ""), " :") != "" {
			lines[line] = true
		}
	}
	for _, file := range source(t, "../summary") {
		for _, declaration := range file.Decls {
			switch d := declaration.(type) {
			case *ast.FuncDecl:
				if d.Name.IsExported() && d.Name.Name != "Cluster" && d.Name.Name != "Task" && !strings.HasSuffix(d.Name.Name, "Prefix") { // Those are subjects and parts.
					ast.Inspect(d, func(node ast.Node) bool {
						if result, ok := node.(*ast.ReturnStmt); ok {
							add(pattern(result.Results[0]))
						}
						return true
					})
				}
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					if value, ok := spec.(*ast.ValueSpec); ok && d.Tok == token.CONST && value.Names[0].IsExported() && !strings.HasSuffix(value.Names[0].Name, "Prefix") {
						add(pattern(value.Values[0]))
					}
				}
			}
		}
	}
	// The position of the first line among the arguments.
	makers := map[string]int{
		"AddError": 0, "AddWarning": 0, "NewErrorDiagnostic": 0, "NewWarningDiagnostic": 0,
		"AddAttributeError": 1, "AddAttributeWarning": 1, "NewAttributeErrorDiagnostic": 1, "NewAttributeWarningDiagnostic": 1,
	}
	outside := func(expression ast.Expr) {
		if line, constant := pattern(expression); constant && strings.Trim(line, " :.") != "" {
			t.Errorf("the first line %q belongs in internal/summary", line)
		}
	}
	for _, file := range slices.Concat(source(t, "."), source(t, "../credentials")) {
		ast.Inspect(file, func(node ast.Node) bool {
			switch n := node.(type) {
			case *ast.CallExpr:
				if selector, ok := n.Fun.(*ast.SelectorExpr); ok {
					if at, ok := makers[selector.Sel.Name]; ok && at < len(n.Args) {
						outside(n.Args[at])
					}
				}
			case *ast.KeyValueExpr:
				if key, ok := n.Key.(*ast.Ident); ok && (key.Name == "Summary" || key.Name == "summary") {
					outside(n.Value)
				}
			}
			return true
		})
	}
	return lines
}

// verbs are those of a format.
var verbs = regexp.MustCompile(`%(\[\d+\])?[a-z]`)

// pattern is a first line as an expression makes it, with dots for what is known only when it runs, and whether the expression has a
// literal text. The text of a variable or another function is found at its definition.
func pattern(expression ast.Expr) (line string, constant bool) {
	switch e := expression.(type) {
	case *ast.BasicLit:
		return literal(e), e.Kind == token.STRING
	case *ast.BinaryExpr:
		left, one := pattern(e.X)
		right, two := pattern(e.Y)
		return left + right, one || two
	case *ast.CallExpr:
		selector, ok := e.Fun.(*ast.SelectorExpr)
		if !ok || selector.Sel.Name != "Sprintf" {
			return other, false
		}
		format, ok := e.Args[0].(*ast.BasicLit)
		if !ok {
			return other, false
		}
		line = literal(format)
		return verbs.ReplaceAllString(line, other), true
	}
	return other, false
}

func literal(l *ast.BasicLit) string {
	text, err := strconv.Unquote(l.Value)
	if err != nil {
		return l.Value
	}
	return text
}

// source returns the parsed files of a package, without its tests.
func source(t *testing.T, folder string) []*ast.File {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	var files []*ast.File
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	return files
}
