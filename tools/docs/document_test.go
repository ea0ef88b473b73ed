package docs

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/text"
)

// root is the folder of the repository.
var root = filepath.Join("..", "..")

// document is a Markdown file.
type document struct {
	file    string // relative to root
	links   []string
	blocks  []block
	anchors map[string]bool
}

// block is a fenced block of code.
type block struct{ language, code string }

// frontMatter is what tfplugindocs writes above the text.
var (
	frontMatter = regexp.MustCompile(`(?s)\A---\n.*?\n---\n`)
	explicit    = regexp.MustCompile(`<a id="([^"]+)">`)
)

// documents returns every Markdown file that a reader finds.
func documents(t *testing.T) map[string]*document {
	t.Helper()
	all := map[string]*document{}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		switch name := entry.Name(); {
		case entry.IsDir() && (name == "build" || name == ".git" || name == "testdata" || name == "templates"):
			return filepath.SkipDir
		case entry.IsDir() || filepath.Ext(name) != ".md":
			return nil
		}
		file, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		source, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		file = filepath.ToSlash(file)
		all[file] = read(file, source)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// read reads a Markdown file.
func read(file string, source []byte) *document {
	source = frontMatter.ReplaceAll(source, nil)
	d := &document{file: file, anchors: map[string]bool{}}
	for _, match := range explicit.FindAllSubmatch(source, -1) {
		d.anchors[string(match[1])] = true
	}
	tree := goldmark.New(goldmark.WithExtensions(extension.GFM)).Parser().Parse(text.NewReader(source))
	_ = ast.Walk(tree, func(node ast.Node, entering bool) (ast.WalkStatus, error) { // It fails as the function does.
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := node.(type) {
		case *ast.Link:
			d.links = append(d.links, string(n.Destination))
		case *ast.Image:
			d.links = append(d.links, string(n.Destination))
		case *ast.AutoLink:
			d.links = append(d.links, string(n.URL(source)))
		case *ast.Heading:
			d.addAnchor(headingText(n, source))
		case *ast.FencedCodeBlock:
			var code bytes.Buffer
			for i := range n.Lines().Len() {
				line := n.Lines().At(i)
				code.Write(line.Value(source))
			}
			d.blocks = append(d.blocks, block{string(n.Language(source)), code.String()})
		}
		return ast.WalkContinue, nil
	})
	return d
}

// addAnchor adds the anchor of a heading, as GitHub makes it.
func (d *document) addAnchor(heading string) {
	slug := strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case unicode.IsLetter(r), unicode.IsDigit(r), r == '-', r == '_':
			return unicode.ToLower(r)
		}
		return -1
	}, heading)
	anchor := slug
	for i := 1; d.anchors[anchor]; i++ {
		anchor = slug + "-" + strconv.Itoa(i)
	}
	d.anchors[anchor] = true
}

// headingText is the text of a heading, without its marks.
func headingText(node ast.Node, source []byte) string {
	var words strings.Builder
	for child := node.FirstChild(); child != nil; child = child.NextSibling() {
		if leaf, ok := child.(*ast.Text); ok {
			words.Write(leaf.Segment.Value(source))
		} else {
			words.WriteString(headingText(child, source))
		}
	}
	return words.String()
}
