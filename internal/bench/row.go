package bench

import (
	"fmt"
	"strconv"
)

// tolerance is how far a measurement may lie beyond its budget: what chance does on a machine that is not alone.
const tolerance = 1.15

// exact are budgets that chance has no part in.
const exact = 1.0

// Row is one goal, and how it was met.
type Row struct {
	// Goal says what is measured, and in proportion to what.
	Goal string
	// Measured and Budget are in the Unit; a ratio has none.
	Measured, Budget float64
	Unit             string
	// Held is what a goal that is missed today must not get worse than; 0 where that is the budget.
	Held float64
	// Tolerance is how many times what is held a measurement may be before the run fails.
	Tolerance float64
	// Detail says what was measured, in absolute numbers.
	Detail string
	// Beyond says what it would take to meet the goal; it is shown when the goal is missed.
	Beyond string
}

// Missed reports a measurement beyond its budget, as it is shown: rounded.
func (r Row) Missed() bool { return number(r.Measured) != number(r.Budget) && r.Measured > r.Budget }

// Failed reports one that is further beyond than chance explains.
func (r Row) Failed() bool { return r.Measured > r.held()*r.Tolerance }

func (r Row) held() float64 { return max(r.Budget, r.Held) }

func (r Row) verdict() string {
	switch {
	case r.Failed():
		return "**failed**"
	case r.Missed() && r.Held > r.Budget:
		return "missed, held at " + r.show(r.Held)
	case r.Missed():
		return "missed"
	default:
		return "met"
	}
}

func (r Row) show(value float64) string {
	if r.Unit == "" {
		return number(value)
	}
	return number(value) + " " + r.Unit
}

// number shows whole numbers as such, and others with two digits behind the point.
func number(value float64) string {
	if value == float64(int(value)) && value >= 10 {
		return strconv.Itoa(int(value))
	}
	return fmt.Sprintf("%.2f", value)
}

const (
	megabyte = 1e6
	mebibyte = 1 << 20
	kibibyte = 1 << 10
)

// String says in one line what was measured.
func (r Row) String() string {
	return fmt.Sprintf("%s: %s, and %s is held", r.Goal, r.show(r.Measured), r.show(r.held()))
}
