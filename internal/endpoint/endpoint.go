package endpoint

import (
	"net"
	"net/netip"
	"regexp"
	"strconv"
	"strings"
)

// region is what the region replaces in an endpoint.
const region = "{region}"

// Rule says what an endpoint must look like.
const Rule = "must be a host or host:port, such as \"cs.cn-hangzhou.aliyuncs.com\", without a scheme and a path; " +
	"\"{region}\" in it stands for the region"

const bracketsRule = "must have its IPv6 address in brackets, followed by a port, such as \"[::1]:443\""

var host = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$`)

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
	if err != nil || number == 0 || !host.MatchString(name) && net.ParseIP(name) == nil {
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

// special are the regions whose hosts do not follow the pattern of all others.
var special = regexp.MustCompile(`-finance(-|$)|-gov(-|$)`)

// HasHostsOfItsOwn reports whether a region is one for finance or government, where the hosts of some services differ from
// those of all other regions. Which hosts these are is not known here.
func HasHostsOfItsOwn(name string) bool { return special.MatchString(name) }

// IsLoopback reports whether an endpoint is on this machine, as a simulator's is. It serves whatever region it is told.
func IsLoopback(text string) bool {
	name := text
	if before, _, err := net.SplitHostPort(text); err == nil {
		name = before
	}
	ip := net.ParseIP(name)
	return strings.EqualFold(name, "localhost") || ip != nil && ip.IsLoopback()
}
