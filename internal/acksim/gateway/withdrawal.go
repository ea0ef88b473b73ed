package gateway

import (
	"cmp"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/document"
)

// Withdrawal is an operation that is withdrawn, from the beginning or from a moment on. The gateway then rejects requests for it
// as for an unknown operation: before it checks the signature.
type Withdrawal struct {
	// Operation is the operation's name.
	Operation string
	// After is how long after the first request that passes all checks it is withdrawn.
	After time.Duration
	// AfterRequests is how many requests for it pass all checks before.
	AfterRequests int
	// Status and Code are those of the rejection; 404 and InvalidAction.NotFound if zero.
	Status int
	Code   string
}

// WithdrawalFields returns the fields of a withdrawal of one of these operations.
func WithdrawalFields(operations []string) []document.Field[Withdrawal] {
	return []document.Field[Withdrawal]{
		document.Value("operation", "its name", document.Word(operations...), func(w *Withdrawal) *string { return &w.Operation }).Required(),
		document.Value("after", "how long after the first request that passes all checks, a duration",
			document.Duration, func(w *Withdrawal) *time.Duration { return &w.After }).Not("after_requests"),
		document.Value("after_requests", "or how many requests for it pass all checks before",
			document.Number, func(w *Withdrawal) *int { return &w.AfterRequests }),
		document.Value("status", "of the rejection, 400 to 599 (404)", document.Number, func(w *Withdrawal) *int { return &w.Status }),
		document.Value("code", "of the rejection (InvalidAction.NotFound)", document.Text, func(w *Withdrawal) *string { return &w.Code }),
	}
}

// Check reports the first thing that is wrong with the withdrawal, or nil. Its errors name the field that holds it.
func (w Withdrawal) Check(at string, operations []string) error {
	switch {
	case !slices.Contains(operations, w.Operation):
		return document.Errorf(at+".operation", "%q is not an operation of the simulator: use %s", w.Operation, document.List(operations))
	case w.After < 0:
		return document.Errorf(at+".after", "%s is not a length: give a positive duration, or leave it out", w.After)
	case w.AfterRequests < 0:
		return document.Errorf(at+".after_requests", "%d is not a number of requests: give 1 or more, or leave it out", w.AfterRequests)
	case w.After > 0 && w.AfterRequests > 0:
		return document.Errorf(at, "it has both after and after_requests: leave one of them out")
	case w.Status != 0 && (w.Status < 400 || w.Status > 599):
		return document.Errorf(at+".status", "%d is not the status of an error: give 400 to 599, or leave it out", w.Status)
	}
	return nil
}

// CheckWithdrawals reports the first thing that is wrong with withdrawals. Its errors name the field that holds them.
func CheckWithdrawals(field string, all []Withdrawal, operations []string) error {
	seen := make(map[string]bool)
	for i, w := range all {
		at := fmt.Sprintf("%s[%d]", field, i)
		if err := w.Check(at, operations); err != nil {
			return err
		}
		if seen[w.Operation] {
			return document.Errorf(at, "duplicate operation %s: leave one of them out", w.Operation)
		}
		seen[w.Operation] = true
	}
	return nil
}

// withdrawals plays withdrawals. The zero value has none, and is safe for concurrent use.
type withdrawals struct {
	mu     sync.Mutex
	all    []Withdrawal
	first  time.Time      // When the first request passed all checks; zero if none has.
	passed map[string]int // How many requests for each operation have passed all checks.
}

func (w *withdrawals) set(all []Withdrawal) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.all = slices.Clone(all)
}

// reject returns the rejection of a request for an operation that is withdrawn now, or nil.
func (w *withdrawals) reject(operation string, now time.Time) *Rejection {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, one := range w.all {
		if one.Operation != operation || w.passed[operation] < one.AfterRequests {
			continue
		}
		if one.After > 0 && (w.first.IsZero() || now.Before(w.first.Add(one.After))) {
			continue
		}
		rejection := Reject(ActionNotFound)
		rejection.Status = cmp.Or(one.Status, rejection.Status)
		rejection.Code = cmp.Or(one.Code, rejection.Code)
		return rejection
	}
	return nil
}

// pass counts a request that has passed all checks.
func (w *withdrawals) pass(operation string, now time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.first.IsZero() {
		w.first, w.passed = now, make(map[string]int)
	}
	w.passed[operation]++
}
