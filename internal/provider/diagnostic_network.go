package provider

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/ack"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acs3"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/display"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/endpoint"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/netfault"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/summary"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/upgrade"
)

// checkNetwork is the remedy for a connection that was lost.
const checkNetwork = "Check the network, firewalls and proxies between this machine and the endpoint."

// maxCertificateText is how many characters of a certificate error are shown. It can list a hundred names.
const maxCertificateText = 300

// explainRequest explains the error of a request, and returns its facts.
func explainRequest(t target, err error) (problem, []fact) {
	var (
		request *ack.RequestError
		api     *ack.APIError
		invalid *ack.InvalidResponseError
		missing *acs3.CredentialsError
		list    *upgrade.ListError
	)
	var both *upgrade.BothError
	errors.As(err, &request)
	errors.As(err, &both)
	operation := operationFacts(request)
	switch {
	case errors.As(err, &list):
		return explainList(t, list)
	case errors.As(err, &api):
		return explainAPI(t, operationOf(request), both, api), append(operation, apiFacts(t, api)...)
	case errors.As(err, &invalid):
		return explainInvalid(t, invalid), append(operation,
			fact{factResponse, fmt.Sprintf("HTTP %d, content type %s", invalid.HTTPStatus, orNone(invalid.ContentType))},
			fact{"Body", invalid.Excerpt},
			fact{factRequestID, invalid.RequestID},
		)
	case errors.As(err, &missing):
		return explainCredentials(t, missing)
	default:
		what, facts := explainNetwork(t, err)
		return what, append(operation, facts...)
	}
}

// explainNetwork explains an error of the network.
func explainNetwork(t target, err error) (problem, []fact) {
	var (
		certificate *tls.CertificateVerificationError
		dns         *net.DNSError
		operation   *net.OpError
	)
	kind := netfault.Of(err)
	if errors.As(err, &operation) && operation.Op == "proxyconnect" {
		kind = netfault.ProxyFailed
	}
	details := []fact{{"Error", cause(err)}}
	switch kind {
	case netfault.Certificate:
		errors.As(err, &certificate)
		return explainCertificate(t, certificate), nil
	case netfault.PlainHTTP:
		return problem{
			summary: summary.NotHTTPS(t.name()),
			cause:   t.endpoint + " responded in plain HTTP.",
			remedy:  `Set protocol = "HTTP" in the provider block if the endpoint is a simulator. Otherwise check the endpoint.`,
		}, nil
	case netfault.NotTLS, netfault.TLSAlert:
		return problem{
			summary: summary.TLSFailed(t.name()),
			cause:   t.endpoint + " does not support TLS 1.2 or newer, or requires a client certificate. The provider sends none.",
			remedy:  "Check endpoints.cs and its port, and the proxies between this machine and the endpoint.",
		}, details
	case netfault.NotHTTP:
		return problem{
			summary: summary.NotHTTP(t.name()),
			cause:   t.endpoint + " responded with another protocol than HTTP.",
			remedy:  "Check endpoints.cs and its port.",
		}, details
	case netfault.ProxyRejected, netfault.ProxyFailed:
		return problem{
			summary: summary.ProxyFailed(t.name()),
			cause:   "The environment sets a proxy for " + t.endpoint + ". The connection through the proxy failed.",
			remedy:  "Check HTTPS_PROXY and HTTP_PROXY, and the user name and password in them. Or add the endpoint to NO_PROXY.",
		}, details
	case netfault.ProxyInvalid:
		var invalid *netfault.InvalidProxyError
		errors.As(err, &invalid)
		return problem{
			summary: summary.InvalidProxy(invalid.Variable),
			cause:   "The environment variable " + invalid.Variable + " sets the proxy for " + t.endpoint + ". Its value is not the URL of a proxy. The value is not shown, because it may contain a password.",
			remedy: "Write the value as http://host:port, or http://user:password@host:port. In the password, write special characters percent-encoded: " +
				"%23 for #, %25 for %, %2F for /, %3A for :, %40 for @.",
		}, nil
	case netfault.NoSuchHost:
		errors.As(err, &dns)
		what := problem{
			summary: summary.NoSuchHost(t.name()),
			cause:   "DNS has no host " + dns.Name + ".",
			remedy:  "Check the spelling of the region and of endpoints.cs, and the network. A VPC endpoint resolves only inside its VPC.",
		}
		if endpoint.HasHostsOfItsOwn(t.region) && t.endpointFrom == "" {
			what.remedy += " In regions for finance and government, the host can differ from cs.<region>.aliyuncs.com. Set endpoints.cs to the host in the documentation of the region."
		}
		return what, nil
	case netfault.Refused:
		return problem{
			summary: summary.ConnectionRefused(t.name()),
			cause:   t.endpoint + " refused the connection.",
			remedy:  "Check endpoints.cs and its port. If the endpoint is a simulator or a proxy, check that it is running.",
		}, details
	case netfault.Timeout:
		return problem{
			summary: summary.NoResponse(t.name()),
			cause:   t.endpoint + " did not respond in time.",
			remedy:  checkNetwork + " client_connect_timeout and client_read_timeout limit each attempt.",
		}, details
	case netfault.Unknown, netfault.NameLookup, netfault.Unreachable, netfault.ConnectionLost:
	}
	return problem{
		summary: summary.RequestFailed(t.name()),
		cause:   "The request or the response was lost.",
		remedy:  checkNetwork,
	}, details
}

func explainCertificate(t target, e *tls.CertificateVerificationError) problem {
	what := problem{
		summary: summary.UntrustedCertificate(t.name()),
		cause:   fmt.Sprintf("%s: %s.", t.endpoint, display.Line(e.Err.Error(), maxCertificateText)),
		remedy:  "Check the endpoint, and whether a proxy intercepts TLS.",
	}
	var (
		authority x509.UnknownAuthorityError
		name      x509.HostnameError
		invalid   x509.CertificateInvalidError
	)
	switch {
	case errors.As(e.Err, &authority):
		what.remedy += " To trust its certificate authority (CA), add the CA to the trust store of the system, or set SSL_CERT_FILE to a file with the CA (Linux)."
	case errors.As(e.Err, &name):
		what.remedy += " The certificate is for another host: set endpoints.cs to a name in the certificate."
	case errors.As(e.Err, &invalid) && invalid.Reason == x509.Expired:
		what.remedy += " The certificate has expired, or is not valid yet: check this machine's clock too."
	}
	return what
}

// cause is the innermost part of a network error: what wraps it repeats addresses and operations.
func cause(err error) string {
	var request *ack.RequestError
	if errors.As(err, &request) {
		err = request.Err
	}
	return err.Error()
}

func orNone(text string) string {
	if text == "" {
		return "none"
	}
	return text
}
