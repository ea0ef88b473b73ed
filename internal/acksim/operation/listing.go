package operation

import (
	"cmp"
	"encoding/json"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/document"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/story"
)

// Listing is how a cluster's lists are written, in all that the API leaves open. The zero value is as documented.
type Listing struct {
	// Order is the order of the list; NewestFirst if empty.
	Order Order
	// Times is how times are written; Offset if empty.
	Times Times
	// Spelling says which of two spellings a state has; FirstSpelling if empty.
	Spelling Spelling
	// Case is the letter case of states; Lower if empty.
	Case Case
	// PageSize is the maximum size of a page, also if more is requested; 100 if zero.
	PageSize int
	// CutShort is how many elements are missing at the end of the list, although the total counts them.
	CutShort int
	// Lag is how old the list is.
	Lag time.Duration
	// LagPolls is how many polls of the list ago it was true.
	LagPolls int
	// Moves makes a task begin before each further page is read, so that the list moves down by one.
	Moves bool
}

// Order is the order of a list.
type Order string

// The orders. Shuffled is an order that makes no sense, and is the same for all pages.
const (
	NewestFirst Order = "newest_first"
	OldestFirst Order = "oldest_first"
	Shuffled    Order = "shuffled"
)

var orders = []Order{NewestFirst, OldestFirst, Shuffled}

// Times is how times are written.
type Times string

// The ways to write a time, the first of which is documented.
const (
	Offset       Times = "offset"       // 2022-08-03T10:11:33+08:00.
	Fraction     Times = "fraction"     // 2022-08-03T10:11:33.123456789+08:00.
	UTC          Times = "utc"          // 2022-08-03T02:11:33Z.
	Seconds      Times = "seconds"      // 1659492693.
	Milliseconds Times = "milliseconds" // 1659492693000.
)

var times = []Times{Offset, Fraction, UTC, Seconds, Milliseconds}

// Spelling says which of two spellings a word has, such as success and succeeded.
type Spelling string

// The spellings. MixedSpelling takes both in turn.
const (
	FirstSpelling  Spelling = "first"
	SecondSpelling Spelling = "second"
	MixedSpelling  Spelling = "mixed"
)

var spellingChoices = []Spelling{FirstSpelling, SecondSpelling, MixedSpelling}

// Case is the letter case of a word.
type Case string

// The cases. MixedCase takes all others in turn.
const (
	Lower     Case = "lower"
	Upper     Case = "upper"
	Title     Case = "title"
	MixedCase Case = "mixed"
)

var cases = []Case{Lower, Upper, Title, MixedCase}

// ListingFields are the fields of a listing.
var ListingFields = []document.Field[Listing]{
	document.Value("order", "newest_first (default), oldest_first or shuffled", document.Word(orders...), func(l *Listing) *Order { return &l.Order }),
	document.Value("times", "how times are written: offset (2022-08-03T10:11:33+08:00, default), fraction, utc, seconds or milliseconds (since 1970)",
		document.Word(times...), func(l *Listing) *Times { return &l.Times }),
	document.Value("spelling", "of states: first (success, failed, default), second (succeeded, fail) or mixed",
		document.Word(spellingChoices...), func(l *Listing) *Spelling { return &l.Spelling }),
	document.Value("case", "of states: lower (default), upper, title or mixed", document.Word(cases...), func(l *Listing) *Case { return &l.Case }),
	document.Value("page_size", "the maximum size of a page: 1 to 100 (default)",
		document.Number, func(l *Listing) *int { return &l.PageSize }),
	document.Value("cut_short", "how many tasks are missing at the end of the list; total_count counts them",
		document.Number, func(l *Listing) *int { return &l.CutShort }),
	document.Value("lag", "how old the list is: a duration", document.Duration, func(l *Listing) *time.Duration { return &l.Lag }).Not("lag_polls"),
	document.Value("lag_polls", "or its age in polls of the list", document.Number, func(l *Listing) *int { return &l.LagPolls }),
	document.Value("moves", "true to begin a task before each further page is read, so that the list moves down by one",
		document.Boolean, func(l *Listing) *bool { return &l.Moves }),
}

// Check reports the first thing that is wrong with the listing, or nil. Its errors name the field that holds it.
func (l Listing) Check(at string) error {
	for _, err := range []error{
		checkWord(at+".order", l.Order, orders), checkWord(at+".times", l.Times, times),
		checkWord(at+".spelling", l.Spelling, spellingChoices), checkWord(at+".case", l.Case, cases),
	} {
		if err != nil {
			return err
		}
	}
	switch {
	case l.PageSize < 0 || l.PageSize > maxPageSize:
		return document.Errorf(at+".page_size", "%d is not a size of a page: give 1 to %d, or leave it out", l.PageSize, maxPageSize)
	case l.CutShort < 0:
		return document.Errorf(at+".cut_short", "%d is not a number of tasks: give 1 or more, or leave it out", l.CutShort)
	case l.Lag < 0:
		return document.Errorf(at+".lag", "%s is not a length: give a positive duration, or leave it out", l.Lag)
	case l.LagPolls < 0:
		return document.Errorf(at+".lag_polls", "%d is not a number of polls: give 1 or more, or leave it out", l.LagPolls)
	case l.Lag > 0 && l.LagPolls > 0:
		return document.Errorf(at, "it has both lag and lag_polls: leave one of them out")
	}
	return nil
}

// checkWord reports a word that is not known.
func checkWord[W ~string](at string, word W, known []W) error {
	if word != "" && !slices.Contains(known, word) {
		return document.Errorf(at, "%q is not known: use %s, or leave it out", string(word), document.List(known))
	}
	return nil
}

// arrange returns the tasks, which come newest first, in the listing's order.
func (l Listing) arrange(tasks []story.Task, clusterID string) []story.Task {
	tasks = slices.Clone(tasks)
	switch l.Order {
	case OldestFirst:
		slices.Reverse(tasks)
	case Shuffled:
		hash := fnv.New64a()
		_, _ = hash.Write([]byte(clusterID))                         // It takes everything.
		r := rand.New(rand.NewPCG(hash.Sum64(), uint64(len(tasks)))) //nolint:gosec // All pages need the same order.
		r.Shuffle(len(tasks), func(i, j int) { tasks[i], tasks[j] = tasks[j], tasks[i] })
	case "", NewestFirst:
	}
	return tasks
}

// beijing is the zone that ACK's times are in.
var beijing = time.FixedZone("", 8*60*60)

// time writes a time, in JSON.
func (l Listing) time(t time.Time) json.RawMessage {
	switch l.Times {
	case Seconds:
		return strconv.AppendInt(nil, t.Unix(), 10)
	case Milliseconds:
		return strconv.AppendInt(nil, t.UnixMilli(), 10)
	case UTC:
		return quoted(t.UTC().Format(time.RFC3339))
	case Fraction:
		return quoted(t.In(beijing).Format("2006-01-02T15:04:05.000000000-07:00"))
	case "", Offset:
	}
	return quoted(t.In(beijing).Format(time.RFC3339))
}

func quoted(s string) json.RawMessage { return strconv.AppendQuote(nil, s) }

// spellings are the words that are known in two spellings.
var spellings = map[string]string{"success": "succeeded", "failed": "fail", "canceled": "cancelled", "cancelling": "canceling"}

// state writes the state of the task at an index of the whole list.
func (l Listing) state(word string, index int) string {
	second, ok := spellings[word]
	if ok && (l.Spelling == SecondSpelling || l.Spelling == MixedSpelling && index%2 == 1) {
		word = second
	}
	style := cmp.Or(l.Case, Lower)
	if style == MixedCase {
		style = []Case{Upper, Title, Lower}[index%3]
	}
	switch style {
	case Upper:
		return strings.ToUpper(word)
	case Title:
		return strings.ToUpper(word[:min(1, len(word))]) + word[min(1, len(word)):]
	case Lower, MixedCase:
	}
	return word
}
