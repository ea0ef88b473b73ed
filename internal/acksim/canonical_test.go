package acksim

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/scenario"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/story"
)

// canonicalRequest is what the official client signs, written out, as its vectors have it for GetUpgradeStatus.
type canonicalRequest struct {
	text, authorization string
	headers             map[string]string
}

// officially signs a canonical request, whose lines from the third on are headers, without any code of this project's own.
func officially(text, accessKeyID, secret string) canonicalRequest {
	lines := strings.Split(text, "\n")
	c := canonicalRequest{text: text, headers: make(map[string]string)}
	for _, line := range lines[3:] {
		if line == "" {
			break
		}
		name, value, _ := strings.Cut(line, ":")
		c.headers[name] = value
	}
	signed := lines[len(lines)-2]
	hash := sha256.Sum256([]byte(text))
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte("ACS3-HMAC-SHA256\n" + hex.EncodeToString(hash[:])))
	c.authorization = "ACS3-HMAC-SHA256 Credential=" + accessKeyID + ",SignedHeaders=" + signed + ",Signature=" + hex.EncodeToString(mac.Sum(nil))
	return c
}

func TestTheNewOperationsAreAcceptedAsTheOfficialClientSignsThem(t *testing.T) {
	const (
		noBody = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
		plain  = "host;x-acs-action;x-acs-content-sha256;x-acs-credentials-provider;x-acs-date;x-acs-signature-nonce;x-acs-version"
		sts    = "host;x-acs-accesskey-id;x-acs-action;x-acs-content-sha256;x-acs-credentials-provider;x-acs-date;" +
			"x-acs-security-token;x-acs-signature-nonce;x-acs-version"
	)
	for name, test := range map[string]struct {
		url  string
		text string
	}{
		"tasks": {
			url: "/clusters/" + clusterID + "/tasks?page_number=1&page_size=100",
			text: "GET\n/clusters/" + clusterID + "/tasks\npage_number=1&page_size=100\n" +
				"host:cs.cn-hangzhou.aliyuncs.com\nx-acs-action:DescribeClusterTasks\nx-acs-content-sha256:" + noBody +
				"\nx-acs-credentials-provider:static_ak\nx-acs-date:2026-01-02T03:04:05Z\n" +
				"x-acs-signature-nonce:0123456789abcdef0123456789abcdef\nx-acs-version:2015-12-15\n\n" + plain + "\n" + noBody,
		},
		"tasks, with the query in another order": {
			url: "/clusters/" + clusterID + "/tasks?page_size=20&page_number=2&detail=true",
			text: "GET\n/clusters/" + clusterID + "/tasks\ndetail=true&page_number=2&page_size=20\n" +
				"host:cs.cn-hangzhou.aliyuncs.com\nx-acs-action:DescribeClusterTasks\nx-acs-content-sha256:" + noBody +
				"\nx-acs-credentials-provider:static_ak\nx-acs-date:2026-01-02T03:04:05Z\n" +
				"x-acs-signature-nonce:0123456789abcdef0123456789abcdef\nx-acs-version:2015-12-15\n\n" + plain + "\n" + noBody,
		},
		"details, with a security token": {
			url: "/clusters/" + clusterID,
			text: "GET\n/clusters/" + clusterID + "\n\n" +
				"host:cs.cn-hangzhou.aliyuncs.com\nx-acs-accesskey-id:" + temporary.AccessKeyID +
				"\nx-acs-action:DescribeClusterDetail\nx-acs-content-sha256:" + noBody +
				"\nx-acs-credentials-provider:static_sts\nx-acs-date:2026-01-02T03:04:05Z\nx-acs-security-token:" + temporary.SecurityToken +
				"\nx-acs-signature-nonce:0123456789abcdef0123456789abcdef\nx-acs-version:2015-12-15\n\n" + sts + "\n" + noBody,
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				time.Sleep(time.Until(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)))
				s := start(t, playing(scenario.Step{Phase: story.Running}))
				key := longLived
				if strings.Contains(test.text, "x-acs-security-token") {
					key = temporary
				}
				canonical := officially(test.text, key.AccessKeyID, key.AccessKeySecret)
				r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "https://cs.cn-hangzhou.aliyuncs.com"+test.url, nil)
				for name, value := range canonical.headers {
					if name != "host" {
						r.Header.Set(name, value)
					}
				}
				r.Header.Set("Accept", "application/json")
				r.Header.Set("Authorization", canonical.authorization)
				if w := serve(s, r); w.Code != http.StatusOK {
					t.Errorf("%d: %s", w.Code, w.Body)
				}
			})
		})
	}
}
