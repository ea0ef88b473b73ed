package identity

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/response"
)

// The paths of the metadata service, and the headers of its second version.
const (
	PathMetadataToken   = "/latest/api/token"
	PathMetadataRoles   = "/latest/meta-data/ram/security-credentials/"
	HeaderMetadataToken = "X-Aliyun-Ecs-Metadata-Token"
	HeaderMetadataTTL   = "X-Aliyun-Ecs-Metadata-Token-Ttl-Seconds"
	maxMetadataTTL      = 21600
)

// MetadataSession names the sessions of an instance's role: the service names them for the instance.
const MetadataSession = "i-acksim"

// respondMetadata plays the metadata service of an instance that has the scenario's role or, without one, none.
func (s *Services) respondMetadata(r *http.Request, call *Call) response.Response {
	reject := func(status int) response.Response {
		text := strconv.Itoa(status) + " - " + http.StatusText(status)
		return response.New(status, "text/html", []byte("<html><head><title>"+text+"</title></head><body><h1>"+text+"</h1></body></html>"))
	}
	if r.Method == http.MethodPut && r.URL.Path == PathMetadataToken {
		ttl, err := strconv.Atoi(r.Header.Get(HeaderMetadataTTL))
		if err != nil || ttl < 1 || ttl > maxMetadataTTL {
			return reject(http.StatusBadRequest)
		}
		return s.unlessFailing(call, func() response.Response {
			token := s.metadataToken(call.Time.Add(time.Duration(ttl) * time.Second))
			return response.New(http.StatusOK, "text/plain", []byte(token))
		})
	}
	if r.Method != http.MethodGet {
		return reject(http.StatusMethodNotAllowed)
	}
	switch token := r.Header.Get(HeaderMetadataToken); {
	case token != "" && !s.isMetadataToken(token, call.Time):
		return reject(http.StatusUnauthorized)
	case token == "" && s.metadata != nil && !s.metadata.V1:
		return reject(http.StatusForbidden)
	}
	role, ok := strings.CutPrefix(r.URL.Path, PathMetadataRoles)
	switch {
	case !ok || s.metadata == nil || role != "" && role != s.metadata.Role:
		return reject(http.StatusNotFound)
	case role == "":
		return s.unlessFailing(call, func() response.Response { return response.New(http.StatusOK, "text/plain", []byte(s.metadata.Role)) })
	}
	return s.respondInstanceRole(call)
}

func (s *Services) respondInstanceRole(call *Call) response.Response {
	issued, failure := s.issue(s.metadata.ARN(), MetadataSession, s.metadata.SessionLength(), call)
	if failure != nil {
		return failure.Response()
	}
	return response.New(http.StatusOK, "application/json", response.EncodeJSON(struct {
		credentials
		LastUpdated string
		Code        string
	}{issued, call.Time.UTC().Format(dateFormat), "Success"}))
}

// unlessFailing returns the response, unless the service is set to fail.
func (s *Services) unlessFailing(call *Call, respond func() response.Response) response.Response {
	s.mu.Lock()
	failure := s.fail(call)
	s.mu.Unlock()
	if failure != nil {
		return failure.Response()
	}
	return respond()
}

// metadataToken makes a token that is good until the given time. It says so itself, signed, so that there is nothing to
// remember however many are requested.
func (s *Services) metadataToken(until time.Time) string {
	end := binary.BigEndian.AppendUint64(nil, uint64(until.UnixNano()))
	return base64.StdEncoding.EncodeToString(append(end, s.metadataSignature(end)...))
}

func (s *Services) isMetadataToken(token string, now time.Time) bool {
	data, err := base64.StdEncoding.DecodeString(token)
	if err != nil || len(data) != 8+sha256.Size {
		return false
	}
	end, signature := data[:8], data[8:]
	return hmac.Equal(signature, s.metadataSignature(end)) &&
		now.UnixNano() < int64(binary.BigEndian.Uint64(end)) //nolint:gosec // It was an int64 before.
}

func (s *Services) metadataSignature(end []byte) []byte {
	mac := hmac.New(sha256.New, s.metadataKey)
	mac.Write(end)
	return mac.Sum(nil)
}
