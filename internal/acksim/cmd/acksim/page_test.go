package main

import (
	"io"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
)

func TestThePageIsAtThePrintedAddress(t *testing.T) {
	signals := make(chan os.Signal, 1)
	reader, stdout := io.Pipe()
	var stderr output
	ended := make(chan int)
	go func() {
		ended <- command{args: []string{"-page", "-scenario", "upgrade-fails"}, stdout: stdout, stderr: &stderr, signals: signals}.run(t.Context())
	}()
	buffer := make([]byte, 4096)
	n, err := reader.Read(buffer) // The pipe hands over all that is printed at once.
	if err != nil {
		t.Fatal(err)
	}
	address := regexp.MustCompile(`\n# Page: (http://127\.0\.0\.1:\d+/[A-Z2-7]{26}/)\n`).FindStringSubmatch(string(buffer[:n]))
	if address == nil {
		t.Fatalf("printed: %q", buffer[:n])
	}
	body := get(t, address[1])
	if want := "Scenario: upgrade-fails: an upgrade that fails after 90 seconds"; !strings.Contains(body, want) {
		t.Errorf("%q is not in the page: %s", want, body)
	}
	signals <- os.Interrupt
	if code := <-ended; code != exitOK {
		t.Errorf("exit code %d: %s", code, &stderr)
	}
	if response, err := http.DefaultTransport.RoundTrip(request(t, address[1])); err == nil { //nolint:bodyclose // There must be none.
		t.Errorf("the page outlives the simulator: %s", response.Status)
	}
}

func TestThePageOfACommandIsPrintedToStandardError(t *testing.T) {
	code, stdout, stderr := runToEnd(t, "-page", "-quiet", "--", "true")
	if code != exitOK || stdout != "" || !regexp.MustCompile(`^Page: http://127\.0\.0\.1:\d+/[A-Z2-7]{26}/\n$`).MatchString(stderr) {
		t.Errorf("%d, stdout %q, stderr %q", code, stdout, stderr)
	}
}

func request(t *testing.T, address string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// get returns what is at an address.
func get(t *testing.T, address string) string {
	t.Helper()
	response, err := http.DefaultTransport.RoundTrip(request(t, address))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("%s, %v: %s", response.Status, err, body)
	}
	return string(body)
}
