package acksim

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

func TestRequestsForOtherHostsAreRejected(t *testing.T) {
	server, err := Start(t.Context(), http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "keys") }), Options{Listen: "localhost:0"})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	_, port, _ := strings.Cut(server.Endpoint(), ":")
	for host, served := range map[string]bool{
		server.Endpoint(): true, "localhost:" + port: true, "LOCALHOST": true, "acksim.localhost": true, "127.0.0.1": true, "[::1]:" + port: true, "10.1.2.3:80": true,
		"rebound.example:" + port: false, "localhost.example": false, "127.0.0.1.example": false, "aliyuncs.com.example": false, "cs.cn-hangzhou.aliyuncs.com": true, "acksim:8080": true, "cn-beijing.acksim.test": true,
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+server.Endpoint()+"/credentials", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Host = host
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(response.Body)
		_ = response.Body.Close()
		if (string(body) == "keys") != served || !served && response.StatusCode != http.StatusMisdirectedRequest {
			t.Errorf("%s: HTTP %d %s", host, response.StatusCode, body)
		}
	}
}

func TestListeningOnAllAddressesIsAWarning(t *testing.T) {
	for listen, warned := range map[string]bool{"0.0.0.0:80": true, "[::]:80": true, ":80": true, "127.0.0.1:80": false, "localhost:0": false, "acksim:80": false} {
		if got := Warning(listen) != ""; got != warned {
			t.Errorf("%s: warned %t", listen, got)
		}
	}
}
