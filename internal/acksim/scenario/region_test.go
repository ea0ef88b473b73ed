package scenario

import "testing"

func TestRegionOf(t *testing.T) {
	for host, want := range map[string]string{
		"cs.cn-hangzhou.aliyuncs.com":              "cn-hangzhou",
		"cs.cn-hangzhou.aliyuncs.com:443":          "cn-hangzhou",
		"CS.CN-Hangzhou.aliyuncs.com.":             "cn-hangzhou",
		"cs-vpc.cn-hangzhou.aliyuncs.com":          "cn-hangzhou",
		"cs-anony.cn-hangzhou-finance.example.com": "cn-hangzhou-finance",
		"cn-hangzhou.localhost:8080":               "cn-hangzhou",
		"cn-hangzhou.acksim.test":                  "cn-hangzhou",
		"cnhangzhou.acksim.test":                   "cnhangzhou", // No region is, and none must pass for the scenario's.
		"localhost":                                "",
		"localhost:8080":                           "",
		"acksim":                                   "",
		"cs.acksim":                                "",
		"127.0.0.1:8080":                           "",
		"127.0.0.1":                                "",
		"[::1]:8080":                               "",
		"[::1]":                                    "",
		"::1":                                      "",
		"":                                         "",
	} {
		if got := RegionOf(host); got != want {
			t.Errorf("%s: %q, want %q", host, got, want)
		}
	}
}
