package bench

import (
	"os"
	"time"
)

// Cost is what a run of a process took.
type Cost struct {
	// Wall is the time from start to end.
	Wall time.Duration
	// CPU is the processor time, user and system, of the process and of those that it has started and waited for.
	CPU time.Duration
	// Memory is the most memory that a provider process had resident, in bytes; 0 where that is not known.
	Memory int64
}

func costOf(wall time.Duration, state *os.ProcessState) Cost {
	return Cost{Wall: wall, CPU: state.UserTime() + state.SystemTime()}
}
