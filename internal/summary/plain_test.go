package summary_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// phrase is a pattern, and plainer words for it.
type phrase struct {
	pattern *regexp.Regexp
	plainer string
}

// odd has phrases that readers stumbled over, as patterns, and the plainer ones to use.
var odd = []phrase{
	{regexp.MustCompile(`(?i)\banswer(s|ed|ing)?\b`), "response, respond"},
	{regexp.MustCompile(`(?i)\bmend(s|ed|ing)?\b`), "fix"},
	{regexp.MustCompile(`(?i)\b(be|is|are|was|were|when|being|gets|it) asked\b|\bask(s|ed)? (the|about|for|again|how|it)\b`), "request, poll, require"},
	{regexp.MustCompile(`(?i)\b(not|be|was|were|is) (told|struck)\b|\bstrikes?\b|\bfares?\b`), "reported, applied"},
	{regexp.MustCompile(`(?i)gates? (is|are|stays?|stayed|was|were) shut\b|\bshut gate`), "closed"},
	{regexp.MustCompile(`(?i)\bway round\b`), "bypass"},
	{regexp.MustCompile(`(?i)nothing listens|could not be asked|refused to tell|does not lead to|in vain\b`), "see package summary"},
	{regexp.MustCompile(`(?i)(not read|did not end|did not answer) in time`), "timed out"},
	{regexp.MustCompile(`(?i)\b(ends|cut) in the middle\b|\bhalf-way\b|stands? still`), "truncated, paused"},
	{regexp.MustCompile(`(?i)(there|here) (it is )?twice\b|there more than once`), "duplicate"},
	{regexp.MustCompile(`(?i)\btr(y|ied|ies) again\b|\basked again\b|in time again`), "retry"},
	{regexp.MustCompile(`(?i)follows from that|the one that we|what that one|holds a word|none is known to|is known to (answer|speak)`), "name the thing"},
	{regexp.MustCompile(`(?i)half a pair|of its own accord|by NTP for one|\bfor one[.,]`), "for example"},
	{regexp.MustCompile(`(?i)come back in\b|\bbetween here and\b|stands? in between`), "retry after, between this machine and"},
	{regexp.MustCompile(`(?i)would be stopped\b|keep(s)? .* out of the way`), "would fail"},
	{regexp.MustCompile(`(?i)\b(lets|let) (plans|them|it|an upgrade) (go )?through\b`), "pass, succeed"},
	{regexp.MustCompile(`(?i)whatever happens|be there or not`), "always"},
	{regexp.MustCompile(`(?i)nobody (waited|knows|wants)`), "canceled, unknown"},
}

// oddInComments are odd in comments alone: in the strings of tests, these words are also names.
var oddInComments = []phrase{
	{regexp.MustCompile(`(?i)\b(nobody|somebody|whoever)\b`), "name the client, or use the passive"},
	{regexp.MustCompile(`(?i)\bstands? (for|in|before|behind|there|at)\b`), "is, means, replaces"},
}

// oddInCode has the same of comments and of the strings of tests, which contributors read.
var oddInCode = []phrase{
	{regexp.MustCompile(`(?i)\banswer(s|ed|ing)?\b`), "response, respond"},
	{regexp.MustCompile(`(?i)\bask(s|ed|ing)?\b`), "request, poll, prompt"},
	{regexp.MustCompile(`(?i)\b(told|telling)\b|\btells? (of|the|a|it|whether|how|when)\b`), "report, return"},
	{regexp.MustCompile(`(?i)\bmend(s|ed|ing)?\b`), "fix"},
	{regexp.MustCompile(`(?i)\bstrangers?\b|\bfares?\b`), "foreign, is affected"},
	{regexp.MustCompile(`(?i)\bshut\b`), "closed"},
	{regexp.MustCompile(`(?i)\btrouble\b`), "problem, fault"},
	{regexp.MustCompile(`(?i)\banew\b`), "again"},
	{regexp.MustCompile(`(?i)\bin vain\b|\bway round\b`), "without effect, bypass"},
}

// TestNoOddPhrase reads what users read: the documentation, the golden files of messages, and the strings of the code. Of the code, it
// also reads what contributors read: comments, and the strings of tests.
func TestNoOddPhrase(t *testing.T) {
	t.Parallel()
	check := func(phrases []phrase, at, text string) {
		for _, phrase := range phrases {
			if found := phrase.pattern.FindString(text); found != "" {
				t.Errorf("%s: %q is odd: %s\n\t%s", at, found, phrase.plainer, strings.TrimSpace(text))
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
				check(odd, path+":"+strconv.Itoa(i+1), line)
			}
		case strings.HasSuffix(name, ".go"):
			texts++
			phrases := odd
			if strings.HasSuffix(name, "_test.go") {
				phrases = oddInCode
			}
			return eachText(path, data, func(at, text string, comment bool) {
				if comment {
					check(slices.Concat(oddInCode, oddInComments), at, text)
				} else if name != "plain_test.go" {
					check(phrases, at, text)
				}
			})
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if texts < 400 {
		t.Errorf("%d files were read: the repository has more", texts)
	}
}

// eachText calls f for each comment and each string of a Go file.
func eachText(path string, data []byte, f func(at, text string, comment bool)) error {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, path, data, parser.SkipObjectResolution|parser.ParseComments)
	if err != nil {
		return err
	}
	for _, group := range file.Comments {
		f(files.Position(group.Pos()).String(), group.Text(), true)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if literal, ok := n.(*ast.BasicLit); ok && literal.Kind == token.STRING {
			if text, err := strconv.Unquote(literal.Value); err == nil {
				f(files.Position(literal.Pos()).String(), text, false)
			}
		}
		return true
	})
	return nil
}
