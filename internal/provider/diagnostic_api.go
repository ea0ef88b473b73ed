package provider

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/ack"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/display"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/summary"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/upgrade"
)

func explainInvalid(t target, e *ack.InvalidResponseError) problem {
	return problem{
		summary: summary.InvalidResponse(t.name()),
		cause: "The response is not a valid ACK API response: " + e.Reason + ". " +
			"The usual cause is a proxy or a sign-in page between this machine and the API.",
		remedy: "Check the endpoint, and the proxy variables HTTPS_PROXY, HTTP_PROXY and NO_PROXY.",
	}
}

func apiFacts(t target, e *ack.APIError) []fact {
	status := fmt.Sprintf("HTTP %d %s", e.HTTPStatus, http.StatusText(e.HTTPStatus))
	if e.Code != "" {
		status += ", code " + e.Code
	}
	facts := []fact{
		{factResponse, strings.TrimSpace(status)},
		{"Message", e.Message},
		{"Body", e.Excerpt},
		{factRequestID, e.RequestID},
	}
	if aboutCredentials(e.Kind()) || t.noun == nounTask && e.Kind() == ack.KindNotServed {
		facts = append(facts, fact{"Signed with", t.signedWith})
	}
	if e.RetryAfter > 0 {
		facts = append(facts, fact{"Retry after", display.Duration(e.RetryAfter)})
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

// explainAPI explains an error of the API, by its code.
func explainAPI(t target, operation ack.Operation, both *upgrade.BothError, e *ack.APIError) problem {
	switch e.Kind() {
	case ack.KindClusterNotFound:
		if t.noun == nounTask {
			return explainMissingTask(t)
		}
		return explainMissingCluster(t)
	case ack.KindAccessKey:
		return problem{
			summary: summary.UnknownAccessKey,
			cause:   "The access key does not exist, or it is disabled.",
			remedy:  "Check the access key ID below, and that the key is enabled in the RAM console. If the credentials are temporary, check that the security token belongs to them.",
		}
	case ack.KindSignature:
		return problem{
			summary: summary.SignatureMismatch,
			cause:   "The access key exists, but the signature of the request was not made with its secret.",
			remedy:  "Check the secret of the access key below: a character may be missing, or it may be the secret of another key. A proxy that rewrites requests has the same effect.",
		}
	case ack.KindTokenExpired:
		return problem{
			summary: summary.CredentialsExpired,
			cause:   "The security token is no longer valid.",
			remedy:  "Get new temporary credentials: access key ID, secret and token together. Static temporary credentials must stay valid until a wait ends. Credentials of a role that the provider assumes are refreshed.",
		}
	case ack.KindToken:
		return problem{
			summary: summary.TokenMismatch,
			cause:   "The security token belongs to another access key, or it is missing: the access key is one of temporary credentials.",
			remedy:  "Use the access key ID, secret and token of one set of temporary credentials. Or use a long-lived access key without a token.",
		}
	case ack.KindReplay:
		return problem{
			summary: summary.Replay(t.name()),
			cause:   "The API rejects a request whose nonce was used before. The provider creates a new nonce for each attempt. A proxy probably sends requests twice.",
			remedy:  "Check the proxies between this machine and the API.",
		}
	case ack.KindClock:
		return explainClocks(e)
	case ack.KindNotServed:
		if t.noun == nounTask && !namesOperation(e.Code) {
			return explainMissingTask(t) // How a task that does not exist is rejected is not documented, but for HTTP 404.
		}
		return explainNotServed(t, operation, e)
	case ack.KindForbidden:
		return explainForbidden(t, operation, both)
	case ack.KindThrottled:
		return problem{
			summary: summary.Throttled(t.name()),
			cause:   "The account made too many requests to the ACK API. The last retry was throttled too.",
			remedy:  "Run this again later, set a longer max_retry_timeout, or request a higher quota. All clients of the account share its quota.",
		}
	case ack.KindRedirect:
		return problem{
			summary: summary.Redirected(t.name()),
			cause:   "The endpoint responded with a redirect to " + e.Location + ". The provider does not follow redirects, because a request is signed for one host.",
			remedy:  "Check the endpoint, and that no proxy redirects to a sign-in page.",
		}
	case ack.KindNotTheAPI:
		return problem{
			summary: summary.InvalidResponse(t.name()),
			cause:   "The response is not a valid ACK API response. It came from a proxy, or from another service at this endpoint.",
			remedy:  "Check the endpoint, and the proxy variables HTTPS_PROXY, HTTP_PROXY and NO_PROXY.",
		}
	case ack.KindServerError, ack.KindUnavailable:
		return explainServerError(t, e)
	case ack.KindOther:
	}
	return problem{
		summary: summary.Rejected(t.name()),
		cause:   "The API returned the error below.",
		remedy:  "Look up the code in the error center of the ACK API, or open a ticket with Alibaba Cloud that contains the request ID.",
	}
}

// explainMissingCluster explains a cluster that the API does not have. Most of these were deleted.
func explainMissingCluster(t target) problem {
	what := problem{
		summary: summary.ClusterNotFound(t.name()),
		cause:   "The account of the credentials has no cluster with this ID in region " + t.region + ".",
		remedy:  "Remove the cluster from the configuration if it was deleted. Otherwise check the ID, and the account that the credentials below belong to.",
	}
	if t.endpointFrom == "" { // Otherwise the region has no effect.
		what.remedy += " If the cluster is in another region, set region in this block or in the provider block."
	}
	return what
}

// explainServerError explains an HTTP 5xx: of the API, which gives a code, or of a gateway before it, which does not.
func explainServerError(t target, e *ack.APIError) problem {
	what := problem{
		summary: summary.ServerError(t.name()),
		cause:   "The ACK API returned an internal error.",
		remedy:  "Run this again later. If the error persists, open a ticket with Alibaba Cloud that contains the request ID.",
	}
	if e.Code == "" {
		what.cause = "A proxy or gateway returned the error, not the ACK API: the response contains no error code."
		what.remedy = "Run this again later. If the error persists, check the endpoint, and the proxy variables HTTPS_PROXY, HTTP_PROXY and NO_PROXY."
	}
	return what
}

// explainClocks shows both clocks: the provider cannot know which one is wrong. Mostly it is the local one.
func explainClocks(e *ack.APIError) problem {
	local := time.Now().UTC()
	clocks := "Local time: " + local.Format(time.RFC3339)
	if !e.Date.IsZero() {
		clocks += fmt.Sprintf(". Server time: %s. Difference: %s", e.Date.UTC().Format(time.RFC3339), local.Sub(e.Date).Abs().Round(time.Second))
	}
	return problem{
		summary: summary.ClockSkew,
		cause:   "The request time differs from the server time by more than 15 minutes. " + clocks + ".",
		remedy:  "Synchronize this machine's clock, for example with NTP.",
	}
}
