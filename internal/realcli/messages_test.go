package realcli

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/summary"
)

// TestWhatAUserSeesOfEachMistake shows each message in full with -v, and holds its beginning.
func TestWhatAUserSeesOfEachMistake(t *testing.T) {
	t.Parallel()
	_, server := simulate(t, idle, acksim.Options{})
	good := server.Endpoint()
	page := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = fmt.Fprint(w, "<!DOCTYPE html>\n<html><head><title>Sign in to the guest network</title></head></html>\n")
	}))
	t.Cleanup(page.Close)

	for name, test := range map[string]struct {
		configuration string
		env           []string
		want          string
	}{
		"a wrong secret": {
			configuration(good, ""),
			[]string{"ALICLOUD_SECRET_KEY=wrong"},
			"Error: " + summary.SignatureMismatch,
		},
		"no secret": {
			configuration(good, ""),
			[]string{"ALICLOUD_SECRET_KEY="},
			"Error: secret_key is missing",
		},
		"no credentials": {
			configuration(good, ""),
			[]string{"ALICLOUD_ACCESS_KEY=", "ALICLOUD_SECRET_KEY="},
			"Error: No valid Alibaba Cloud credentials",
		},
		"an unknown access key": {
			configuration(good, ""),
			[]string{"ALICLOUD_ACCESS_KEY=nobody"},
			"Error: " + summary.UnknownAccessKey,
		},
		"an unknown cluster": {
			strings.Replace(configuration(good, ""), clusterID, "c0000000000000000000000000000dead", 1), nil,
			"Error: " + summary.ClusterNotFound(summary.Cluster("c0000000000000000000000000000dead")),
		},
		"a malformed cluster id": {
			strings.Replace(configuration(good, ""), clusterID, "my cluster", 1), nil,
			"Error: Invalid Attribute Value",
		},
		"an interval that is none": {
			configuration(good, `poll_interval = "soon"`), nil,
			"Error: Invalid Attribute Value",
		},
		"an endpoint that refuses connections": {
			configuration(unused(t), `timeouts { read = "3s" }`), nil,
			"Error: " + summary.ConnectionRefused(summary.Cluster(clusterID)),
		},
		"an endpoint that responds with HTML": {
			configuration(page.Listener.Addr().String(), ""), nil,
			"Error: " + summary.InvalidResponse(summary.Cluster(clusterID)),
		},
		"an HTTP endpoint with protocol HTTPS": {
			strings.Replace(configuration(good, ""), `"HTTP"`, `"HTTPS"`, 1), nil,
			"Error: " + summary.NotHTTPS(summary.Cluster(clusterID)),
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := workspace(t, test.configuration, test.env...)
			output, err := w.Run(t.Context(), "plan", "-no-color")
			if err == nil || !strings.Contains(unwrap(output), test.want) {
				t.Errorf("%v: %q is not shown in:\n%s", err, test.want, output)
			}
			if strings.Contains(output, "testsk") {
				t.Errorf("the secret is shown in:\n%s", output)
			}
			t.Logf("$ %s plan\n%s", cli.Command(), output)
		})
	}
}

// unused returns a port of this machine where nothing listens.
func unused(t *testing.T) string {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	return listener.Addr().String()
}
