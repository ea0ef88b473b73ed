package credentials

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acs3"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/netfault"
)

// asCommand makes the test binary play a command that prints credentials, so that no shell is needed.
const asCommand = "ACKUPGRADE_TEST_COMMAND"

// wordsFile names the file that the command "words" writes its arguments to.
const wordsFile = "ACKUPGRADE_TEST_WORDS"

func TestMain(m *testing.M) {
	switch os.Getenv(asCommand) {
	case "":
	case "hang":
		time.Sleep(time.Hour)
	case "interrupt": // Itself, as a terminal does.
		if self, err := os.FindProcess(os.Getpid()); err == nil {
			_ = self.Signal(os.Interrupt)
		}
		time.Sleep(time.Hour)
	case "words":
		_ = os.WriteFile(os.Getenv(wordsFile), []byte(strings.Join(os.Args[1:], "|")), 0o600)
		fmt.Print(`{"mode": "AK", "access_key_id": "a", "access_key_secret": "b"}`) //nolint:forbidigo // This is a command, not a provider.
		return
	case "linger":
		time.Sleep(5 * time.Second)
		return
	default:
		play(os.Args[1:])
		return
	}
	for _, variable := range os.Environ() { // The library looks at the environment by itself.
		if name, _, _ := strings.Cut(variable, "="); strings.HasPrefix(name, "ALI") {
			_ = os.Unsetenv(name)
		}
	}
	os.Exit(m.Run())
}

// play prints its first argument to stdout and its second to stderr, and exits with its third; "count" notes the call first.
func play(args []string) {
	if args[0] == "linger" { // As a command does that starts an agent: the child holds stdout open.
		child := exec.Command(os.Args[0]) //nolint:noctx // It is meant to outlive this.
		child.Env = append(os.Environ(), asCommand+"=linger")
		child.Stdout = os.Stdout //nolint:forbidigo // This is a command, not a provider.
		if err := child.Start(); err != nil {
			panic(err)
		}
		args = args[1:]
	}
	if args[0] == "count" {
		f, _ := os.OpenFile(args[1], os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		_, _ = f.WriteString("x")
		_ = f.Close()
		args = args[2:]
	}
	fmt.Print(args[0]) //nolint:forbidigo // This is a command, not a provider.
	if len(args) > 1 {
		fmt.Fprint(os.Stderr, args[1])
	}
	if len(args) > 2 {
		os.Exit(len(args[2]))
	}
}

// command is a process_command that plays with the arguments.
func command(t *testing.T, args ...string) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv(asCommand, "play")
	t.Setenv("GORACE", "atexit_sleep_ms=0") // Else each takes a second to end.
	return quote(append([]string{self}, args...)...)
}

func quote(args ...string) string {
	for i, arg := range args {
		args[i] = `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(arg) + `"`
	}
	return strings.Join(args, " ")
}

func signer(id, secret, token, provider string) acs3.Credentials {
	return acs3.Credentials{AccessKeyID: id, AccessKeySecret: secret, SecurityToken: token, ProviderName: provider}
}

func ptr[T any](v T) *T { return &v }

// environment looks variables up in pairs of name and value.
func environment(pairs ...string) func(string) string {
	return func(name string) string {
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] == name {
				return pairs[i+1]
			}
		}
		return ""
	}
}

// home makes a home folder with a configuration file of the aliyun CLI.
func home(t *testing.T, config string) string {
	t.Helper()
	folder := t.TempDir()
	write(t, filepath.Join(folder, ".aliyun", "config.json"), config)
	return folder
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// profiles is a configuration file with profiles, the first of them the current one, given by their fields.
func profiles(fields ...string) string {
	return `{"current": "p0", "profiles": [{` + strings.Join(fields, "}, {") + `}]}`
}

// overTLS serves HTTPS at a host that credentials-go trusts, because it clones the default transport for each request.
func overTLS(t *testing.T, handler http.HandlerFunc) (host *string) {
	t.Helper()
	server := httptest.NewUnstartedServer(handler)
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // Of handshakes that are meant to fail.
	server.StartTLS()
	t.Cleanup(server.Close)
	transport := server.Client().Transport.(*http.Transport).Clone() //nolint:forcetypeassert // As the library does.
	transport.Proxy = nil
	replaceTransport(t, transport)
	return ptr(strings.TrimPrefix(server.URL, "https://"))
}

// asProxy responds to every plain HTTP request, such as those to the metadata service, and returns its host.
func asProxy(t *testing.T, handler http.HandlerFunc) (host string) {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	at, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	replaceTransport(t, &http.Transport{Proxy: http.ProxyURL(at)})
	return at.Host
}

func replaceTransport(t *testing.T, transport *http.Transport) {
	t.Helper()
	transport.OnProxyConnectResponse = netfault.RejectedByProxy // As prepare does.
	before := http.DefaultTransport
	http.DefaultTransport = transport
	t.Cleanup(func() { http.DefaultTransport = before })
}

// in says when credentials expire.
func in(d time.Duration) string { return time.Now().Add(d).UTC().Format("2006-01-02T15:04:05Z") }

// recordFirst plays STS, and keeps a parameter of the first request.
func recordFirst(value *string, parameter string) http.HandlerFunc {
	requests := 0
	return func(w http.ResponseWriter, r *http.Request) {
		if requests++; requests == 1 {
			*value = r.FormValue(parameter)
		}
		_, _ = w.Write([]byte(stsResponse("STS.session", time.Hour)))
	}
}

// stsResponse is a response of STS.
func stsResponse(id string, d time.Duration) string {
	return fmt.Sprintf(`{"Credentials":{"AccessKeyId":%q,"AccessKeySecret":"session-secret","SecurityToken":"session-token","Expiration":%q}}`, id, in(d))
}
