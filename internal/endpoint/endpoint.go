package endpoint

import (
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// region is what the region replaces in an endpoint.
const region = "{region}"

// Rule says what an endpoint must look like.
const Rule = "must be a host or host:port, such as \"cs.cn-hangzhou.aliyuncs.com\", without a scheme or path; " +
	"\"{region}\" in it is replaced with the region"

const bracketsRule = "must have its IPv6 address in brackets, followed by a port, such as \"[::1]:443\""

// isHost reports the name of a host: labels of letters, digits and hyphens inside.
func isHost(name string) bool {
	for label := range strings.SplitSeq(name, ".") {
		if label == "" || label[0] == '-' || label[len(label)-1] == '-' || strings.ContainsFunc(label, func(r rune) bool {
			return ('a' > r || r > 'z') && ('A' > r || r > 'Z') && ('0' > r || r > '9') && r != '-'
		}) {
			return false
		}
	}
	return true
}

// Check returns the rule that an endpoint breaks, or nothing.
func Check(text string) string {
	name, port := In(text, "region"), "443"
	if isIPv6(strings.Trim(name, "[]")) {
		return bracketsRule
	}
	if strings.Contains(name, ":") {
		var err error
		if name, port, err = net.SplitHostPort(name); err != nil {
			return Rule
		}
	}
	number, err := strconv.ParseUint(port, 10, 16)
	if err != nil || number == 0 || !isHost(name) && net.ParseIP(name) == nil {
		return Rule
	}
	return ""
}

func isIPv6(text string) bool {
	address, err := netip.ParseAddr(text)
	return err == nil && address.Is6()
}

// In returns the endpoint in a region.
func In(text, name string) string { return strings.ReplaceAll(text, region, name) }

// FollowsRegion reports whether the endpoint is another one in another region.
func FollowsRegion(text string) bool { return strings.Contains(text, region) }

// HasHostsOfItsOwn reports whether a region is one for finance or government, where the hosts of some services differ from
// those of all other regions. Which hosts these are is not known here.
func HasHostsOfItsOwn(name string) bool {
	words := strings.Split(name, "-")[1:]
	return slices.Contains(words, "finance") || slices.Contains(words, "gov")
}

// IsLoopback reports whether an endpoint is on this machine, as a simulator's is. It accepts every region.
func IsLoopback(text string) bool {
	name := text
	if before, _, err := net.SplitHostPort(text); err == nil {
		name = before
	}
	ip := net.ParseIP(name)
	return strings.EqualFold(name, "localhost") || ip != nil && ip.IsLoopback()
}
