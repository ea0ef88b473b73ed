package provider

import (
	"context"
	"sync"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/upgrade"
)

// pollsPerLine is after how many polls without a line a wait says once more how the upgrade is going.
const pollsPerLine = 5

// account makes lines of what the polls of a wait show. It is used under the lock of a progress.
type account interface {
	// poll takes in a poll.
	poll(clusterID string, p upgrade.Poll)
	// line returns the next line to say, if there is one.
	line() (string, bool)
}

// progress reports the progress of a wait, one line at a time. Polls never wait for the reader of the lines: a CLI that does not read, or
// has ended, must not delay a deadline or an interrupt.
type progress struct {
	say    func(string)
	pause  time.Duration // After each line.
	wake   chan struct{} // Holds at most one: there may be lines to say.
	ending chan struct{} // Closed when there are no more polls.
	ended  chan struct{} // Closed when all lines are said, after the end.

	mu      sync.Mutex
	account account
}

// fleetPause keeps a fleet of a thousand clusters from a thousand lines at once. What changes meanwhile is in the next line.
const fleetPause = time.Second

// newProgress returns the progress of a wait for the given clusters. A call of end ends it.
func newProgress(clusters []string, version *upgrade.Constraint, say func(string)) *progress {
	p := &progress{say: say, wake: make(chan struct{}, 1), ending: make(chan struct{}), ended: make(chan struct{})}
	if len(clusters) == 1 {
		p.account = &clusterAccount{version: version}
	} else {
		p.account, p.pause = newFleetAccount(clusters), fleetPause
	}
	go p.run()
	return p
}

// poll is the pollWatcher.
func (p *progress) poll(clusterID string, poll upgrade.Poll) {
	p.mu.Lock()
	p.account.poll(clusterID, poll)
	p.mu.Unlock()
	select {
	case p.wake <- struct{}{}:
	default: // It will look anyway.
	}
}

func (p *progress) run() {
	defer close(p.ended)
	for {
		select {
		case <-p.wake:
		case <-p.ending:
			for line, ok := p.next(); ok; line, ok = p.next() {
				p.say(line)
			}
			return
		}
		for line, ok := p.next(); ok; line, ok = p.next() {
			p.say(line)
			select {
			case <-time.After(p.pause):
			case <-p.ending:
			}
		}
	}
}

func (p *progress) next() (string, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.account.line()
}

// end returns when all lines are said, or when ctx ends. There must be no poll after it.
func (p *progress) end(ctx context.Context) {
	close(p.ending)
	select {
	case <-p.ended:
	case <-ctx.Done():
	}
}

// clusterAccount reports one cluster: each change of phase, the first of several failed polls, and every fifth poll.
type clusterAccount struct {
	version *upgrade.Constraint
	failing bool
	silent  int // How many polls there were since the last line.
	lines   []string
}

func (a *clusterAccount) poll(clusterID string, p upgrade.Poll) {
	a.silent++
	failing := p.Err != nil
	if p.Changed || failing != a.failing || a.silent >= pollsPerLine {
		a.lines = append(a.lines, pollLine(clusterID, p, a.version))
		a.silent = 0
	}
	a.failing = failing
}

func (a *clusterAccount) line() (string, bool) {
	if len(a.lines) == 0 {
		return "", false
	}
	line := a.lines[0]
	a.lines = a.lines[1:]
	return line, true
}

// fleetAccount reports several clusters in one line: how many are in which phase, and which are not done yet. It begins when each
// was polled once. Changes that come between two lines are in one.
type fleetAccount struct {
	ids     []string
	phases  map[string]upgrade.Phase // Of those that were read.
	polled  map[string]bool
	failing map[string]bool
	done    map[string]bool
	changes []string // Since the last line, if that was not the first.
	silent  int      // How many polls there were since the last line.
	begun   bool
	elapsed time.Duration
}

func newFleetAccount(ids []string) *fleetAccount {
	return &fleetAccount{
		ids: ids, phases: make(map[string]upgrade.Phase), polled: make(map[string]bool), failing: make(map[string]bool), done: make(map[string]bool),
	}
}

func (a *fleetAccount) poll(clusterID string, p upgrade.Poll) {
	a.silent++
	a.polled[clusterID] = true
	a.elapsed = max(a.elapsed, p.Elapsed)
	a.failing[clusterID] = p.Err != nil
	if p.Reading == nil {
		return
	}
	a.phases[clusterID] = p.Reading.Phase
	a.done[clusterID] = p.Done
	if p.Changed && a.begun {
		a.changes = append(a.changes, clusterID+" "+string(p.Reading.Phase))
	}
}

func (a *fleetAccount) line() (string, bool) {
	begins := !a.begun && len(a.polled) == len(a.ids)
	if a.silent == 0 || !begins && len(a.changes) == 0 && a.silent < pollsPerLine*len(a.ids) {
		return "", false
	}
	line := fleetLine(a)
	a.begun, a.changes, a.silent = a.begun || begins, nil, 0
	return line, true
}
