package display

import (
	"strings"
	"time"
	"unicode"
)

// Line folds all white space of text, line ends included, so that free text cannot break a message's layout, and cuts it
// to at most limit characters. Control and format characters count as white space, those beyond ASCII too, such as U+009B,
// which begins a terminal's control sequence, and U+202E, which turns the direction of the text: no server may steer a terminal.
func Line(text string, limit int) string {
	var line strings.Builder
	space := false
	characters := 0
	for _, r := range text {
		if unicode.IsSpace(r) || unicode.In(r, unicode.C) {
			space = characters > 0
			continue
		}
		if space {
			line.WriteByte(' ')
			characters++
		}
		line.WriteRune(r)
		characters++
		space = false
		if characters > limit { // What comes after makes no difference.
			break
		}
	}
	return Cut(line.String(), limit)
}

// Cut shortens text to at most limit characters. The last one of a shortened text is an ellipsis.
func Cut(text string, limit int) string {
	characters, end := 0, 0
	for i := range text {
		switch characters {
		case limit - 1:
			end = i
		case limit:
			return text[:end] + "…"
		}
		characters++
	}
	return text
}

// Duration writes d as people do: rounded to what they want to know, and an hour as 1h, not 1h0m0s.
func Duration(d time.Duration) string {
	switch {
	case d >= 10*time.Second:
		d = d.Round(time.Second)
	case d >= time.Second:
		d = d.Round(100 * time.Millisecond)
	default:
		d = d.Round(time.Millisecond)
	}
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}
