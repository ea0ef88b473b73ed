package acksim

import "strings"

// maxHistory is how many requests, and how many calls, are remembered.
const maxHistory = 100_000

// history remembers the newest of what it is given.
type history[T any] struct {
	kept    []T
	oldest  int // Where the oldest is, once the history is full.
	dropped int
}

func (h *history[T]) add(one T) {
	if len(h.kept) < maxHistory {
		h.kept = append(h.kept, one)
		return
	}
	h.kept[h.oldest] = one
	h.oldest = (h.oldest + 1) % maxHistory
	h.dropped++
}

// all returns a copy, oldest first.
func (h *history[T]) all() []T {
	all := make([]T, 0, len(h.kept))
	all = append(all, h.kept[h.oldest:]...)
	return append(all, h.kept[:h.oldest]...)
}

// clip bounds what a client can make a history remember. It copies, because a header's value shares its memory with all
// the others of the request.
func clip(s string) string {
	const most = 512
	return strings.Clone(s[:min(len(s), most)])
}
