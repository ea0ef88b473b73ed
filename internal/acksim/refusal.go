package acksim

import (
	"encoding/xml"
	"net/http"
	"net/url"
)

// refusal is a request that is not answered, in the service's own words.
type refusal struct {
	status        int
	code, message string
	// byACK is set when the request came through the gateway and ACK itself refused it: the two write errors differently.
	byACK bool
	// header is what the answer has besides.
	header map[string]string
}

// reason is one of the reasons for which the gateway refuses a request.
type reason int

const (
	actionNotFound reason = iota
	signatureIncomplete
	accessKeyNotFound
	dateMalformed
	dateExpired
	signatureMismatch
	nonceUsed
	securityTokenMissing
	securityTokenMalformed
	securityTokenOfAnotherKey
	securityTokenExpired
	tooManyRequests

	// Those of STS alone.
	versionInvalid
	roleNotFound
	noPermission
	oidcProviderNotFound
	oidcTokenInvalid
	oidcTokenExpired
)

// refuse returns the gateway's refusal for a reason, or that of STS, a 400 where nothing else is said. Codes and messages are those of the
// gateway's public error reference, and of answers that users have published.
func refuse(why reason) *refusal {
	no := [...]refusal{
		actionNotFound: {
			status: http.StatusNotFound, code: "InvalidAction.NotFound",
			message: "Specified api is not found, please check your url and method.",
		},
		signatureIncomplete: {
			code: "IncompleteSignature", message: "The request signature does not conform to Aliyun standards.",
		},
		accessKeyNotFound: {
			status: http.StatusNotFound, code: "InvalidAccessKeyId.NotFound", message: "Specified access key is not found.",
		},
		dateMalformed: {
			code: "InvalidTimeStamp.Format", message: "Specified time stamp or date value is not well formatted.",
		},
		dateExpired: {code: "InvalidTimeStamp.Expired", message: "Specified time stamp or date value is expired."},
		signatureMismatch: {
			code: "SignatureDoesNotMatch", message: "Specified signature does not match our calculation.",
		},
		nonceUsed:              {code: "SignatureNonceUsed", message: "Specified signature nonce was used already."},
		securityTokenMissing:   {code: "MissingSecurityToken", message: "SecurityToken is mandatory for this action."},
		securityTokenMalformed: {code: "InvalidSecurityToken.Malformed", message: "Specified SecurityToken is malformed."},
		securityTokenOfAnotherKey: {
			code: "InvalidSecurityToken.MismatchWithAccessKey", message: "Specified SecurityToken mismatch with the AccessKey.",
		},
		securityTokenExpired: {code: "InvalidSecurityToken.Expired", message: "Specified SecurityToken is expired."},
		tooManyRequests: {
			status: http.StatusTooManyRequests, code: "Throttling.User", message: "Request was denied due to user flow control.",
		},

		versionInvalid: {code: "InvalidVersion", message: "Specified parameter Version is not valid."},
		roleNotFound: {
			status: http.StatusNotFound, code: "EntityNotExist.Role", message: "The specified Role not exists.",
		},
		noPermission: {
			status: http.StatusForbidden, code: "NoPermission",
			message: "You are not authorized to do this action. You should be authorized by RAM.",
		},
		oidcProviderNotFound: {
			status: http.StatusNotFound, code: "EntityNotExist.OIDCProvider", message: "The specified OIDC provider not exists.",
		},
		oidcTokenInvalid: {code: "AuthenticationFail.OIDCToken.Invalid", message: "This JsonWebToken is invalid."},
		oidcTokenExpired: {code: "AuthenticationFail.OIDCToken.Expired", message: "This JsonWebToken is expired."},
	}[why]
	if no.status == 0 {
		no.status = http.StatusBadRequest
	}
	return &no
}

// refuseMismatch tells the caller what the gateway signed, to compare with its own, as the gateway does.
func refuseMismatch(stringToSign string) *refusal {
	no := refuse(signatureMismatch)
	no.message += " server StringToSign is [" + stringToSign + "]"
	return no
}

// refuseCluster is ACK's refusal of a cluster that is not there, or not in this region.
func refuseCluster(clusterID string) *refusal {
	return &refusal{
		status: http.StatusNotFound, code: "ErrorClusterNotFound", message: "cluster (" + clusterID + ") not found", byACK: true,
	}
}

// gatewayError is the body of a refusal by the gateway.
type gatewayError struct {
	XMLName   xml.Name `json:"-"         xml:"Error"`
	RequestID string   `json:"RequestId" xml:"RequestId"`
	Message   string
	Recommend string
	HostID    string `json:"HostId" xml:"HostId"`
	Code      string
}

// ackError is the body of a refusal by ACK, which knows JSON only.
type ackError struct {
	Code      string `json:"code"`
	Message   string `json:"message"`
	RequestID string `json:"requestId"`
}

// reply writes the refusal of a product out.
func (no *refusal) reply(product, requestID, host string, asXML bool) reply {
	answer := no.body(product, requestID, host, asXML)
	for name, value := range no.header {
		answer.header.Set(name, value)
	}
	return answer
}

func (no *refusal) body(product, requestID, host string, asXML bool) reply {
	if no.byACK {
		return newReply(no.status, typeJSON, encodeJSON(ackError{no.code, no.message, requestID}))
	}
	q := url.Values{"q": {no.code}, "product": {product}, "requestId": {requestID}}
	problem := gatewayError{
		Code: no.code, Message: no.message, RequestID: requestID, HostID: host,
		Recommend: "https://api.aliyun.com/troubleshoot?" + q.Encode(),
	}
	if asXML {
		body, _ := xml.Marshal(problem) // Strings always marshal.
		return newReply(no.status, typeGatewayXML, append([]byte(xml.Header), body...))
	}
	return newReply(no.status, typeJSON, encodeJSON(problem))
}
