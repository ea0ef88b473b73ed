package acksim

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acs3"
)

// The one operation that there is, as its headers and its path name it.
const (
	headerAction  = "X-Acs-Action"
	headerVersion = "X-Acs-Version"
	action        = "GetUpgradeStatus"
	version       = "2015-12-15"
	pathBefore    = "/api/v2/clusters/"
	pathAfter     = "/upgrade/status"
)

// clockTolerance is how far a request's date may be off, in either direction.
const clockTolerance = 15 * time.Minute

// check makes the gateway's checks, in the gateway's order. It returns the cluster asked for, or the first refusal. What
// it learns of the request on the way goes into the record.
func (s *Simulator) check(r *http.Request, record *Request) (clusterID string, no *refusal) {
	clusterID, ok := route(r)
	if !ok {
		return "", refuse(actionNotFound)
	}
	record.ClusterID = clip(clusterID)

	authorization, err := acs3.ParseAuthorization(r.Header.Get("Authorization"))
	if err != nil {
		return "", refuse(signatureIncomplete)
	}
	record.AccessKeyID = clip(authorization.AccessKeyID)
	key, ok := s.key(authorization.AccessKeyID)
	if !ok {
		return "", refuse(accessKeyNotFound)
	}
	if no := checkDate(r.Header.Get(acs3.HeaderDate), record.Time); no != nil {
		return "", no
	}
	if no := checkSignature(r, key.secret); no != nil {
		return "", no
	}
	record.Identity = clip(key.identity(authorization.AccessKeyID))

	// Only now is the nonce that of somebody who has the secret: whoever has not cannot use up another's nonces.
	s.mu.Lock()
	defer s.mu.Unlock()
	nonce := r.Header.Get(acs3.HeaderNonce)
	if nonce == "" || !s.nonces.use(authorization.AccessKeyID, nonce, record.Time) {
		return "", refuse(nonceUsed)
	}
	return clusterID, s.keyring.checkToken(authorization.AccessKeyID, r.Header.Get(acs3.HeaderSecurityToken), record.Time)
}

// route returns the cluster id that is asked for. The path is taken to the letter, and the id is one segment of it: a
// client that forgets to encode a slash in it asks for another path.
func route(r *http.Request) (clusterID string, ok bool) {
	if r.Method != http.MethodGet || r.Header.Get(headerAction) != action || r.Header.Get(headerVersion) != version {
		return "", false
	}
	rest, before := strings.CutPrefix(r.URL.EscapedPath(), pathBefore)
	segment, after := strings.CutSuffix(rest, pathAfter)
	if !before || !after || segment == "" || strings.Contains(segment, "/") {
		return "", false
	}
	clusterID, err := url.PathUnescape(segment)
	return clusterID, err == nil
}

func checkDate(value string, now time.Time) *refusal {
	date, err := time.Parse(acs3.DateFormat, value)
	if err != nil || date.Format(acs3.DateFormat) != value { // Parse would let fractions of a second pass.
		return refuse(dateMalformed)
	}
	if date.Sub(now).Abs() > clockTolerance {
		return refuse(dateExpired)
	}
	return nil
}

// checkSignature verifies the signature. That over another body is wrong without a string to sign that would explain it;
// that which leaves out a header, or stands over something that can be read in two ways, is no proper signature at all.
func checkSignature(r *http.Request, secret string) *refusal {
	err := acs3.Verify(r, secret)
	var mismatch *acs3.MismatchError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &mismatch):
		return refuseMismatch(mismatch.StringToSign)
	case errors.Is(err, acs3.ErrPayloadHash):
		return refuse(signatureMismatch)
	default:
		return refuse(signatureIncomplete)
	}
}
