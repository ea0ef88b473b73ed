package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/scenario"
)

func TestDescribe(t *testing.T) {
	plain := &scenario.Scenario{AccessKeys: []scenario.AccessKey{{ID: "testak", Secret: "it's"}}}
	session := &scenario.Scenario{
		AccessKeys: []scenario.AccessKey{{ID: "STS.a", Secret: "b", SecurityToken: "CAIS+/=="}}, Region: "cn-beijing",
	}
	withRoles := &scenario.Scenario{
		AccessKeys:     []scenario.AccessKey{{ID: "testak", Secret: "testsk"}},
		Roles:          []scenario.Role{{ARN: "acs:ram::1:role/a", Trusts: []string{"testak"}}},
		Metadata:       &scenario.Metadata{Role: "instance"},
		CredentialsURI: &scenario.CredentialsURI{Path: "/c"},
	}
	regional := &scenario.Scenario{
		AccessKeys: []scenario.AccessKey{{ID: "testak", Secret: "b"}}, Clusters: map[string]scenario.Cluster{"c": {Region: "cn-beijing"}},
	}
	for name, test := range map[string]struct {
		settings settings
		want     string
	}{
		"HTTP": {
			settings{scenario: plain, endpoint: "127.0.0.1:1"},
			`# Simulated ACK on http://127.0.0.1:1, until Ctrl-C. In the shell that runs the CLI:
unset ALIBABA_CLOUD_SECURITY_TOKEN ALIBABACLOUD_SECURITY_TOKEN ALICLOUD_SECURITY_TOKEN
export ALIBABA_CLOUD_ENDPOINT_CS=127.0.0.1:1
export ALICLOUD_ACCESS_KEY=testak
export ALICLOUD_SECRET_KEY='it'\''s'
export ALICLOUD_REGION=cn-hangzhou
# and in the configuration: provider "ackupgrade" { protocol = "HTTP" }
`,
		},
		"HTTPS, with a session and a certificate": {
			settings{scenario: session, endpoint: "[::1]:1", tls: true, certificate: "a b.pem"},
			`# Simulated ACK on https://[::1]:1, until Ctrl-C. In the shell that runs the CLI:
unset ALIBABA_CLOUD_SECURITY_TOKEN ALIBABACLOUD_SECURITY_TOKEN
export ALIBABA_CLOUD_ENDPOINT_CS='[::1]:1'
export ALICLOUD_ACCESS_KEY=STS.a
export ALICLOUD_SECRET_KEY=b
export ALICLOUD_REGION=cn-beijing
export ALICLOUD_SECURITY_TOKEN='CAIS+/=='
export SSL_CERT_FILE='a b.pem'
`,
		},
		"a credentials URI, and roles": {
			settings{scenario: withRoles, endpoint: "127.0.0.1:1", credentials: "uri"},
			`# Simulated ACK on http://127.0.0.1:1, until Ctrl-C. In the shell that runs the CLI:
unset ALIBABA_CLOUD_SECURITY_TOKEN ALIBABACLOUD_SECURITY_TOKEN ALICLOUD_SECURITY_TOKEN ALICLOUD_ACCESS_KEY ` +
				`ALIBABA_CLOUD_ACCESS_KEY_ID ALIBABACLOUD_ACCESS_KEY_ID ALICLOUD_SECRET_KEY ALIBABA_CLOUD_ACCESS_KEY_SECRET ` +
				`ALIBABACLOUD_ACCESS_KEY_SECRET ALICLOUD_PROFILE ALIBABA_CLOUD_PROFILE ALIBABA_CLOUD_CREDENTIALS_URI ALIBABA_CLOUD_ECS_METADATA
export ALIBABA_CLOUD_ENDPOINT_CS=127.0.0.1:1
export ALICLOUD_CREDENTIALS_URI=http://127.0.0.1:1/c
export ALICLOUD_REGION=cn-hangzhou
# and in the configuration: provider "ackupgrade" { protocol = "HTTP" }
# For roles, add -tls: a client speaks HTTPS to STS, and nothing else.
`,
		},
		"HTTPS, an instance, and roles": {
			settings{
				scenario: withRoles, endpoint: "127.0.0.1:1", proxy: "127.0.0.1:2", credentials: "metadata", tls: true, certificate: "c.pem",
			},
			`# Simulated ACK on https://127.0.0.1:1, until Ctrl-C. In the shell that runs the CLI:
unset ALIBABA_CLOUD_SECURITY_TOKEN ALIBABACLOUD_SECURITY_TOKEN ALICLOUD_SECURITY_TOKEN ALICLOUD_ACCESS_KEY ` +
				`ALIBABA_CLOUD_ACCESS_KEY_ID ALIBABACLOUD_ACCESS_KEY_ID ALICLOUD_SECRET_KEY ALIBABA_CLOUD_ACCESS_KEY_SECRET ` +
				`ALIBABACLOUD_ACCESS_KEY_SECRET ALICLOUD_PROFILE ALIBABA_CLOUD_PROFILE ALIBABA_CLOUD_CREDENTIALS_URI ` +
				`ALIBABA_CLOUD_ECS_METADATA ALICLOUD_CREDENTIALS_URI
export ALIBABA_CLOUD_ENDPOINT_CS=127.0.0.1:1
export ALICLOUD_ECS_ROLE_NAME=instance
export HTTP_PROXY=http://127.0.0.1:2
export ALICLOUD_REGION=cn-hangzhou
export SSL_CERT_FILE=c.pem
export TF_VAR_sts_endpoint=127.0.0.1:1
# For roles, in the provider's configuration: endpoints { sts = "127.0.0.1:1" }
`,
		},
		"HTTPS, without a file for the certificate": {
			settings{scenario: plain, endpoint: "127.0.0.1:1", tls: true},
			`# Simulated ACK on https://127.0.0.1:1, until Ctrl-C. In the shell that runs the CLI:
unset ALIBABA_CLOUD_SECURITY_TOKEN ALIBABACLOUD_SECURITY_TOKEN ALICLOUD_SECURITY_TOKEN
export ALIBABA_CLOUD_ENDPOINT_CS=127.0.0.1:1
export ALICLOUD_ACCESS_KEY=testak
export ALICLOUD_SECRET_KEY='it'\''s'
export ALICLOUD_REGION=cn-hangzhou
# The certificate was not written: add -cert-out FILE and set SSL_CERT_FILE=FILE, or it is not trusted.
`,
		},
		"regions": {
			settings{scenario: regional, endpoint: "127.0.0.1:1", proxy: "127.0.0.1:1"},
			`# Simulated ACK on http://127.0.0.1:1, until Ctrl-C. In the shell that runs the CLI:
unset ALIBABA_CLOUD_SECURITY_TOKEN ALIBABACLOUD_SECURITY_TOKEN ALICLOUD_SECURITY_TOKEN
export ALIBABA_CLOUD_ENDPOINT_CS='{region}.acksim.test'
export ALICLOUD_ACCESS_KEY=testak
export ALICLOUD_SECRET_KEY=b
export HTTP_PROXY=http://127.0.0.1:1
export ALICLOUD_REGION=cn-hangzhou
# and in the configuration: provider "ackupgrade" { protocol = "HTTP" }
`,
		},
		"regions over HTTPS": {
			settings{scenario: regional, endpoint: "127.0.0.1:1", proxy: "127.0.0.1:2", tls: true, certificate: "c.pem"},
			`# Simulated ACK on https://127.0.0.1:1, until Ctrl-C. In the shell that runs the CLI:
unset ALIBABA_CLOUD_SECURITY_TOKEN ALIBABACLOUD_SECURITY_TOKEN ALICLOUD_SECURITY_TOKEN
export ALIBABA_CLOUD_ENDPOINT_CS='{region}.acksim.test'
export ALICLOUD_ACCESS_KEY=testak
export ALICLOUD_SECRET_KEY=b
export HTTPS_PROXY=http://127.0.0.1:2
export ALICLOUD_REGION=cn-hangzhou
export SSL_CERT_FILE=c.pem
`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, test.settings.describe()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
