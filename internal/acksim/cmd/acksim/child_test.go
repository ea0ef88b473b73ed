package main

import (
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// asChild makes this test binary play the command that acksim runs.
const asChild = "ACKSIM_TEST_CHILD"

func TestMain(m *testing.M) {
	if play := os.Getenv(asChild); play != "" {
		os.Exit(child(play))
	}
	os.Exit(m.Run())
}

func child(play string) int {
	what, argument, _ := strings.Cut(play, ":")
	switch what {
	case "exit":
		code, _ := strconv.Atoi(argument)
		return code
	case "environment":
		for _, name := range strings.Split(argument, ",") {
			fmt.Printf("%s=%s\n", name, os.Getenv(name))
		}
	case "read": // The certificate is there to be read, and the endpoint responds over TLS.
		pem, err := os.ReadFile(os.Getenv("SSL_CERT_FILE"))
		fmt.Printf("%d certificates, %v\n", strings.Count(string(pem), "BEGIN CERTIFICATE"), err)
		response, err := http.Get("https://" + os.Getenv("ALIBABA_CLOUD_ENDPOINT_CS")) //nolint:noctx // A process of its own.
		if err != nil {
			fmt.Println(err)
			return 1
		}
		defer func() { _ = response.Body.Close() }()
		fmt.Println(response.Status)
	case "distrust": // The certificate is not trusted.
		if err := os.Unsetenv("SSL_CERT_FILE"); err != nil {
			return 1
		}
		_, err := http.Get("https://" + os.Getenv("ALIBABA_CLOUD_ENDPOINT_CS")) //nolint:noctx,bodyclose // A process of its own, and an error.
		fmt.Println(err != nil)
	case "get": // What the variable names, or what is requested of the proxy.
		address := os.Getenv(argument)
		if address == "" {
			address = argument
		}
		response, err := http.Get(address) //nolint:noctx // A process of its own.
		if err != nil {
			fmt.Println(err)
			return 1
		}
		defer func() { _ = response.Body.Close() }()
		fmt.Println(response.Status)
	case "wait":
		signals := make(chan os.Signal, 1)
		signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
		fmt.Println("waiting")
		fmt.Println(<-signals)
		return 7
	case "die":
		if self, err := os.FindProcess(os.Getpid()); err == nil {
			_ = self.Kill()
		}
		select {}
	}
	return 0
}

// around returns a command that runs this test binary as its child.
func around(t *testing.T, play string, flags ...string) command {
	t.Helper()
	executable, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return command{
		args:        append(flags, "--", executable),
		environment: append(os.Environ(), asChild+"="+play, "GORACE=atexit_sleep_ms=0"), // Else -race waits a second.
	}
}

func TestTheExitCodeIsThatOfTheCommand(t *testing.T) {
	for play, want := range map[string]int{"exit:0": 0, "exit:3": 3, "die": 128 + 9} {
		t.Run(play, func(t *testing.T) {
			var stdout, stderr output
			c := around(t, play)
			c.stdout, c.stderr = &stdout, &stderr
			if got := c.run(t.Context()); got != want {
				t.Errorf("%d, want %d: %s", got, want, &stderr)
			}
			if stdout.String() != "" || stderr.String() != "" {
				t.Errorf("stdout belongs to the command: %q; stderr: %q", &stdout, &stderr)
			}
		})
	}
}

func TestTheCommandGetsTheEnvironmentOfTheProvider(t *testing.T) {
	session := write(t, `{"access_keys": [{"id": "STS.a", "secret": "b", "security_token": "c"}], "region": "cn-beijing"}`)
	for name, test := range map[string]struct{ flags, want []string }{
		"a long-lived key": {
			[]string{"-listen", "127.0.0.1:0"},
			[]string{"ALICLOUD_ACCESS_KEY=testak", "ALICLOUD_SECRET_KEY=testsk", "ALICLOUD_REGION=cn-hangzhou", "ALICLOUD_SECURITY_TOKEN=", "ALIBABA_CLOUD_SECURITY_TOKEN=", "OTHER=kept"},
		},
		"a temporary key": {
			[]string{"-scenario", session},
			[]string{"ALICLOUD_ACCESS_KEY=STS.a", "ALICLOUD_SECRET_KEY=b", "ALICLOUD_REGION=cn-beijing", "ALICLOUD_SECURITY_TOKEN=c", "ALIBABA_CLOUD_SECURITY_TOKEN=", "OTHER=kept"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			var stdout, stderr output
			c := around(t, "environment:ALICLOUD_ACCESS_KEY,ALICLOUD_SECRET_KEY,ALICLOUD_REGION,ALICLOUD_SECURITY_TOKEN,"+
				"ALIBABA_CLOUD_SECURITY_TOKEN,OTHER", test.flags...)
			c.environment = append(c.environment, "ALICLOUD_ACCESS_KEY=mine", "ALICLOUD_SECURITY_TOKEN=mine",
				"ALIBABA_CLOUD_SECURITY_TOKEN=mine", "OTHER=kept")
			c.stdout, c.stderr = &stdout, &stderr
			if code := c.run(t.Context()); code != exitOK {
				t.Errorf("%d: %s", code, &stderr)
			}
			if diff := cmp.Diff(test.want, strings.Fields(stdout.String())); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestTheCommandTrustsTheCertificate(t *testing.T) {
	kept := filepath.Join(t.TempDir(), "kept.pem")
	for name, flags := range map[string][]string{"a temporary file": {"-tls"}, "a file to keep": {"-tls", "-cert-out", kept}} {
		t.Run(name, func(t *testing.T) {
			temporary := t.TempDir()
			t.Setenv("TMPDIR", temporary)
			var stdout, stderr output
			c := around(t, "read", append(flags, "-quiet")...)
			c.stdout, c.stderr = &stdout, &stderr
			if code := c.run(t.Context()); code != exitOK || stdout.String() != "1 certificates, <nil>\n404 Not Found\n" {
				t.Errorf("%d: %q, %q", code, &stdout, &stderr)
			}
			if stderr.String() != "" {
				t.Errorf("-quiet logs %q", &stderr)
			}
			if left, err := os.ReadDir(temporary); err != nil || len(left) > 0 {
				t.Errorf("left behind: %v, %v", left, err)
			}
		})
	}
	if _, err := os.Stat(kept); err != nil {
		t.Error(err)
	}
}

func TestTheCommandGetsTheCredentialsSourceOfTheSetting(t *testing.T) {
	const instance = "http://100.100.100.200/latest/meta-data/ram/security-credentials/acksim-instance"
	for name, test := range map[string]struct {
		play  string
		flags []string
	}{
		"a URI":                   {"get:ALICLOUD_CREDENTIALS_URI", []string{"-credentials", "uri"}},
		"a URI over TLS":          {"get:ALICLOUD_CREDENTIALS_URI", []string{"-credentials", "uri", "-tls"}},
		"an instance":             {"get:" + instance, []string{"-credentials", "metadata"}},
		"an instance, beside TLS": {"get:" + instance, []string{"-credentials", "metadata", "-tls"}},
	} {
		t.Run(name, func(t *testing.T) {
			var stdout, stderr output
			c := around(t, test.play, test.flags...)
			c.stdout, c.stderr = &stdout, &stderr
			if code := c.run(t.Context()); code != exitOK || stdout.String() != "200 OK\n" {
				t.Errorf("%d: %q", code, &stdout)
			}
			if !strings.Contains(stderr.String(), " 200 issued=STS.") {
				t.Errorf("log: %q", &stderr)
			}
		})
	}
}

func TestTheCommandCanReachEveryRegion(t *testing.T) {
	regional := write(t, `{"access_keys": [{"id": "a", "secret": "b"}], "metadata": {"role": "instance"},
		"clusters": {"c": {"region": "cn-beijing", "timeline": [{"phase": "idle"}]}}}`)
	for name, test := range map[string]struct {
		address, want string
		flags         []string
	}{
		"over HTTP":                   {"http://cn-beijing.acksim.test", "404 Not Found", nil},
		"over HTTPS":                  {"https://cn-beijing.acksim.test", "404 Not Found", []string{"-tls"}},
		"beside the metadata service": {"http://100.100.100.200/latest/meta-data/ram/security-credentials/instance", "200 OK", []string{"-tls", "-credentials", "metadata"}},
	} {
		t.Run(name, func(t *testing.T) {
			var stdout, stderr output
			c := around(t, "get:"+test.address, append(test.flags, "-scenario", regional)...)
			c.environment = append(c.environment, "NO_PROXY=")
			c.stdout, c.stderr = &stdout, &stderr
			if code := c.run(t.Context()); code != exitOK || stdout.String() != test.want+"\n" {
				t.Errorf("%d: %q, %q", code, &stdout, &stderr)
			}
		})
	}
}

func TestQuietOmitsHandshakeErrors(t *testing.T) {
	for _, quiet := range []bool{false, true} {
		var stdout, stderr output
		flags := []string{"-tls"}
		if quiet {
			flags = append(flags, "-quiet")
		}
		c := around(t, "distrust", flags...)
		c.stdout, c.stderr = &stdout, &stderr
		if code := c.run(t.Context()); code != exitOK || stdout.String() != "true\n" {
			t.Fatalf("%d: %q, %q", code, &stdout, &stderr)
		}
		if noise := strings.Contains(stderr.String(), "TLS handshake error"); noise == quiet || quiet && stderr.String() != "" {
			t.Errorf("quiet %t: %q", quiet, &stderr)
		}
	}
}

func TestACertificateThatCannotBeWrittenEndsTheCommand(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "missing")
	t.Setenv("TMPDIR", missing)
	var stdout, stderr output
	c := around(t, "exit:0", "-tls")
	c.stdout, c.stderr = &stdout, &stderr
	code := c.run(t.Context())
	if code != exitFailure || !strings.HasPrefix(stderr.String(), "acksim: writing the certificate: open "+missing) {
		t.Errorf("%d: %q", code, &stderr)
	}
}

func TestASignalIsForwardedToTheCommand(t *testing.T) {
	null, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = null.Close() }()
	for _, sig := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		t.Run(sig.String(), func(t *testing.T) {
			signals := make(chan os.Signal, 1)
			var stdout output
			c := around(t, "wait")
			c.stdin, c.stderr, c.signals = null, &output{}, signals
			c.stdout = tee{&stdout, func() { signals <- sig }}
			if code := c.run(t.Context()); code != 7 || stdout.String() != "waiting\n"+sig.String()+"\n" {
				t.Errorf("%d: %q", code, &stdout)
			}
		})
	}
}

// tee calls ready once the command says that it waits for a signal.
type tee struct {
	*output
	ready func()
}

func (o tee) Write(p []byte) (int, error) {
	n, err := o.output.Write(p)
	if strings.HasSuffix(string(p), "waiting\n") {
		o.ready()
	}
	return n, err
}

func TestIsTerminal(t *testing.T) {
	null, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = null.Close() }()
	file, err := os.Open(write(t, ""))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	closed, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	_ = closed.Close()
	for name, f := range map[string]*os.File{"nothing": nil, "a file": file, "the null device": null, "a closed file": closed} {
		if isTerminal(f) {
			t.Errorf("%s is taken for a terminal", name)
		}
	}
	terminal, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Logf("no terminal to be had here: %v", err)
		return
	}
	defer func() { _ = terminal.Close() }()
	if !isTerminal(terminal) {
		t.Error("a terminal is not taken for one")
	}
}
