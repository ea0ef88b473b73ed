package credentials

import (
	"errors"
	"net"
	"net/http"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/apicode"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/endpoint"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/netfault"
)

// hintKey is what to do about a key pair.
const hintKey = "Check the access key and its secret."

const (
	hintLater = "Run this again later. If the error persists, open a ticket with Alibaba Cloud that contains the request ID, if there is one."
	hintProxy = "Check for a proxy or a sign-in page between this machine and "
)

// rejectionHint says what to do about a response that gives no credentials, or nothing where the source knows better.
func rejectionHint(at service, e *rejection) string {
	code, _, _ := e.parts()
	if at.name == serviceSTS.name {
		if hint := stsHint(at, code); hint != "" {
			return hint
		}
	}
	switch kind := apicode.Of(code); {
	case kind == apicode.Throttled, e.status == http.StatusTooManyRequests:
		return "Run this again later: " + at.name + " throttled the request. All clients of the account share the limit."
	case kind.Transient(), e.mayPass(at, false):
		return hintLater
	case code != "":
		if at.name == serviceSTS.name {
			return "Look up the error code in the documentation of STS, or open a ticket with Alibaba Cloud that contains the request ID."
		}
		return ""
	case e.status == http.StatusProxyAuthRequired:
		return "Check the user name and the password in " + at.variable + ": the proxy requires them."
	case at.name == serviceSTS.name, e.status == http.StatusForbidden:
		return hintProxy + at.name + ": the response is not from " + at.name + "."
	default:
		return ""
	}
}

// stsHint says what to do about an error code of STS, or nothing.
func stsHint(at service, code string) string {
	switch apicode.OfSTS(code) {
	case apicode.RoleNotFound:
		return "Check the ARN of the role: the role does not exist."
	case apicode.RoleARN:
		return "Write the ARN of the role as acs:ram::<account>:role/<name>."
	case apicode.SessionName:
		return "Set session_name to 2 to 64 letters, digits and the characters . @ - _"
	case apicode.SessionDuration:
		return "Set session_expiration to at most the maximum session duration of the role (3600 seconds unless it was changed in the RAM console), or increase that maximum."
	case apicode.SessionPolicy:
		return "Check the policy of the session: it must be a valid RAM policy in JSON."
	case apicode.IdentityTokenExpired:
		return "Get a new OIDC token: this one has expired. A token in a file (oidc_token_file) is read again for each session; a token that is set as a value is not renewed."
	case apicode.IdentityToken:
		return "Check the OIDC token: the identity provider of oidc_provider_arn must have issued it, and its audience and subject must be those that the provider and the role's trust policy allow."
	case apicode.STSOther:
	}
	switch apicode.Of(code) {
	case apicode.AccessKey:
		return "Check the access key that the role is assumed with: it does not exist, or it is disabled in the RAM console. A temporary access key needs its security token."
	case apicode.Signature:
		return "Check the secret key that the role is assumed with: it does not belong to the access key. A proxy that rewrites requests has the same effect."
	case apicode.TokenExpired:
		return "Get new temporary credentials (access key, secret key and security token together): these have expired."
	case apicode.Token:
		return "Use an access key, secret key and security token of one set of temporary credentials, or a long-lived access key without a token."
	case apicode.Clock:
		return "Synchronize this machine's clock, for example with NTP: the time of the request and that of STS differ by more than 15 minutes."
	case apicode.Forbidden:
		if at == serviceOIDC {
			return "Name the identity provider in the role's trust policy, with conditions that the token's audience and subject meet."
		}
		return "Allow the identity that assumes the role to call sts:AssumeRole on it, and name that identity in the role's trust policy. " +
			"The access key of an Alibaba Cloud account itself cannot assume roles: use a RAM user's."
	case apicode.NotServed:
		return "Check endpoints.sts: the service at this endpoint does not have the operation."
	case apicode.Replay:
		return "Check the network and the proxies: one of them probably sends requests twice."
	case apicode.Other, apicode.Throttled, apicode.Unavailable, apicode.ServerError, apicode.ClusterNotFound, apicode.Redirect, apicode.NotTheAPI:
	}
	return ""
}

// networkHint says what to do about an error of the network, or nothing.
func networkHint(at service, kind netfault.Kind, err error) string {
	switch kind {
	case netfault.NoSuchHost:
		hint := "Check the region and " + at.setting + ", and the network: the host does not exist in DNS."
		var dns *net.DNSError
		if at.name == serviceSTS.name && errors.As(err, &dns) && endpoint.HasHostsOfItsOwn(dns.Name) {
			hint += " In regions for finance and government, the host can differ from sts.<region>.aliyuncs.com. Set endpoints.sts to the host in the documentation of the region."
		}
		return hint
	case netfault.Certificate:
		return "Check " + at.setting + ", and whether a proxy between this machine and " + at.name + " intercepts TLS. " +
			"To trust its certificate authority (CA), add the CA to the trust store of the system, or set SSL_CERT_FILE to a file with the CA (Linux)."
	case netfault.ProxyRejected, netfault.ProxyFailed:
		return "Check " + at.variable + ", and the user name and password in it: the proxy could not connect to " + at.name + ". Or add the host to NO_PROXY."
	case netfault.ProxyInvalid:
		return "Write the proxy as http://host:port, or http://user:password@host:port, with special characters in the password percent-encoded, such as %23 for #."
	case netfault.PlainHTTP, netfault.NotTLS, netfault.TLSAlert, netfault.NotHTTP:
		return "Check " + at.setting + " and its port: the service there is not " + at.name + ", or its version of TLS is not supported."
	case netfault.Refused, netfault.Unreachable, netfault.NameLookup, netfault.Timeout, netfault.ConnectionLost:
		return "Check the network, firewalls and proxies between this machine and " + at.name + "."
	case netfault.Unknown:
	}
	return ""
}

// proxyHint says what to do where the proxy that requests went through may be what responded.
func proxyHint(at service) string {
	if at == serviceMetadata {
		return "Add " + metadataHost + " to NO_PROXY: requests to the metadata service must not use the proxy of HTTP_PROXY. " +
			"If the proxy is not the cause, check that this is an ECS instance, and that the RAM role is attached to it."
	}
	return "Add the host to NO_PROXY, or check the proxy of HTTP_PROXY. If the proxy is not the cause, check " + at.setting + "."
}
