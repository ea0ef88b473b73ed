package acksim

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"syscall"
	"testing"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/fault"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/scenario"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/story"
)

func TestFaultsOfConnections(t *testing.T) {
	for kind, isIt := range map[fault.Kind]func(error) bool{
		fault.UnknownAuthority: func(err error) bool { return errors.As(err, new(x509.UnknownAuthorityError)) },
		fault.ExpiredCertificate: func(err error) bool {
			e := (x509.CertificateInvalidError{})
			return errors.As(err, &e) && e.Reason == x509.Expired
		},
		fault.OtherName: func(err error) bool { return errors.As(err, new(x509.HostnameError)) },
		fault.Refused:   func(err error) bool { return errors.Is(err, syscall.ECONNRESET) || errors.Is(err, io.EOF) },
	} {
		t.Run(string(kind), func(t *testing.T) {
			s := start(t, playing(scenario.Step{Phase: story.Running}))
			server := startServer(t, s, Options{TLS: true})
			f := fault.Fault{Kind: kind, Count: 1}
			if kind == fault.Refused {
				f.For = time.Millisecond
			}
			if err := s.SetFaults(f); err != nil {
				t.Fatal(err)
			}
			if _, _, _, err := fetchStatus(t, server); !isIt(err) {
				t.Errorf("got %v", err)
			}
			for { // Until it listens again.
				status, _, _, err := fetchStatus(t, server)
				if errors.Is(err, syscall.ECONNREFUSED) && kind == fault.Refused {
					continue
				}
				if status != 200 || err != nil {
					t.Errorf("after that: %d, %v", status, err)
				}
				return
			}
		})
	}
}

func TestAServerCanBeLimitedToHTTP1(t *testing.T) {
	s := start(t, playing(scenario.Step{Phase: story.Running}))
	server := startServer(t, s, Options{TLS: true})
	if err := s.SetFaults(fault.Fault{Kind: fault.HTTP1, Count: 1}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"HTTP/1.1", "HTTP/2.0"} {
		c := client(t, server, nil)
		response, err := get(t, c, "https", server.Endpoint()) //nolint:bodyclose // get closes it.
		if err != nil || response.Proto != want {
			t.Errorf("want %s: %v, %v", want, response, err)
		}
	}
}

func TestTheListenerIsClosedDuringARefuseFault(t *testing.T) {
	s := start(t, playing(scenario.Step{Phase: story.Running}))
	server := startServer(t, s, Options{})
	kept, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", server.Endpoint())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = kept.Close() }()
	server.Refuse(time.Hour)
	if _, err := kept.Read(make([]byte, 1)); err == nil {
		t.Error("a connection that was there is still good")
	}
	if _, _, _, err := fetchStatus(t, server); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("got %v", err)
	}
	server.Close() // Closing does not wait for the hour to end.
}

func TestASilentConnectionSendsNothing(t *testing.T) {
	s := start(t, playing(scenario.Step{Phase: story.Running}))
	server := startServer(t, s, Options{TLS: true})
	if err := s.SetFaults(fault.Fault{Kind: fault.SilentConnection, Count: 1}, fault.Fault{Kind: fault.UnknownAuthority, Count: 1}); err != nil {
		t.Fatal(err)
	}
	silent, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", server.Endpoint())
	if err != nil {
		t.Fatal(err)
	}
	// The next connection is served: so the first has been accepted, and has nothing coming.
	if _, _, _, err := fetchStatus(t, server); !errors.As(err, new(x509.UnknownAuthorityError)) {
		t.Errorf("the second connection: %v", err)
	}
	if err := silent.SetReadDeadline(time.Now().Add(50 * time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	err = tls.Client(silent, &tls.Config{ServerName: "localhost"}).HandshakeContext(t.Context())
	if netError := net.Error(nil); !errors.As(err, &netError) || !netError.Timeout() {
		t.Errorf("got %v", err)
	}
	ended := make(chan error)
	go func() {
		_ = silent.SetReadDeadline(time.Time{})
		_, err := bufio.NewReader(silent).ReadByte()
		ended <- err
	}()
	server.Close()
	if err := <-ended; err == nil {
		t.Error("it said something")
	}
}
