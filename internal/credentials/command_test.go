package credentials

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acs3"
)

// fetchWith fetches the credentials of a profile of the mode External once.
func fetchWith(t *testing.T, command string) (acs3.Credentials, error) {
	t.Helper()
	f, err := commandSource(command, &scrubber{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return newSession(f.provider).get(t.Context())
}

func TestCommands(t *testing.T) {
	const printed = `{"mode": "StsToken", "access_key_id": "STS.x", "access_key_secret": "it's a \"secret\"", "sts_token": "t"`
	want := signer("STS.x", `it's a "secret"`, "t", "external")
	for name, test := range map[string]struct {
		args []string
		want acs3.Credentials
		err  string
	}{
		"print credentials":                   {[]string{printed + `, "expiration": "2099-01-02T03:04:05Z"}`}, want, ""},
		"give no expiration":                  {[]string{printed + `}`}, want, ""},
		"give an expiration of their own":     {[]string{printed + `, "expiration": "tomorrow"}`}, want, ""},
		"say something besides":               {[]string{printed + `}`, "hello"}, want, ""},
		"fail":                                {[]string{"canary", "not signed in, canary=secret q83vASNFZ4mrze8BI0VniavN", "x"}, acs3.Credentials{}, "it failed: exit status 1; stderr: not signed in, canary=secret (hidden)"},
		"fail with the response of a service": {[]string{"", `{"Code": "Throttling", "Message": "m"}`, "x"}, acs3.Credentials{}, `it failed: exit status 1; stderr: {"Code": "Throttling", "Message": "m"}`},
		"fail in silence":                     {[]string{"", "", "xx"}, acs3.Credentials{}, "it failed: exit status 2; stderr: empty"},
		"print rubbish":                       {[]string{"AccessKeySecret is canary"}, acs3.Credentials{}, "it printed 25 bytes that are not JSON of the expected form"},
		"print nothing":                       {[]string{""}, acs3.Credentials{}, "it printed 0 bytes that are not JSON of the expected form"},
		"print too much":                      {[]string{printed + strings.Repeat(" ", commandMaxOutput) + "}"}, acs3.Credentials{}, "it printed 65642 bytes that are not JSON of the expected form"},
		"forget the token":                    {[]string{`{"mode": "StsToken", "access_key_id": "a", "access_key_secret": "b"}`}, acs3.Credentials{}, "it printed credentials of the mode StsToken without an sts_token"},
		"forget the key":                      {[]string{`{"mode": "AK"}`}, acs3.Credentials{}, "the response contains no access key"},
		"print a field of the wrong kind":     {[]string{`{"access_key_secret": 123}`}, acs3.Credentials{}, "it printed 26 bytes that are not JSON of the expected form"},
		"request a role": {
			[]string{`{"mode": "RamRoleArn", "access_key_id": "a", "access_key_secret": "b", "ram_role_arn": "r"}`},
			acs3.Credentials{},
			`it printed credentials of the mode "RamRoleArn", which the provider cannot sign requests with`,
		},
		"print an access key without token": {[]string{`{"mode": "AK", "access_key_id": "a", "access_key_secret": "b"}`}, signer("a", "b", "", "external"), ""},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := fetchWith(t, command(t, test.args...))
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			var failed *FetchError
			if errors.As(err, &failed) && failed.Reason != test.err || (err != nil) != (test.err != "") {
				t.Errorf("got  %v\nwant %s", err, test.err)
			}
		})
	}
}

func TestACommandThatDoesNotEndIsKilled(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv(asCommand, "hang")
	_, _, err = runCommand(t.Context(), []string{self}, 100*time.Millisecond, &scrubber{})
	if err == nil || err.Error() != "it did not end within 100ms" {
		t.Errorf("got %v", err)
	}
}

// The read will be interrupted too. Its error must say that, and not blame the credentials.
func TestAnInterruptedCommandMayRunAgain(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("on Windows no process can interrupt itself: run this test elsewhere")
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv(asCommand, "interrupt")
	_, err = fetchWith(t, quote(self))
	var failed *FetchError
	if !errors.As(err, &failed) || !failed.Transient() || failed.Reason != "it failed: signal: interrupt; stderr: empty" {
		t.Errorf("got %+v", err)
	}
}

func TestACommandMayLeaveAChildProcess(t *testing.T) {
	got, err := fetchWith(t, command(t, "linger", `{"access_key_id": "a", "access_key_secret": "b"}`))
	if err != nil || got.AccessKeyID != "a" {
		t.Errorf("got %+v and %v", got, err)
	}
}

func TestACommandRunsOnceForManyReads(t *testing.T) {
	calls := filepath.Join(t.TempDir(), "calls")
	printed := fmt.Sprintf(`{"access_key_id": "a", "access_key_secret": "b", "expiration": %q}`, in(time.Hour))
	config := fmt.Sprintf(`"name": "p0", "mode": "External", "process_command": %q`, command(t, "count", calls, printed))
	source := resolve(t, Input{Profile: ptr("p0"), Home: home(t, profiles(config))}).Source
	for range 20 {
		if _, err := source(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile(calls); err != nil || !bytes.Equal(got, []byte("x")) {
		t.Errorf("got the calls %q and %v, want one", got, err)
	}
}

func TestCommandsAreSplitAsAShellDoes(t *testing.T) {
	for name, test := range map[string]struct {
		command string
		windows bool
		want    []string
		err     error
	}{
		"a number sign in a word":            {"tool --id=a#b c", false, []string{"tool", "--id=a#b", "c"}, nil},
		"a backslash between double quotes":  {`tool "a\sb" "\$x" "\\"`, false, []string{"tool", `a\sb`, "$x", `\`}, nil},
		"a backslash before a line end":      {"tool a\\\nb \"c\\\nd\"", false, []string{"tool", "ab", "cd"}, nil},
		"quotes within a word":               {`tool --name="First Last"'s'`, false, []string{"tool", "--name=First Lasts"}, nil},
		"empty words":                        {`tool "" ''`, false, []string{"tool", "", ""}, nil},
		"a folder of Windows":                {`C:\bin\tool.exe "C:\a b\c" "\"d\""`, true, []string{`C:\bin\tool.exe`, `C:\a b\c`, `"d"`}, nil},
		"single quotes on Windows":           {`'C:\a b\tool' x`, true, []string{`C:\a b\tool`, "x"}, nil},
		"a quote that is not closed":         {`tool "a`, false, nil, errOpenQuote},
		"a single quote that is not closed":  {`tool 'a`, false, nil, errOpenQuote},
		"a backslash at the end":             {`tool \`, false, nil, errTrailingBackslash},
		"a backslash at the end, on Windows": {`C:\bin\`, true, []string{`C:\bin\`}, nil},
		"nothing":                            {" \t\n", false, nil, errNoCommand},
		"an empty command":                   {`"" a`, false, nil, errNoCommand},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := splitCommand(test.command, test.windows)
			if diff := cmp.Diff(test.want, got); diff != "" || !errors.Is(err, test.err) {
				t.Errorf("%v, -want +got:\n%s", err, diff)
			}
		})
	}
}
