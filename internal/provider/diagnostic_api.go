package provider

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/ack"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/display"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/upgrade"
)

func explainInvalid(t target, e *ack.InvalidResponseError) problem {
	return problem{
		summary: "Not an answer of the ACK API about " + t.name(),
		cause: "Something answered that is not the ACK API, or not as it is known to answer: " + e.Reason + ". " +
			"A proxy or a sign-in page in between is the usual cause.",
		remedy: "Check the endpoint, and the proxy variables HTTPS_PROXY, HTTP_PROXY and NO_PROXY.",
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
	if aboutCredentials(e.Kind()) {
		facts = append(facts, fact{"Signed with", t.signedWith})
	}
	if e.RetryAfter > 0 {
		facts = append(facts, fact{"Come back in", display.Duration(e.RetryAfter)})
	}
	return facts
}

// aboutCredentials reports whether it helps to know which credentials a rejected request was signed with.
func aboutCredentials(kind ack.ErrorKind) bool {
	switch kind {
	case ack.KindAccessKey, ack.KindSignature, ack.KindTokenExpired, ack.KindToken, ack.KindForbidden, ack.KindClusterNotFound:
		return true
	case ack.KindOther, ack.KindReplay, ack.KindClock, ack.KindThrottled, ack.KindUnavailable,
		ack.KindNotServed, ack.KindServerError, ack.KindRedirect, ack.KindNotTheAPI:
		return false
	}
	return false
}

// explainAPI explains a rejection, by what its code says.
func explainAPI(t target, operation ack.Operation, both *upgrade.BothError, e *ack.APIError) problem {
	switch e.Kind() {
	case ack.KindClusterNotFound:
		return explainMissingCluster(t)
	case ack.KindAccessKey:
		return problem{
			summary: "The access key is not known",
			cause:   "Alibaba Cloud does not know the access key, or it is disabled.",
			remedy:  "Check the access key below, and that it is enabled in the RAM console. If the credentials are temporary, check that the security token belongs to them.",
		}
	case ack.KindSignature:
		return problem{
			summary: "Most likely the secret key does not belong to the access key",
			cause:   "Alibaba Cloud knows the access key, but the signature is not the one that its secret makes.",
			remedy:  "Check the secret of the key below, for a missing character or for the secret of another key. A proxy that rewrites requests has the same effect.",
		}
	case ack.KindTokenExpired:
		return problem{
			summary: "The temporary credentials have expired",
			cause:   "The security token is no longer valid.",
			remedy:  "Get new temporary credentials: key, secret and token together. Those that are set once must stay valid to the end of a wait; a role that the provider assumes is refreshed.",
		}
	case ack.KindToken:
		return problem{
			summary: "The security token does not fit the access key",
			cause:   "Alibaba Cloud refused the security token, or misses one: the access key belongs to temporary credentials, or the token to another key.",
			remedy:  "Take key, secret and token from one set of temporary credentials, or a long-lived key without a token.",
		}
	case ack.KindReplay:
		return problem{
			summary: "Requests about " + t.name() + " are refused as repeated",
			cause:   "The API refuses a request whose nonce it has seen before. Each attempt has a nonce of its own, so most likely something on the way sends them twice.",
			remedy:  "Check the network and the proxies on the way.",
		}
	case ack.KindClock:
		return explainClocks(e)
	case ack.KindNotServed:
		return explainNotServed(t, operation, e)
	case ack.KindForbidden:
		return explainForbidden(t, operation, both)
	case ack.KindThrottled:
		return problem{
			summary: "Throttled while reading " + t.name(),
			cause:   "The account made too many requests to the ACK API, and this one was still refused after the last try.",
			remedy:  "Run this again later, set a longer max_retry_timeout, or ask for a higher quota. The limits are shared by everything that uses the account.",
		}
	case ack.KindRedirect:
		return problem{
			summary: "Redirected while reading " + t.name(),
			cause:   "The endpoint answered with a redirect to " + e.Location + ". It is not followed, because the request is signed for one host.",
			remedy:  "Check the endpoint, and that no proxy or sign-in page stands in between.",
		}
	case ack.KindNotTheAPI:
		return problem{
			summary: "Not an answer of the ACK API about " + t.name(),
			cause:   "Something answered that is not the ACK API: a proxy, or another service at this endpoint.",
			remedy:  "Check the endpoint, and the proxy variables HTTPS_PROXY, HTTP_PROXY and NO_PROXY.",
		}
	case ack.KindServerError, ack.KindUnavailable:
		return explainServerError(t, e)
	case ack.KindOther:
	}
	return problem{
		summary: "The ACK API refused to tell about " + t.name(),
		cause:   "The API answered with the error below.",
		remedy:  "Look the code up in the ACK API's error centre, or open a ticket with Alibaba Cloud and give the request id.",
	}
}

// explainMissingCluster explains a cluster that the API does not know. Most of them have been deleted.
func explainMissingCluster(t target) problem {
	what := problem{
		summary: t.title() + " not found",
		cause:   "The ACK API knows no cluster of this id in region " + t.region + ", for the account that the credentials belong to.",
		remedy:  "If the cluster has been deleted, remove it from the configuration. Otherwise check the id, and whose account the credentials below belong to.",
	}
	if t.endpointFrom == "" { // Else the region decides nothing.
		what.remedy += " A cluster of another region needs region in this block, or in the provider block."
	}
	return what
}

// explainServerError explains an HTTP 5xx: of the API, which gives a code, or of something on the way to it.
func explainServerError(t target, e *ack.APIError) problem {
	what := problem{
		summary: "The ACK API failed to answer about " + t.name(),
		cause:   "The service answered with an error of its own.",
		remedy:  "Run this again later. If it goes on, open a ticket with Alibaba Cloud and give the request id.",
	}
	if e.Code == "" {
		what.cause = "A proxy or gateway on the way to the API answered, and not the API itself: there is no error code in the response."
		what.remedy = "Run this again later. If it goes on, look at the endpoint, and at the proxy variables HTTPS_PROXY, HTTP_PROXY and NO_PROXY."
	}
	return what
}

// explainClocks shows both clocks: only a person knows which one is wrong, and most of the time it is this one.
func explainClocks(e *ack.APIError) problem {
	here := time.Now().UTC()
	clocks := "The clock here says " + here.Format(time.RFC3339)
	if !e.Date.IsZero() {
		clocks += fmt.Sprintf(", the API's %s: %s apart", e.Date.UTC().Format(time.RFC3339), here.Sub(e.Date).Abs().Round(time.Second))
	}
	return problem{
		summary: "The clock is wrong",
		cause:   "A request must not be more than 15 minutes old or early, and this one was. " + clocks + ".",
		remedy:  "Set this machine's clock, by NTP for one.",
	}
}
