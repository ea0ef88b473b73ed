package identity

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // Version 1.0 of the signature knows no other.
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/gateway"
)

// checkSTS makes the gateway's checks and then those of STS. It returns the session requested, or the first rejection. What
// it learns of the call on the way goes into the record.
func (s *Services) checkSTS(method string, p url.Values, call *Call) (grant, *gateway.Rejection) {
	call.Action = p.Get("Action")
	call.AccessKeyID = p.Get("AccessKeyId")
	call.RoleARN, call.SessionName = p.Get("RoleArn"), p.Get("RoleSessionName")
	call.DurationSeconds, call.Policy = p.Get("DurationSeconds"), p.Get("Policy")
	call.ExternalID = p.Get("ExternalId")

	action := p.Get("Action")
	if action != ActionAssumeRole && action != ActionAssumeRoleWithOIDC {
		return grant{}, gateway.Reject(gateway.ActionNotFound)
	}
	if p.Get("Version") != STSVersion {
		return grant{}, gateway.Reject(gateway.VersionInvalid)
	}
	if action == ActionAssumeRoleWithOIDC {
		return s.checkAssumeRoleWithOIDC(p, call)
	}
	caller, rejection := s.checkSignedCall(method, p, call)
	if rejection != nil {
		return grant{}, rejection
	}
	return s.checkAssumeRole(p, caller)
}

// checkSignedCall makes the gateway's checks of a call that has to be signed, and returns who signed it.
func (s *Services) checkSignedCall(method string, p url.Values, call *Call) (caller, *gateway.Rejection) {
	for _, name := range []string{
		"AccessKeyId", "SignatureMethod", "SignatureVersion", "SignatureNonce", "Timestamp", "Signature",
	} {
		if p.Get(name) == "" {
			return caller{}, rejectMissing(name)
		}
	}
	if p.Get("SignatureMethod") != "HMAC-SHA1" || p.Get("SignatureVersion") != "1.0" {
		return caller{}, gateway.Reject(gateway.SignatureIncomplete)
	}
	id := p.Get("AccessKeyId")
	key, ok := s.key(id)
	if !ok {
		return caller{}, gateway.Reject(gateway.AccessKeyNotFound)
	}
	if rejection := gateway.CheckDate(p.Get("Timestamp"), call.Time); rejection != nil {
		return caller{}, rejection
	}
	if text := RPCStringToSign(method, p); !hmac.Equal([]byte(p.Get("Signature")), []byte(RPCSignature(key.secret, text))) {
		return caller{}, rejectRPCMismatch(text)
	}
	call.Identity = key.identity(id)

	// As for ACK: only a client with the secret uses up a nonce.
	if !s.stsNonces.Use(id, p.Get("SignatureNonce"), call.Time) {
		return caller{}, gateway.Reject(gateway.NonceUsed)
	}
	if rejection := s.CheckToken(id, p.Get("SecurityToken"), call.Time); rejection != nil {
		return caller{}, rejection
	}
	return caller{accessKeyID: id, role: key.role}, nil
}

// RPCStringToSign returns what version 1.0 of the signature signs: the method, the path, which is always /, and all
// parameters but the signature itself.
func RPCStringToSign(method string, p url.Values) string {
	signed := make(url.Values, len(p))
	for name, values := range p {
		if name != "Signature" {
			signed[name] = values
		}
	}
	// RFC 3986 has no + for a blank, and leaves no * as it is; Encode sorts, as it must be.
	query := strings.NewReplacer("+", "%20", "*", "%2A").Replace(signed.Encode())
	return method + "&%2F&" + url.QueryEscape(query) // In which there is nothing left that the two would differ in.
}

// RPCSignature is the HMAC of the string to sign, keyed with the secret and an & behind it.
func RPCSignature(secret, stringToSign string) string {
	mac := hmac.New(sha1.New, []byte(secret+"&"))
	mac.Write([]byte(stringToSign))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// rejectRPCMismatch contains the string that the gateway signed, with the message for this kind of signature. The string contains
// the whole request, with the access key id and the security token.
func rejectRPCMismatch(stringToSign string) *gateway.Rejection {
	rejection := gateway.Reject(gateway.SignatureMismatch)
	rejection.Message = "Specified signature is not matched with our calculation. server string to sign is:" + stringToSign
	return rejection
}

// rejectMissing rejects a call that lacks a mandatory parameter.
func rejectMissing(name string) *gateway.Rejection {
	return &gateway.Rejection{Status: http.StatusBadRequest, Code: "Missing" + name, Message: name + " is mandatory for this action."}
}

// rejectParameter rejects a parameter, or no particular one.
func rejectParameter(name, message string) *gateway.Rejection {
	code := "InvalidParameter"
	if name != "" {
		code += "." + name
	}
	return &gateway.Rejection{Status: http.StatusBadRequest, Code: code, Message: message}
}
