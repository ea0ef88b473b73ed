package main

import (
	"bytes"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/identity"
)

// withoutClients drops what net/http says of clients, such as a failed TLS handshake, and writes all else.
type withoutClients struct{ to io.Writer }

func (w withoutClients) Write(line []byte) (int, error) {
	if bytes.HasPrefix(line, []byte("http: ")) || bytes.HasPrefix(line, []byte("http2: ")) {
		return len(line), nil
	}
	return w.to.Write(line)
}

// requestLine is one request in the log: time, what was requested, who requested it, and what the response was.
func requestLine(r acksim.Request) string {
	target := r.Path
	if r.Query != "" {
		target += "?" + r.Query
	}
	line := []string{r.Time.Format(time.TimeOnly + ".000"), printable(r.Method), printable(target)}
	if r.Region != "" {
		line = append(line, "region="+printable(r.Region))
	}
	line = append(line, signer(r.AccessKeyID, r.Identity)...)
	if r.Status > 0 {
		line = append(line, strconv.Itoa(r.Status))
	}
	if r.Code != "" {
		line = append(line, r.Code)
	}
	if r.Fault != "" {
		line = append(line, "fault="+string(r.Fault))
	}
	if r.Step > 0 {
		line = append(line, "step="+strconv.Itoa(r.Step))
	}
	if r.Phase != "" {
		line = append(line, "phase="+string(r.Phase))
	}
	return strings.Join(line, " ")
}

// callLine is one call of a credential service in the log: time, service, what was requested, who requested it, and what the
// response was.
func callLine(c identity.Call) string {
	line := []string{c.Time.Format(time.TimeOnly + ".000"), string(c.Service), printable(c.Method), printable(c.Path)}
	if c.Action != "" {
		line = append(line, printable(c.Action))
	}
	line = append(line, signer(c.AccessKeyID, c.Identity)...)
	if c.RoleARN != "" {
		line = append(line, "role="+printable(c.RoleARN))
	}
	line = append(line, strconv.Itoa(c.Status))
	if c.Code != "" {
		line = append(line, printable(c.Code))
	}
	if c.Issued != "" {
		line = append(line, "issued="+c.Issued)
	}
	return strings.Join(line, " ")
}

// signer names the key that is claimed, and the session that it has been shown to be.
func signer(accessKeyID, identity string) []string {
	var words []string
	if accessKeyID != "" {
		words = append(words, "key="+printable(accessKeyID))
	}
	if identity != "" && identity != accessKeyID {
		words = append(words, "identity="+printable(identity))
	}
	return words
}

// printable quotes what could otherwise pass for another line of the log, or do something to a terminal.
func printable(s string) string {
	if strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || !strconv.IsPrint(r) }) {
		return strconv.Quote(s)
	}
	return s
}
