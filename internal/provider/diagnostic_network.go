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
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/upgrade"
)

// maxCertificateText is how many characters are shown of what is wrong with a certificate, which can list a hundred names.
const maxCertificateText = 300

// explainRequest explains what one request ended with, and gives the facts that go with it.
func explainRequest(t target, err error) (problem, []fact) {
	var (
		request *ack.RequestError
		api     *ack.APIError
		invalid *ack.InvalidResponseError
		missing *acs3.CredentialsError
	)
	var both *upgrade.BothError
	errors.As(err, &request)
	errors.As(err, &both)
	operation := operationFacts(request)
	switch {
	case errors.As(err, &api):
		return explainAPI(t, operationOf(request), both, api), append(operation, apiFacts(t, api)...)
	case errors.As(err, &invalid):
		return explainInvalid(t, invalid), append(operation,
			fact{"Answer", fmt.Sprintf("HTTP %d, content type %s", invalid.HTTPStatus, orNone(invalid.ContentType))},
			fact{"Begins with", invalid.Excerpt},
			fact{"Request id", invalid.RequestID},
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
	fault := []fact{{"Fault", cause(err)}}
	switch kind {
	case netfault.Certificate:
		errors.As(err, &certificate)
		return explainCertificate(t, certificate), nil
	case netfault.PlainHTTP:
		return problem{
			summary: "The endpoint of " + t.name() + " does not speak HTTPS",
			cause:   t.endpoint + " answered in plain HTTP.",
			remedy:  `Set protocol = "HTTP" in the provider block if that is meant, as with a simulator; otherwise check the endpoint.`,
		}, nil
	case netfault.NotTLS, netfault.TLSAlert:
		return problem{
			summary: "TLS handshake failed with the endpoint of " + t.name(),
			cause:   t.endpoint + " does not speak TLS, or none that this provider can use: it needs TLS 1.2 or newer, and has no client certificate.",
			remedy:  "Check endpoints.cs and its port, and whether a proxy stands in between.",
		}, fault
	case netfault.NotHTTP:
		return problem{
			summary: "The endpoint of " + t.name() + " does not speak HTTP",
			cause:   t.endpoint + " answered with something else than HTTP.",
			remedy:  "Check endpoints.cs and its port.",
		}, fault
	case netfault.ProxyRejected, netfault.ProxyFailed:
		return problem{
			summary: "The proxy does not lead to the endpoint of " + t.name(),
			cause:   "A proxy is set, and no connection came about through it.",
			remedy:  "Check HTTPS_PROXY and HTTP_PROXY, and the user and password in them; or name the endpoint in NO_PROXY.",
		}, fault
	case netfault.ProxyInvalid:
		return problem{
			summary: "Malformed proxy setting",
			cause:   "The proxy for " + t.endpoint + " is set by an environment variable, and its value is not the URL of a proxy. It is not shown, because there may be a password in it.",
			remedy: "Write it as http://host:port, or http://user:password@host:port. In the password, write special characters percent-encoded: " +
				"%23 for #, %25 for %, %2F for /, %3A for :, %40 for @.",
		}, fault
	case netfault.NoSuchHost:
		errors.As(err, &dns)
		what := problem{
			summary: "The endpoint of " + t.name() + " does not exist",
			cause:   "There is no host " + dns.Name + ".",
			remedy:  "Check the spelling of the region or of endpoints.cs, and the network; a VPC endpoint resolves inside its VPC only.",
		}
		if endpoint.HasHostsOfItsOwn(t.region) && t.endpointFrom == "" {
			what.remedy += " In regions for finance and government, hosts can differ from cs.<region>.aliyuncs.com: set endpoints.cs to the one in the documentation of the region."
		}
		return what, nil
	case netfault.Refused:
		return problem{
			summary: "Nothing listens at the endpoint of " + t.name(),
			cause:   t.endpoint + " refused the connection.",
			remedy:  "Check endpoints.cs, its port, and that a simulator or proxy that is meant to answer there is running.",
		}, fault
	case netfault.Timeout:
		return problem{
			summary: "No answer about " + t.name(),
			cause:   t.endpoint + " did not answer in time.",
			remedy:  "Check the network, firewall and proxy between here and there. client_connect_timeout and client_read_timeout bound one attempt.",
		}, fault
	case netfault.Unknown, netfault.NameLookup, netfault.Unreachable, netfault.ConnectionLost:
	}
	return problem{
		summary: "The ACK API could not be asked about " + t.name(),
		cause:   "The request or its answer was lost on the way.",
		remedy:  "Check the network, firewall and proxy between here and there.",
	}, fault
}

func explainCertificate(t target, e *tls.CertificateVerificationError) problem {
	what := problem{
		summary: "The certificate of the endpoint of " + t.name() + " is not trusted",
		cause:   fmt.Sprintf("%s: %s.", t.endpoint, display.Line(e.Err.Error(), maxCertificateText)),
		remedy:  "Check the endpoint, and whether a proxy that opens TLS stands in between.",
	}
	var (
		authority x509.UnknownAuthorityError
		name      x509.HostnameError
		invalid   x509.CertificateInvalidError
	)
	switch {
	case errors.As(e.Err, &authority):
		what.remedy += " If its authority is to be trusted, add it to the system's, or name a file with it in SSL_CERT_FILE (on Linux)."
	case errors.As(e.Err, &name):
		what.remedy += " The certificate is for another name: endpoints.cs must be spelled as the certificate has it."
	case errors.As(e.Err, &invalid) && invalid.Reason == x509.Expired:
		what.remedy += " The certificate has expired or is not valid yet: check this machine's clock too."
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
