package acksim

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // Version 1.0 of the signature knows no other.
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
)

// checkSTS makes the gateway's checks and then those of STS. It returns the session asked for, or the first refusal. What
// it learns of the call on the way goes into the record.
func (s *Simulator) checkSTS(method string, p url.Values, call *Call) (grant, *refusal) {
	call.Action = clip(p.Get("Action"))
	call.AccessKeyID = clip(p.Get("AccessKeyId"))
	call.RoleARN, call.SessionName = clip(p.Get("RoleArn")), clip(p.Get("RoleSessionName"))
	call.DurationSeconds, call.Policy = clip(p.Get("DurationSeconds")), clip(p.Get("Policy"))
	call.ExternalID = clip(p.Get("ExternalId"))

	action := p.Get("Action")
	if action != actionAssumeRole && action != actionAssumeRoleWithOIDC {
		return grant{}, refuse(actionNotFound)
	}
	if p.Get("Version") != stsVersion {
		return grant{}, refuse(versionInvalid)
	}
	if action == actionAssumeRoleWithOIDC {
		return s.checkAssumeRoleWithOIDC(p, call)
	}
	caller, no := s.checkSignedCall(method, p, call)
	if no != nil {
		return grant{}, no
	}
	return s.checkAssumeRole(p, caller)
}

// checkSignedCall makes the gateway's checks of a call that has to be signed, and returns who signed it.
func (s *Simulator) checkSignedCall(method string, p url.Values, call *Call) (caller, *refusal) {
	for _, name := range []string{
		"AccessKeyId", "SignatureMethod", "SignatureVersion", "SignatureNonce", "Timestamp", "Signature",
	} {
		if p.Get(name) == "" {
			return caller{}, refuseMissing(name)
		}
	}
	if p.Get("SignatureMethod") != "HMAC-SHA1" || p.Get("SignatureVersion") != "1.0" {
		return caller{}, refuse(signatureIncomplete)
	}
	id := p.Get("AccessKeyId")
	key, ok := s.key(id)
	if !ok {
		return caller{}, refuse(accessKeyNotFound)
	}
	if no := checkDate(p.Get("Timestamp"), call.Time); no != nil {
		return caller{}, no
	}
	if text := rpcStringToSign(method, p); !hmac.Equal([]byte(p.Get("Signature")), []byte(rpcSignature(key.secret, text))) {
		return caller{}, refuseRPCMismatch(text)
	}
	call.Identity = clip(key.identity(id))

	// As for ACK: only whoever has the secret uses up a nonce.
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.stsNonces.use(id, p.Get("SignatureNonce"), call.Time) {
		return caller{}, refuse(nonceUsed)
	}
	if no := s.keyring.checkToken(id, p.Get("SecurityToken"), call.Time); no != nil {
		return caller{}, no
	}
	return caller{accessKeyID: id, role: key.role}, nil
}

// rpcStringToSign returns what version 1.0 of the signature signs: the method, the path, which is always /, and all
// parameters but the signature itself.
func rpcStringToSign(method string, p url.Values) string {
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

// rpcSignature is the HMAC of the string to sign, keyed with the secret and an & behind it.
func rpcSignature(secret, stringToSign string) string {
	mac := hmac.New(sha1.New, []byte(secret+"&"))
	mac.Write([]byte(stringToSign))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// refuseRPCMismatch tells the caller what the gateway signed, in the words that go with this signature. It is all that was
// sent: the access key id and the security token too.
func refuseRPCMismatch(stringToSign string) *refusal {
	no := refuse(signatureMismatch)
	no.message = "Specified signature is not matched with our calculation. server string to sign is:" + stringToSign
	return no
}

// refuseMissing refuses a call that lacks a mandatory parameter.
func refuseMissing(name string) *refusal {
	return &refusal{status: http.StatusBadRequest, code: "Missing" + name, message: name + " is mandatory for this action."}
}

// refuseParameter refuses a parameter, or no particular one.
func refuseParameter(name, message string) *refusal {
	code := "InvalidParameter"
	if name != "" {
		code += "." + name
	}
	return &refusal{status: http.StatusBadRequest, code: code, message: message}
}
