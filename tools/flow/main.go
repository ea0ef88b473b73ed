// Command flow draws the picture in the README, an SVG, from its text.
package main

import (
	"encoding/xml"
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"
)

// Measures, in pixels.
const (
	unit, height = 42, 30
	left, top    = 108, 52
	step         = 62
	width        = left + 16*unit + 16
)

// colors has the kinds of parts, in the light and in the dark scheme: fill, then stroke.
var colors = []struct{ kind, light, lightEdge, dark, darkEdge string }{
	{"calm", "#eaeef2", "#afb8c1", "#21262d", "#484f58"},
	{"busy", "#fff1d6", "#bf8700", "#3b2e10", "#d29922"},
	{"good", "#dafbe1", "#2da44e", "#12301d", "#3fb950"},
	{"wait", "#ffe2e0", "#cf222e", "#3c1618", "#f85149"},
}

func main() {
	from := flag.String("from", "", "the text's `file`")
	out := flag.String("out", "", "the `file` to write")
	flag.Parse()
	text, err := os.ReadFile(*from)
	if err == nil {
		var svg string
		if svg, err = draw(string(text)); err == nil {
			err = os.WriteFile(*out, []byte(svg), 0o600)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "flow:", err)
		os.Exit(1)
	}
}

// draw returns the picture for a text.
func draw(text string) (string, error) {
	var title string
	var body strings.Builder
	lane := -1
	for number, line := range strings.Split(text, "\n") {
		name, rest, _ := strings.Cut(line, ":")
		rest = strings.TrimSpace(rest)
		var err error
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case name == "title":
			title = rest
		case name == "lane":
			lane++
			err = drawLane(&body, top+lane*step, rest)
		case name == "note" && lane >= 0:
			err = drawNote(&body, top+lane*step, rest)
		default:
			err = fmt.Errorf("%q is neither a title nor a lane nor the note of one", line)
		}
		if err != nil {
			return "", fmt.Errorf("line %d: %w", number+1, err)
		}
	}
	var light, dark strings.Builder
	for _, c := range colors {
		fmt.Fprintf(&light, "    .%s { fill: %s; stroke: %s }\n", c.kind, c.light, c.lightEdge)
		fmt.Fprintf(&dark, "      .%s { fill: %s; stroke: %s }\n", c.kind, c.dark, c.darkEdge)
	}
	tall := top + (lane+1)*step
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img" aria-label="%s">
  <style>
    text { font: 14px -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; fill: #1f2328 }
    .name { font-weight: 600 }
    .note { font-size: 13px; fill: #59636e }
%s    @media (prefers-color-scheme: dark) {
      text { fill: #e6edf3 }
      .note { fill: #9198a1 }
%s    }
  </style>
  <text x="8" y="24" class="note">%[3]s</text>
%[6]s</svg>
`, width, tall, escape(title), light.String(), dark.String(), body.String()), nil
}

// drawLane draws a name and its parts.
func drawLane(body *strings.Builder, y int, text string) error {
	parts := strings.Split(text, "|")
	fmt.Fprintf(body, "  <text x=\"8\" y=\"%d\" class=\"name\">%s</text>\n", y+20, escape(strings.TrimSpace(parts[0])))
	x := left
	for _, part := range parts[1:] {
		fields := strings.Fields(part)
		if len(fields) < 2 {
			return fmt.Errorf("%q has no width and kind", part)
		}
		units, err := strconv.Atoi(fields[0])
		if err != nil {
			return err
		}
		if wide := units * unit; fields[1] != "gap" {
			fmt.Fprintf(body, "  <rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"5\" class=%q/>\n", x, y, wide, height, fields[1])
			fmt.Fprintf(body, "  <text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>\n", x+wide/2, y+20, escape(strings.Join(fields[2:], " ")))
		}
		x += units * unit
	}
	return nil
}

// drawNote writes a text beside the last lane, from a time on.
func drawNote(body *strings.Builder, y int, text string) error {
	at, rest, _ := strings.Cut(text, " ")
	time, err := strconv.ParseFloat(at, 64)
	if err != nil {
		return err
	}
	fmt.Fprintf(body, "  <text x=\"%d\" y=\"%d\" class=\"note\">%s</text>\n", left+int(time*unit), y+20, escape(rest))
	return nil
}

func escape(text string) string {
	var escaped strings.Builder
	_ = xml.EscapeText(&escaped, []byte(text)) // A builder takes everything.
	return escaped.String()
}
