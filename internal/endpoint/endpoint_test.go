package endpoint

import (
	"strings"
	"testing"
)

func TestValidAndInvalidEndpoints(t *testing.T) {
	for text, ok := range map[string]bool{
		"cs.cn-hangzhou.aliyuncs.com": true, "cs.cn-hangzhou.aliyuncs.com:443": true, "localhost:8080": true, "127.0.0.1:1": true, "[::1]:8080": true,
		"cs.{region}.aliyuncs.com": true, "cs-vpc.{region}.aliyuncs.com:443": true, "{region}": true,
		"": false, "https://cs.cn-hangzhou.aliyuncs.com": false, "cs.cn-hangzhou.aliyuncs.com/": false, "host:": false, "host:0": false,
		"host:65536": false, "host:http": false, ":80": false, "a b": false, "::1": false, "[::1]": false, "-a": false, "user@host": false,
		"cs.{Region}.aliyuncs.com": false, "cs.{zone}.aliyuncs.com": false, "cs.{region.aliyuncs.com": false,
	} {
		if got := Check(text) == ""; got != ok {
			t.Errorf("%q is an endpoint: %t, want %t", text, got, ok)
		}
	}
}

func TestTheErrorForAnIPv6AddressWithoutBracketsNamesThem(t *testing.T) {
	for _, text := range []string{"::1", "[::1]", "2001:db8::1", "fe80::1%eth0"} {
		if got := Check(text); !strings.Contains(got, "in brackets") {
			t.Errorf("%s: got %q", text, got)
		}
	}
}

func TestTheRegionInAnEndpoint(t *testing.T) {
	for text, want := range map[string]string{
		"cs.{region}.aliyuncs.com": "cs.cn-hangzhou.aliyuncs.com", "cs.example": "cs.example",
	} {
		if got := In(text, "cn-hangzhou"); got != want || FollowsRegion(text) != (text != want) {
			t.Errorf("%s: got %s", text, got)
		}
	}
	for name, want := range map[string]bool{
		"cn-shanghai-finance-1": true, "cn-hangzhou-finance": true, "cn-north-2-gov-1": true, "cn-hangzhou": false, "finance": false,
	} {
		if got := HasHostsOfItsOwn(name); got != want {
			t.Errorf("%s: got %t, want %t", name, got, want)
		}
	}
}
