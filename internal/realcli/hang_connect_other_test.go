//go:build unix && !linux

package realcli

import "testing"

func hangInConnect(t *testing.T) hang {
	t.Helper()
	t.Skip("only Linux can be made to hang while it connects to its own machine: run this test there")
	return hang{}
}
