package acksim

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// What the metadata service is asked, and the headers of its second version.
const (
	pathMetadataToken   = "/latest/api/token"
	pathMetadataRoles   = "/latest/meta-data/ram/security-credentials/"
	headerMetadataToken = "X-Aliyun-Ecs-Metadata-Token"
	headerMetadataTTL   = "X-Aliyun-Ecs-Metadata-Token-Ttl-Seconds"
	maxMetadataTTL      = 21600
)

// metadataSession names the sessions of an instance's role: the service names them for the instance.
const metadataSession = "i-acksim"

// answerMetadata plays the metadata service of an instance that has the scenario's role or, without one, none.
func (s *Simulator) answerMetadata(r *http.Request, call *Call) reply {
	refuse := func(status int) reply {
		text := strconv.Itoa(status) + " - " + http.StatusText(status)
		return newReply(status, "text/html", []byte("<html><head><title>"+text+"</title></head><body><h1>"+text+"</h1></body></html>"))
	}
	if r.Method == http.MethodPut && r.URL.Path == pathMetadataToken {
		ttl, err := strconv.Atoi(r.Header.Get(headerMetadataTTL))
		if err != nil || ttl < 1 || ttl > maxMetadataTTL {
			return refuse(http.StatusBadRequest)
		}
		return s.unlessFailing(call, func() reply {
			token := s.metadataToken(call.Time.Add(time.Duration(ttl) * time.Second))
			return newReply(http.StatusOK, "text/plain", []byte(token))
		})
	}
	if r.Method != http.MethodGet {
		return refuse(http.StatusMethodNotAllowed)
	}
	switch token := r.Header.Get(headerMetadataToken); {
	case token != "" && !s.isMetadataToken(token, call.Time):
		return refuse(http.StatusUnauthorized)
	case token == "" && s.metadata != nil && !s.metadata.V1:
		return refuse(http.StatusForbidden)
	}
	role, ok := strings.CutPrefix(r.URL.Path, pathMetadataRoles)
	switch {
	case !ok || s.metadata == nil || role != "" && role != s.metadata.Role:
		return refuse(http.StatusNotFound)
	case role == "":
		return s.unlessFailing(call, func() reply { return newReply(http.StatusOK, "text/plain", []byte(s.metadata.Role)) })
	}
	return s.answerInstanceRole(call)
}

func (s *Simulator) answerInstanceRole(call *Call) reply {
	issued, failure := s.issue(s.metadata.roleARN(), metadataSession, s.metadata.sessionSeconds(), call)
	if failure != nil {
		return failure.reply()
	}
	return newReply(http.StatusOK, "application/json", encodeJSON(struct {
		credentials
		LastUpdated string
		Code        string
	}{issued, call.Time.UTC().Format(dateFormat), "Success"}))
}

// unlessFailing returns the answer, unless the service is told to fail now.
func (s *Simulator) unlessFailing(call *Call, answer func() reply) reply {
	s.mu.Lock()
	failure := s.fail(call)
	s.mu.Unlock()
	if failure != nil {
		return failure.reply()
	}
	return answer()
}

// metadataToken makes a token that is good until the given time. It says so itself, signed, so that there is nothing to
// remember however many are asked for.
func (s *Simulator) metadataToken(until time.Time) string {
	end := binary.BigEndian.AppendUint64(nil, uint64(until.UnixNano()))
	return base64.StdEncoding.EncodeToString(append(end, s.metadataSignature(end)...))
}

func (s *Simulator) isMetadataToken(token string, now time.Time) bool {
	data, err := base64.StdEncoding.DecodeString(token)
	if err != nil || len(data) != 8+sha256.Size {
		return false
	}
	end, signature := data[:8], data[8:]
	return hmac.Equal(signature, s.metadataSignature(end)) &&
		now.UnixNano() < int64(binary.BigEndian.Uint64(end)) //nolint:gosec // It was an int64 before.
}

func (s *Simulator) metadataSignature(end []byte) []byte {
	mac := hmac.New(sha256.New, s.metadataKey)
	mac.Write(end)
	return mac.Sum(nil)
}
