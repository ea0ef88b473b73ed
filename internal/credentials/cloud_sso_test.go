package credentials

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestCloudSSO(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer sso-access-token" || r.URL.Path != "/cloud-credentials" {
			t.Errorf("unexpected request %s with %v", r.URL, r.Header)
		}
		_, _ = fmt.Fprintf(w, `{"CloudCredential":{"AccessKeyId":"STS.sso","AccessKeySecret":"s","SecurityToken":"t","Expiration":%q}}`, in(time.Hour))
	}))
	defer server.Close()
	config := profiles(fmt.Sprintf(`"name": "p0", "mode": "CloudSSO", "cloud_sso_sign_in_url": "%s/start", "cloud_sso_account_id": "1",
		"cloud_sso_access_config": "ac", "access_token": "sso-access-token", "cloud_sso_access_token_expire": %d`, server.URL, time.Now().Add(time.Hour).Unix()))
	got, err := resolve(t, Input{Profile: ptr("p0"), Home: home(t, config)}).Source(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(signer("STS.sso", "s", "t", "cloud_sso"), got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
