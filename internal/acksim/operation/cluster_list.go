package operation

import (
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/document"
)

// ClusterList is the form of the list of a region's clusters, in all that the API leaves open. The zero value is a list by id,
// in pages of at most 100.
type ClusterList struct {
	// Order is the order of the list; ByID if empty.
	Order ClusterOrder
	// PageSize is the maximum size of a page, also if more is requested; 100 if zero.
	PageSize int
	// CutShort is how many clusters are missing at the end of the list, although the total counts them.
	CutShort int
	// Total is what the total counts; TotalOfList if empty.
	Total Total
	// Lag is how old the list is.
	Lag time.Duration
	// Moves is what happens before each further page is read; nothing if empty.
	Moves Move
	// MovesCount is how often; 0 means each time.
	MovesCount int
}

// ClusterOrder is the order of a list of clusters.
type ClusterOrder string

// The orders. ClustersShuffled makes no sense, and is another one for each page.
const (
	ByID             ClusterOrder = "by_id"
	ByIDReversed     ClusterOrder = "reversed"
	ClustersShuffled ClusterOrder = "shuffled"
)

// Total is what the total_count of a list counts.
type Total string

// The totals: the whole list, the page alone, nothing, or one more than there is.
const (
	TotalOfList Total = "list"
	TotalOfPage Total = "page"
	TotalOfNone Total = "zero"
	TotalOfMore Total = "one_more"
)

// Move is what happens to a list between two pages.
type Move string

// The moves: a cluster is created at its beginning, so that it moves down, or deleted there, so that it moves up.
const (
	MoveDown Move = "down"
	MoveUp   Move = "up"
)

// The words of a list, for its fields and its check.
var (
	clusterOrders = []ClusterOrder{ByID, ByIDReversed, ClustersShuffled}
	totals        = []Total{TotalOfList, TotalOfPage, TotalOfNone, TotalOfMore}
	moves         = []Move{MoveDown, MoveUp}
)

// ClusterListFields are the fields of a list of clusters.
var ClusterListFields = []document.Field[ClusterList]{
	document.Value("order", "by_id (default), reversed or shuffled (another order for each page)", document.Word(clusterOrders...), func(l *ClusterList) *ClusterOrder { return &l.Order }),
	document.Value("page_size", "the maximum size of a page: 1 to 100 (default)", document.Number, func(l *ClusterList) *int { return &l.PageSize }),
	document.Value("cut_short", "how many clusters are missing at the end of the list; total_count counts them", document.Number, func(l *ClusterList) *int { return &l.CutShort }),
	document.Value("total", "what total_count counts: list (default), page, zero or one_more", document.Word(totals...), func(l *ClusterList) *Total { return &l.Total }),
	document.Value("lag", "how old the list is: a duration", document.Duration, func(l *ClusterList) *time.Duration { return &l.Lag }),
	document.Value("moves", "what happens before each further page is read: down, a cluster is created at the list's beginning; up, one is deleted there",
		document.Word(moves...), func(l *ClusterList) *Move { return &l.Moves }),
	document.Value("moves_count", "how often that happens (each time)", document.Number, func(l *ClusterList) *int { return &l.MovesCount }).Beside("moves"),
}

// Check reports the first thing that is wrong with the list, or nil. Its errors name the field that holds it.
func (l ClusterList) Check(at string) error {
	switch {
	case l.Order != "" && !slices.Contains(clusterOrders, l.Order):
		return document.Errorf(at+".order", "%q is not known: use %s, or leave it out", string(l.Order), document.List(clusterOrders))
	case l.Total != "" && !slices.Contains(totals, l.Total):
		return document.Errorf(at+".total", "%q is not known: use %s, or leave it out", string(l.Total), document.List(totals))
	case l.Moves != "" && !slices.Contains(moves, l.Moves):
		return document.Errorf(at+".moves", "%q is not known: use %s, or leave it out", string(l.Moves), document.List(moves))
	case l.PageSize < 0 || l.PageSize > maxPageSize:
		return document.Errorf(at+".page_size", "%d is not a size of a page: give 1 to %d, or leave it out", l.PageSize, maxPageSize)
	case l.CutShort < 0:
		return document.Errorf(at+".cut_short", "%d is not a number of clusters: give 1 or more, or leave it out", l.CutShort)
	case l.Lag < 0:
		return document.Errorf(at+".lag", "%s is not a length: give a positive duration, or leave it out", l.Lag)
	case l.MovesCount < 0:
		return document.Errorf(at+".moves_count", "%d is not a number of times: give 1 or more, or leave it out", l.MovesCount)
	case l.MovesCount > 0 && l.Moves == "":
		return document.Errorf(at+".moves_count", "the list does not move: add moves, or leave it out")
	}
	return nil
}

// Page returns the ids of a page of the list, the size of its pages, and the total that its response names. The ids come in their
// order.
func (l ClusterList) Page(ids []string, page Page) (of []string, size, total int) {
	ids = slices.Clone(ids)
	switch l.Order {
	case ByIDReversed:
		slices.Reverse(ids)
	case ClustersShuffled:
		hash := fnv.New64a()
		_, _ = hash.Write([]byte("clusters"))                         // It takes everything.
		r := rand.New(rand.NewPCG(hash.Sum64(), uint64(page.Number))) //nolint:gosec // To be repeated is what this is for.
		r.Shuffle(len(ids), func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })
	case "", ByID:
	}
	most := l.PageSize
	if most == 0 {
		most = maxPageSize
	}
	of, size = cut(ids[:max(0, len(ids)-l.CutShort)], page, most)
	switch l.Total {
	case TotalOfPage:
		return of, size, len(of)
	case TotalOfNone:
		return of, size, 0
	case TotalOfMore:
		return of, size, len(ids) + 1
	case "", TotalOfList:
	}
	return of, size, len(ids)
}
