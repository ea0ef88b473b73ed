package realcli

import (
	"context"
	"io"
	"net"
)

// asCommand makes the test binary play a command that prints no credentials: it connects to the address in there and
// stays for as long as it is let.
const asCommand = "ACKUPGRADE_TEST_COMMAND"

func playCommand(address string) int {
	connection, err := new(net.Dialer).DialContext(context.Background(), "tcp", address)
	if err != nil {
		return 1
	}
	_, _ = io.Copy(io.Discard, connection)
	return 0
}
