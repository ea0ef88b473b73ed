package acksim

import (
	"crypto/tls"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/document"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/gateway"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/scenario"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/story"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acs3"
)

// inBeijing returns a scenario of cn-shanghai whose one cluster lives in cn-beijing.
func inBeijing() *scenario.Scenario {
	s := playing(scenario.Step{Phase: story.Idle})
	s.Region = "cn-shanghai"
	s.Clusters[clusterID] = scenario.Cluster{Region: "cn-beijing", Timeline: []scenario.Step{{Phase: story.Idle}}}
	return s
}

// statusOf returns the status of the response to a request for the cluster at a host.
func statusOf(t *testing.T, c *http.Client, scheme, host string) (int, error) {
	t.Helper()
	response, err := get(t, c, scheme, host)
	if err != nil {
		return 0, err
	}
	return response.StatusCode, response.Body.Close()
}

func TestAClusterIsFoundOnlyInItsRegion(t *testing.T) {
	for name, test := range map[string]struct {
		region string
		proxy  bool // Else the host is the address of the server.
		host   string
		status int
	}{
		"its region, through the proxy":          {"cn-beijing", true, "cn-beijing.acksim.test", 200},
		"its region, in capitals":                {"cn-beijing", true, "CN-BEIJING.acksim.test", 200},
		"its region, by the public host":         {"cn-beijing", true, "cs.cn-beijing.aliyuncs.com", 200},
		"its region, by the host of VPCs":        {"cn-beijing", true, "cs-vpc.cn-beijing.aliyuncs.com", 200},
		"its region, below localhost":            {"cn-beijing", true, "cn-beijing.localhost", 200},
		"another region":                         {"cn-beijing", true, "cn-hangzhou.acksim.test", 404},
		"another region, by the public host":     {"cn-beijing", true, "cs.cn-hangzhou.aliyuncs.com", 404},
		"the scenario's region, in the host":     {"cn-beijing", true, "cn-shanghai.acksim.test", 404},
		"no region, which is the scenario's":     {"cn-beijing", false, "", 404},
		"no region, and the scenario's is right": {"cn-shanghai", false, "", 200},
		"any region, for a cluster without one":  {"", true, "cn-hangzhou.acksim.test", 200},
		"no region, for a cluster without one":   {"", false, "", 200},
	} {
		t.Run(name, func(t *testing.T) {
			plan := inBeijing()
			c := plan.Clusters[clusterID]
			c.Region = test.region
			plan.Clusters[clusterID] = c
			simulator := start(t, plan)
			server := startServer(t, simulator, Options{})
			host := test.host
			client := client(t, server, func(transport *http.Transport) {
				if test.proxy {
					transport.Proxy = http.ProxyURL(&url.URL{Scheme: "http", Host: server.Endpoint()})
				} else {
					host = server.Endpoint()
				}
			})
			if status, err := statusOf(t, client, "http", host); err != nil || status != test.status {
				t.Fatalf("%d, %v", status, err)
			}
			code := ""
			if test.status != http.StatusOK {
				code = "ErrorClusterNotFound"
			}
			if got := simulator.Requests()[0]; got.Code != code || got.Region != strings.ToLower(scenario.RegionOf(host)) {
				t.Errorf("%+v", got)
			}
		})
	}
}

func TestARequestInAnotherRegionStartsNoTimeline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		plan := inBeijing()
		plan.Clusters[clusterID] = scenario.Cluster{
			Region: "cn-beijing", Timeline: []scenario.Step{{Polls: 1, Phase: story.Running}, {Phase: story.Succeeded}},
		}
		s := start(t, plan)
		requestStatus(t, s, clusterID) // In cn-hangzhou.
		if got := s.Requests()[0]; got.Step != 0 || got.Code != "ErrorClusterNotFound" {
			t.Errorf("%+v", got)
		}
		r := unsigned(t.Context(), clusterID)
		r.Host = "cs.cn-beijing.aliyuncs.com"
		serve(s, sign(t, r, longLived, "nonce"))
		if got := s.Requests()[1]; got.Step != 1 || got.Phase != story.Running {
			t.Errorf("%+v", got)
		}
	})
}

func TestADetailNamesTheRegionOfTheCluster(t *testing.T) {
	s := start(t, inBeijing())
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://cs.cn-beijing.aliyuncs.com/clusters/"+clusterID, nil)
	r.Header.Set(gateway.HeaderAction, "DescribeClusterDetail")
	r.Header.Set(gateway.HeaderVersion, version)
	w := serve(s, sign(t, r, longLived, "nonce"))
	if !strings.Contains(w.Body.String(), `"region_id":"cn-beijing"`) {
		t.Errorf("%d: %s", w.Code, w.Body)
	}
}

func TestAClusterIsFoundOnlyByItsOwner(t *testing.T) {
	const ofDeploy = "session of deploy"
	for name, test := range map[string]struct {
		visibleTo []string
		found     map[string]bool
	}{
		"everybody":        {nil, map[string]bool{"testak": true, "STS.testak": true, ofDeploy: true}},
		"one key":          {[]string{"testak"}, map[string]bool{"testak": true}},
		"a role":           {[]string{deploy}, map[string]bool{ofDeploy: true}},
		"a shorter role":   {[]string{deploy[:len(deploy)-1]}, nil},
		"a key and a role": {[]string{"STS.testak", deploy}, map[string]bool{"STS.testak": true, ofDeploy: true}},
	} {
		t.Run(name, func(t *testing.T) {
			plan := stsScenario()
			plan.Roles = append(plan.Roles, scenario.Role{ARN: deploy[:len(deploy)-1], Trusts: []string{"testak"}})
			c := plan.Clusters[clusterID]
			c.VisibleTo = test.visibleTo
			plan.Clusters[clusterID] = c
			s := start(t, plan)
			assumed := session(t, serve(s, assumeRole(t, longLived, nil)))
			for who, credentials := range map[string]acs3.Credentials{"testak": longLived, "STS.testak": temporary, ofDeploy: assumed} {
				w := serve(s, sign(t, unsigned(t.Context(), clusterID), credentials, gateway.NewRequestID()))
				found := w.Code == http.StatusOK
				if found != test.found[who] || !found && !strings.Contains(w.Body.String(), "ErrorClusterNotFound") {
					t.Errorf("%s: %d, %s", who, w.Code, w.Body)
				}
			}
		})
	}
}

func TestSetClusterKnowsRegionsAndOwners(t *testing.T) {
	s := start(t, inBeijing())
	idle := []scenario.Step{{Phase: story.Idle}}
	for name, test := range map[string]struct {
		cluster scenario.Cluster
		want    string
	}{
		"a region that is none": {
			scenario.Cluster{Region: "Beijing", Timeline: idle},
			`scenario, clusters["c"].region: "Beijing" is not the id of a region: write one such as "cn-hangzhou", or leave it out`,
		},
		"an owner that is not known": {
			scenario.Cluster{VisibleTo: []string{"nobody"}, Timeline: idle},
			`scenario, clusters["c"].visible_to[0]: unknown identity "nobody": use the id of one of access_keys, ` +
				`or the ARN of one of roles, of metadata or of credentials_uri`,
		},
		"both as they should be": {scenario.Cluster{Region: "cn-hangzhou", VisibleTo: []string{"testak"}, Timeline: idle}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			err := s.SetCluster("c", test.cluster)
			if problem := document.AsError(err); test.want == "" && err != nil || test.want != "" && (problem == nil || problem.Error() != test.want) {
				t.Errorf("got %v", err)
			}
		})
	}
}

// throughProxy returns a client of a server with TLS that reaches it through a proxy.
func throughProxy(t *testing.T, simulator *Simulator) (*http.Client, *Server) {
	t.Helper()
	server := startServer(t, simulator, Options{TLS: true})
	proxy := startServer(t, &Proxy{Simulator: simulator, Server: server}, Options{})
	return client(t, server, func(transport *http.Transport) {
		transport.Proxy = http.ProxyURL(&url.URL{Scheme: "http", Host: proxy.Endpoint()})
	}), proxy
}

func TestTheProxyConnectsEveryRegionToTheServerWithTLS(t *testing.T) {
	simulator := start(t, inBeijing())
	client, _ := throughProxy(t, simulator)
	for host, want := range map[string]int{
		"cn-beijing.acksim.test": 200, "cn-hangzhou.acksim.test": 404, "cn-beijing.localhost": 200, "cn-beijing.acksim.test:8443": 200,
	} {
		if status, err := statusOf(t, client, "https", host); err != nil || status != want {
			t.Errorf("%s: %d, %v", host, status, err)
		}
	}
	// What is plain goes to the simulator itself.
	if status, err := statusOf(t, client, "http", "cn-beijing.acksim.test"); err != nil || status != http.StatusOK {
		t.Errorf("%d, %v", status, err)
	}
}

func TestTheProxyConnectsEveryOtherHostUnchanged(t *testing.T) {
	client, _ := throughProxy(t, start(t, inBeijing()))
	other := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "other") }))
	t.Cleanup(other.Close)
	transport, ok := client.Transport.(*acs3.Transport)
	if !ok {
		t.Fatalf("%T", client.Transport)
	}
	base, ok := transport.Base.(*http.Transport)
	if !ok {
		t.Fatalf("%T", transport.Base)
	}
	base.TLSClientConfig = &tls.Config{RootCAs: other.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs} //nolint:forcetypeassert // httptest's own.
	if status, err := statusOf(t, client, "https", other.Listener.Addr().String()); err != nil || status != http.StatusOK {
		t.Errorf("%d, %v", status, err)
	}
	if _, err := statusOf(t, client, "https", "127.0.0.1:1"); err == nil || !strings.Contains(err.Error(), "Bad Gateway") {
		t.Error(err)
	}
}

func TestTheTunnelsEndWithTheProxy(t *testing.T) {
	client, proxy := throughProxy(t, start(t, inBeijing()))
	if _, err := statusOf(t, client, "https", "cn-beijing.acksim.test"); err != nil {
		t.Fatal(err)
	}
	proxy.Close() // The client keeps its connection open: a proxy that waited for it would wait for ever.
}
