package provider

import (
	"fmt"
	"sync/atomic"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/upgrade"
)

// maxFleetText is how many bytes the texts of all readings of a fleet may have. What is usual are some hundred for each
// cluster. The CLIs end a provider without a word about clusters when its result has more than 256 MiB, and it takes many times its
// size in memory.
const maxFleetText = 32 << 20

// fleetText counts the texts of the readings of a fleet. It is safe for concurrent use.
type fleetText struct{ size atomic.Int64 }

// keep returns the reading, without its texts when there is no more room for them.
func (f *fleetText) keep(r *upgrade.Reading) *upgrade.Reading {
	if r != nil && f.size.Add(int64(r.Size())) > maxFleetText {
		return r.WithoutTexts()
	}
	return r
}

// tooMuch reports that there was no room for all texts.
func (f *fleetText) tooMuch() bool { return f.size.Load() > maxFleetText }

func (f *fleetText) detail() string {
	return fmt.Sprintf("The texts in the responses, such as error_message, are %d MiB in total. The maximum of one read is %d MiB.\n\n"+
		"Read fewer clusters in one block. If the responses for few clusters are as large, check the endpoint, and the proxies between this machine and the endpoint.",
		f.size.Load()>>20, maxFleetText>>20)
}
