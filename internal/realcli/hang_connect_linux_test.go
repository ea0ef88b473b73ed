package realcli

import (
	"fmt"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"
)

// hangInConnect is a read whose connection never comes about: who else wants to connect finds the line full, and Linux
// drops that packet without a word.
func hangInConnect(t *testing.T) hang {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	shorten(t, listener)
	// The listener does not accept, so this one connection fills the backlog.
	first, err := new(net.Dialer).DialContext(t.Context(), "tcp4", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = first.Close() })
	return hang{workspace: workspace(t, configuration(listener.Addr().String(), "")), inside: connecting(t, listener.Addr())}
}

// shorten makes the line of those who wait to be accepted as short as can be: one.
func shorten(t *testing.T, listener net.Listener) {
	t.Helper()
	tcp, ok := listener.(*net.TCPListener)
	if !ok {
		t.Fatalf("%T", listener)
	}
	raw, err := tcp.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	var problem error
	if err := raw.Control(func(fd uintptr) { problem = syscall.Listen(int(fd), 0) }); err != nil || problem != nil {
		t.Fatal(err, problem)
	}
}

// connecting returns a channel that is closed when a connection to the address is being made: when the kernel has sent a SYN
// without a response.
func connecting(t *testing.T, address net.Addr) <-chan struct{} {
	t.Helper()
	tcp, ok := address.(*net.TCPAddr)
	if !ok {
		t.Fatalf("%T", address)
	}
	const synSent = " 02 "
	want := fmt.Sprintf(":%04X", tcp.Port) + synSent // The port is right before the state.
	inside := make(chan struct{})
	go func() {
		tick := time.NewTicker(time.Millisecond)
		defer tick.Stop()
		for {
			table, _ := os.ReadFile("/proc/net/tcp")
			if strings.Contains(string(table), want) {
				close(inside)
				return
			}
			select {
			case <-tick.C:
			case <-t.Context().Done():
				return
			}
		}
	}()
	return inside
}
