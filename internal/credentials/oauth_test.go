package credentials

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// site simulates a sign-in site, which accepts a refresh token once. It replaces the aliyun CLI's, whose hosts are fixed.
type site struct {
	mu       sync.Mutex
	refresh  int // the number of the refresh token that is accepted
	refuses  bool
	sessions int
}

func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.refuses, r.URL.Path == "/v1/token" && r.FormValue("refresh_token") != fmt.Sprintf("refresh-%d", s.refresh):
		w.WriteHeader(http.StatusBadRequest)
	case r.URL.Path == "/v1/token":
		s.refresh++
		_, _ = fmt.Fprintf(w, `{"access_token": "access-%d", "refresh_token": "refresh-%d", "expires_in": 3600}`, s.refresh, s.refresh)
	case r.Header.Get("Authorization") != fmt.Sprintf("Bearer access-%d", s.refresh):
		w.WriteHeader(http.StatusUnauthorized)
	default:
		s.sessions++
		_, _ = fmt.Fprintf(w, `{"accessKeyId": "STS.%d", "accessKeySecret": "secret", "securityToken": "token", "expiration": %q}`, s.sessions, in(time.Minute))
	}
}

func TestASignIn(t *testing.T) {
	served := &site{}
	server := httptest.NewServer(served)
	defer server.Close()
	path := filepath.Join(home(t, foreign), ".aliyun", "config.json")
	var warnings []string
	signedIn := func() *session {
		file, err := readConfigFile(path)
		if err != nil {
			t.Fatal(err)
		}
		f, err := oauthSource(file, &file.Profiles[0], &scrubber{}, func(about, problem string) { warnings = append(warnings, about+": "+problem) })
		if err != nil {
			t.Fatal(err)
		}
		s := f.provider.(*signIn) //nolint:forcetypeassert // oauthSource made it.
		s.site.url = server.URL
		return newSession(s)
	}
	check := func(s *session, want string) {
		t.Helper()
		if c, err := s.get(t.Context()); err != nil || c.AccessKeyID != want {
			t.Errorf("got %+v and %v, want %s", c, err, want)
		}
	}
	first, second := signedIn(), signedIn()
	check(first, "STS.1")
	profile := readJSON(t, path)["profiles"].([]any)[0].(map[string]any) //nolint:forcetypeassert // A test's own file.
	if profile["oauth_refresh_token"] != "refresh-1" || profile["access_key_id"] != "STS.1" || profile["language"] != "zh" {
		t.Errorf("got the profile %v", profile)
	}
	check(second, "STS.2") // Its refresh token is spent; the file has the next.
	check(first, "STS.3")
	served.refuses = true
	_, err := signedIn().get(t.Context())
	if err == nil || !strings.HasPrefix(err.Error(), "the stub: rejected, with an empty response") {
		t.Errorf("got %v", err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	served.refuses = false
	warnings = nil
	first.provider.(*signIn).profile.OAuthAccessTokenExpire = 0 //nolint:forcetypeassert // As above.
	check(first, "STS.4")                                       // Without the file, the credentials stay valid. There is a warning, because its token is used up.
	want := []string{"the sign-in at " + server.URL + ": The new refresh token was not written to " + path + ": there is no such file. The token in the file can no longer be used: " +
		"make the file writable, and sign in again with `aliyun configure --mode OAuth` before the next run"}
	if diff := cmp.Diff(want, warnings); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// Two commands at once spend the same refresh token. The one that is too late finds the other's in the file, a moment later.
func TestASignInThatAnotherProcessRenewsAtTheSameTime(t *testing.T) {
	served := &site{}
	server := httptest.NewServer(served)
	defer server.Close()
	path := filepath.Join(home(t, foreign), ".aliyun", "config.json")
	file, err := readConfigFile(path)
	if err != nil {
		t.Fatal(err)
	}
	f, err := oauthSource(file, &file.Profiles[0], &scrubber{}, func(about, problem string) { t.Error(about, problem) })
	if err != nil {
		t.Fatal(err)
	}
	s := f.provider.(*signIn) //nolint:forcetypeassert // oauthSource made it.
	s.site.url = server.URL
	response, err := http.PostForm(server.URL+"/v1/token", map[string][]string{"refresh_token": {"refresh-0"}}) //nolint:noctx // The other process.
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	written := make(chan error, 1)
	time.AfterFunc(300*time.Millisecond, func() {
		written <- updateProfile(path, "p0", map[string]any{
			"oauth_refresh_token": "refresh-1", "oauth_access_token": "access-1", "oauth_access_token_expire": time.Now().Add(time.Hour).Unix(),
		})
	})
	if c, err := newSession(s).get(t.Context()); err != nil || c.AccessKeyID != "STS.1" {
		t.Errorf("got %+v and %v", c, err)
	}
	if err := <-written; err != nil {
		t.Error(err)
	}
}

// The site has replaced the token by then: what fails next must not lose it.
func TestARenewedTokenIsWrittenBeforeTheExchange(t *testing.T) {
	served := &site{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/v1/exchange" {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		served.ServeHTTP(w, r)
	}))
	defer server.Close()
	path := filepath.Join(home(t, foreign), ".aliyun", "config.json")
	file, err := readConfigFile(path)
	if err != nil {
		t.Fatal(err)
	}
	f, err := oauthSource(file, &file.Profiles[0], &scrubber{}, func(about, problem string) { t.Error(about, problem) })
	if err != nil {
		t.Fatal(err)
	}
	f.provider.(*signIn).site.url = server.URL //nolint:forcetypeassert // oauthSource made it.
	if _, err := f.provider.GetCredentials(); err == nil {
		t.Error("got credentials")
	}
	if now, err := readConfigFile(path); err != nil || now.Profiles[0].OAuthRefreshToken != "refresh-1" || now.Profiles[0].OAuthAccessToken != "access-1" {
		t.Errorf("the file has %+v, %v", now, err)
	}
}
