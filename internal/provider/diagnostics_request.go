package provider

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"runtime"
	"strings"
	"syscall"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/ack"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acs3"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/credentials"
)

// explainRequest explains what one request ended with, and gives the facts that go with it.
func explainRequest(t target, err error) (trouble, []fact) {
	var (
		api         *ack.APIError
		answer      *ack.AnswerError
		missing     *acs3.CredentialsError
		certificate *tls.CertificateVerificationError
		proxy       *ack.ProxyError
		operation   *net.OpError
		dns         *net.DNSError
		network     net.Error
	)
	switch {
	case errors.As(err, &api):
		return explainAPI(t, api), apiFacts(t, api)
	case errors.As(err, &answer):
		return explainAnswer(t, answer), []fact{
			{"Answer", fmt.Sprintf("HTTP %d, content type %s", answer.HTTPStatus, orNone(answer.ContentType))},
			{"Begins with", answer.Excerpt},
			{"Request id", answer.RequestID},
		}
	case errors.As(err, &missing):
		return explainCredentials(t, missing)
	case errors.As(err, &certificate):
		return explainCertificate(t, certificate), nil
	case errors.Is(err, http.ErrSchemeMismatch):
		return trouble{
			summary:  "The endpoint of cluster " + t.clusterID + " does not speak HTTPS",
			happened: t.endpoint + " answered in plain HTTP.",
			todo:     `Set protocol = "HTTP" in the provider block if that is meant, as with a simulator; otherwise check the endpoint.`,
		}, nil
	case errors.As(err, &proxy), errors.As(err, &operation) && operation.Op == "proxyconnect":
		return trouble{
			summary:  "The proxy does not lead to the endpoint of cluster " + t.clusterID,
			happened: "A proxy is set, and no connection came about through it.",
			todo:     "Check HTTPS_PROXY and HTTP_PROXY, and the user and password in them; or name the endpoint in NO_PROXY.",
		}, []fact{{"Fault", cause(err)}}
	case errors.As(err, &dns) && dns.IsNotFound:
		return trouble{
			summary:  "The endpoint of cluster " + t.clusterID + " does not exist",
			happened: "There is no host " + dns.Name + ".",
			todo:     "Check the spelling of the region or of endpoints.cs, and the network; a VPC endpoint resolves inside its VPC only.",
		}, nil
	case isRefused(err):
		return trouble{
			summary:  "Nothing listens at the endpoint of cluster " + t.clusterID,
			happened: t.endpoint + " refused the connection.",
			todo:     "Check endpoints.cs, its port, and that a simulator or proxy that is meant to answer there is running.",
		}, []fact{{"Fault", cause(err)}}
	case errors.As(err, &network) && network.Timeout():
		return trouble{
			summary:  "No answer about cluster " + t.clusterID,
			happened: t.endpoint + " did not answer in time.",
			todo:     "Check the network, firewall and proxy between here and there. client_connect_timeout and client_read_timeout bound one attempt.",
		}, []fact{{"Fault", cause(err)}}
	default:
		return trouble{
			summary:  "The ACK API could not be asked about cluster " + t.clusterID,
			happened: "The request or its answer was lost on the way.",
			todo:     "Check the network, firewall and proxy between here and there.",
		}, []fact{{"Fault", cause(err)}}
	}
}

// explainCredentials explains why a request was not even sent.
func explainCredentials(t target, e *acs3.CredentialsError) (trouble, []fact) {
	what := trouble{
		summary:  "Getting credentials failed, so cluster " + t.clusterID + " was not read",
		happened: "A request is signed with credentials, and these could not be had.",
		todo:     "Check the provider's credentials.",
	}
	var fetch *credentials.FetchError
	if !errors.As(e.Err, &fetch) {
		return what, []fact{{"Fault", e.Err.Error()}}
	}
	what.todo = fetch.Hint
	return what, []fact{{"Source", fetch.Source}, {"Fault", fetch.Reason}}
}

func explainAnswer(t target, e *ack.AnswerError) trouble {
	return trouble{
		summary: "Not an answer of the ACK API about cluster " + t.clusterID,
		happened: "Something answered that is not the ACK API, or not as it is known to answer: " + e.Reason + ". " +
			"A proxy or a sign-in page in between is the usual cause.",
		todo: "Check the endpoint, and the proxy variables HTTPS_PROXY, HTTP_PROXY and NO_PROXY.",
	}
}

func apiFacts(t target, e *ack.APIError) []fact {
	status := fmt.Sprintf("HTTP %d %s", e.HTTPStatus, http.StatusText(e.HTTPStatus))
	if e.Code != "" {
		status += ", code " + e.Code
	}
	facts := []fact{
		{"Answer", strings.TrimSpace(status)},
		{"Message", e.Message},
		{"Begins with", e.Excerpt},
		{"Request id", e.RequestID},
	}
	if t.signedWith != "" && (e.HTTPStatus == http.StatusForbidden || strings.HasPrefix(e.Code, "InvalidAccessKeyId") ||
		strings.HasPrefix(e.Code, "SignatureDoesNotMatch") || strings.HasPrefix(e.Code, "InvalidSecurityToken") || e.Code == "MissingSecurityToken") {
		facts = append(facts, fact{"Signed with", t.signedWith})
	}
	if e.RetryAfter > 0 {
		facts = append(facts, fact{"Come back in", ack.FormatDuration(e.RetryAfter)})
	}
	return facts
}

// explainAPI explains an answer that says no, by its code first: the gateway and ACK use the same status for many things.
func explainAPI(t target, e *ack.APIError) trouble {
	code := func(prefixes ...string) bool {
		for _, prefix := range prefixes {
			if e.Code == prefix || strings.HasPrefix(e.Code, prefix+".") {
				return true
			}
		}
		return false
	}
	switch {
	case code("ErrorClusterNotFound"):
		return trouble{
			summary:  "Cluster " + t.clusterID + " not found",
			happened: "The ACK API knows no cluster of this id in region " + t.region + ", for the account that the credentials belong to.",
			todo:     "Check the id. If it is right, the cluster most likely lives in another region: set region in this block or in the provider block. Else the credentials are another account's.",
		}
	case code("InvalidAccessKeyId"):
		return trouble{
			summary:  "The access key is not known",
			happened: "Alibaba Cloud does not know the access key, or it is disabled.",
			todo:     "Check the access key below, and that it is enabled in the RAM console. If the credentials are temporary, check that the security token belongs to them.",
		}
	case code("SignatureDoesNotMatch", "IncompleteSignature"):
		return trouble{
			summary:  "Most likely the secret key does not belong to the access key",
			happened: "Alibaba Cloud knows the access key, but the signature is not the one that its secret makes.",
			todo:     "Check the secret of the key below, for a missing character or for the secret of another key. A proxy that rewrites requests has the same effect.",
		}
	case code("InvalidSecurityToken.Expired"):
		return trouble{
			summary:  "The temporary credentials have expired",
			happened: "The security token is no longer valid.",
			todo:     "Get new temporary credentials: key, secret and token together. Those that are set once must stay valid to the end of a wait; a role that the provider assumes is refreshed.",
		}
	case code("InvalidSecurityToken", "MissingSecurityToken"):
		return trouble{
			summary:  "The security token does not fit the access key",
			happened: "Alibaba Cloud refused the security token, or misses one: the access key belongs to temporary credentials, or the token to another key.",
			todo:     "Take key, secret and token from one set of temporary credentials, or a long-lived key without a token.",
		}
	case code("SignatureNonceUsed"):
		return trouble{
			summary:  "Requests about cluster " + t.clusterID + " are refused as repeated",
			happened: "The API refuses a request whose nonce it has seen before. Each attempt has a nonce of its own, so most likely something on the way sends them twice.",
			todo:     "Check the network and the proxies on the way.",
		}
	case code("InvalidTimeStamp"):
		return explainClocks(e)
	case code("InvalidAction", "InvalidApi") || e.Code != "" && (e.HTTPStatus == http.StatusNotFound || e.HTTPStatus == http.StatusGone):
		return trouble{
			summary:  "Most likely the API GetUpgradeStatus is not offered any more",
			happened: "The endpoint does not know what it was asked for. Alibaba Cloud has deprecated the operation, and may have withdrawn it.",
			todo:     "Look for a newer version of this provider. The successors of the operation are DescribeClusterTasks and DescribeTaskInfo.",
		}
	case e.Throttled():
		return trouble{
			summary:  "Throttled while reading cluster " + t.clusterID,
			happened: "The account made too many requests to the ACK API, and this one was still refused after the last try.",
			todo:     "Run this again later, set a longer max_retry_timeout, or ask for a higher quota. The limits are shared by everything that uses the account.",
		}
	case e.Code != "" && (e.HTTPStatus == http.StatusForbidden || code("Forbidden", "NoPermission", "ErrorCheckAcl")):
		return trouble{
			summary:  "Not allowed to read cluster " + t.clusterID,
			happened: "The credentials are good, but they are not allowed to ask for the upgrade status of this cluster.",
			todo:     fmt.Sprintf("Allow the RAM action cs:GetUpgradeStatus on the resource acs:cs:%s:*:cluster/%s.", t.region, t.clusterID),
		}
	case e.Location != "":
		return trouble{
			summary:  "Redirected while reading cluster " + t.clusterID,
			happened: "The endpoint answered with a redirect to " + e.Location + ". It is not followed, because the request is signed for one host.",
			todo:     "Check the endpoint, and that no proxy or sign-in page stands in between.",
		}
	case e.Code == "" && e.HTTPStatus < http.StatusInternalServerError:
		return trouble{
			summary:  "Not an answer of the ACK API about cluster " + t.clusterID,
			happened: "Something answered that is not the ACK API: a proxy, or another service at this endpoint.",
			todo:     "Check the endpoint, and the proxy variables HTTPS_PROXY, HTTP_PROXY and NO_PROXY.",
		}
	case e.HTTPStatus >= http.StatusInternalServerError:
		return trouble{
			summary:  "The ACK API failed to answer about cluster " + t.clusterID,
			happened: "The service, or a proxy on the way to it, answered with an error of its own.",
			todo:     "Run this again later. If it goes on, open a ticket with Alibaba Cloud and give the request id, if there is one.",
		}
	default:
		return trouble{
			summary:  "The ACK API refused to tell about cluster " + t.clusterID,
			happened: "The API answered with the error below.",
			todo:     "Look the code up in the ACK API's error centre, or open a ticket with Alibaba Cloud and give the request id.",
		}
	}
}

// explainClocks shows both clocks: only a person knows which one is wrong, and most of the time it is this one.
func explainClocks(e *ack.APIError) trouble {
	here := time.Now().UTC()
	clocks := "The clock here says " + here.Format(time.RFC3339)
	if !e.Date.IsZero() {
		clocks += fmt.Sprintf(", the API's %s: %s apart", e.Date.UTC().Format(time.RFC3339), here.Sub(e.Date).Abs().Round(time.Second))
	}
	return trouble{
		summary:  "The clock is wrong",
		happened: "A request must not be more than 15 minutes old or early, and this one was. " + clocks + ".",
		todo:     "Set this machine's clock, by NTP for one.",
	}
}

func explainCertificate(t target, e *tls.CertificateVerificationError) trouble {
	what := trouble{
		summary:  "The certificate of the endpoint of cluster " + t.clusterID + " is not trusted",
		happened: fmt.Sprintf("%s: %s.", t.endpoint, e.Err),
		todo:     "Check the endpoint, and whether a proxy that opens TLS stands in between.",
	}
	var (
		authority x509.UnknownAuthorityError
		name      x509.HostnameError
		invalid   x509.CertificateInvalidError
	)
	switch {
	case errors.As(e.Err, &authority):
		what.todo += " If its authority is to be trusted, add it to the system's, or name a file with it in SSL_CERT_FILE (on Linux)."
	case errors.As(e.Err, &name):
		what.todo += " The certificate is for another name: endpoints.cs must be spelled as the certificate has it."
	case errors.As(e.Err, &invalid) && invalid.Reason == x509.Expired:
		what.todo += " The certificate has expired or is not valid yet: check this machine's clock too."
	}
	return what
}

// isRefused reports whether nothing listened. Windows has a number of its own for it, which package syscall does not map.
func isRefused(err error) bool {
	const wsaECONNREFUSED = syscall.Errno(10061)
	return errors.Is(err, syscall.ECONNREFUSED) || runtime.GOOS == "windows" && errors.Is(err, wsaECONNREFUSED)
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
