package summary_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// odd has phrases that readers stumbled over, as patterns, and the plainer ones to use.
var odd = []struct{ pattern, plainer string }{
	{`(?i)\banswer(s|ed|ing)?\b`, "response, respond"},
	{`(?i)\bmend(s|ed|ing)?\b`, "fix"},
	{`(?i)\b(be|is|are|was|were|when|being|gets|it) asked\b|\bask(s|ed)? (the|about|for|again|how|it)\b`, "request, poll, require"},
	{`(?i)\b(not|be|was|were|is) (told|struck)\b|\bstrikes?\b|\bfares?\b`, "reported, applied"},
	{`(?i)gates? (is|are|stays?|stayed|was|were) shut\b|\bshut gate`, "closed"},
	{`(?i)\bway round\b`, "bypass"},
	{`(?i)nothing listens|could not be asked|refused to tell|does not lead to|in vain\b`, "see package summary"},
	{`(?i)(not read|did not end|did not answer) in time`, "timed out"},
	{`(?i)\b(ends|cut) in the middle\b|\bhalf-way\b|stands? still`, "truncated, paused"},
	{`(?i)(there|here) (it is )?twice\b|there more than once`, "duplicate"},
	{`(?i)\btr(y|ied|ies) again\b|\basked again\b|in time again`, "retry"},
	{`(?i)follows from that|the one that we|what that one|holds a word|none is known to|is known to (answer|speak)`, "name the thing"},
	{`(?i)half a pair|of its own accord|by NTP for one|\bfor one[.,]`, "for example"},
	{`(?i)come back in\b|\bbetween here and\b|stands? in between`, "retry after, between this machine and"},
	{`(?i)would be stopped\b|keep(s)? .* out of the way`, "would fail"},
	{`(?i)\b(lets|let) (plans|them|it|an upgrade) (go )?through\b`, "pass, succeed"},
	{`(?i)whatever happens|be there or not`, "always"},
	{`(?i)nobody (waited|knows|wants)`, "canceled, unknown"},
}

// TestNoOddPhrase reads what users read: the documentation, the golden files of messages, and the strings of the code.
func TestNoOddPhrase(t *testing.T) {
	t.Parallel()
	patterns := make([]*regexp.Regexp, len(odd))
	for i, phrase := range odd {
		patterns[i] = regexp.MustCompile(phrase.pattern)
	}
	hold := func(at, text string) {
		for i, pattern := range patterns {
			if found := pattern.FindString(text); found != "" {
				t.Errorf("%s: %q is odd: %s\n\t%s", at, found, odd[i].plainer, strings.TrimSpace(text))
			}
		}
	}
	root := filepath.Join("..", "..")
	texts := 0
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := entry.Name()
		if entry.IsDir() {
			if path != root && (strings.HasPrefix(name, ".") && name != ".github" || name == "build" || name == "fuzz") {
				return filepath.SkipDir
			}
			return nil
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		switch {
		case strings.HasSuffix(name, ".md"), strings.HasSuffix(name, ".tmpl"), strings.HasSuffix(name, ".tf"), name == "GNUmakefile",
			strings.HasSuffix(name, ".txt") && strings.Contains(path, "testdata"):
			texts++
			for i, line := range strings.Split(string(data), "\n") {
				hold(path+":"+strconv.Itoa(i+1), line)
			}
		case strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go"):
			texts++
			files := token.NewFileSet()
			file, err := parser.ParseFile(files, path, data, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			ast.Inspect(file, func(n ast.Node) bool {
				if literal, ok := n.(*ast.BasicLit); ok && literal.Kind == token.STRING {
					if text, err := strconv.Unquote(literal.Value); err == nil {
						hold(files.Position(literal.Pos()).String(), text)
					}
				}
				return true
			})
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if texts < 200 {
		t.Errorf("%d files were read: the repository has more", texts)
	}
}
