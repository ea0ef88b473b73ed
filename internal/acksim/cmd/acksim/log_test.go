package main

import (
	"log"
	"testing"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/fault"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/identity"
)

func TestTheLogOfARequestIsOneLine(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 6_000_000, time.UTC)
	for want, r := range map[string]acksim.Request{
		`03:04:05.006 GET /x 404 InvalidAction.NotFound`: {Method: "GET", Path: "/x", Status: 404, Code: "InvalidAction.NotFound"},
		`03:04:05.006 GET /x key="a\n\x1b[31m" 400`:      {Method: "GET", Path: "/x", AccessKeyID: "a\n\x1b[31m", Status: 400},
		`03:04:05.006 GET /x key=a 200 step=2`:           {Method: "GET", Path: "/x", AccessKeyID: "a", Identity: "a", Status: 200, Step: 2},
		`03:04:05.006 GET /x?page_number=2 200`:          {Method: "GET", Path: "/x", Query: "page_number=2", Status: 200},
		`03:04:05.006 GET /x key=a 503 fault=error`:      {Method: "GET", Path: "/x", AccessKeyID: "a", Status: 503, Fault: fault.Error},
		`03:04:05.006 GET /x key=a fault=reset`:          {Method: "GET", Path: "/x", AccessKeyID: "a", Fault: fault.Reset},
		`03:04:05.006 GET /x key=STS.a identity=r/s 200`: {Method: "GET", Path: "/x", AccessKeyID: "STS.a", Identity: "r/s", Status: 200},
		`03:04:05.006 GET /x region=cn-beijing key=a 200`: {
			Method: "GET", Path: "/x", Region: "cn-beijing", AccessKeyID: "a", Status: 200,
		},
	} {
		r.Time = at
		if got := requestLine(r); got != want {
			t.Errorf("\ngot  %s\nwant %s", got, want)
		}
	}
}

func TestQuietKeepsTheSimulatorsOwnMessages(t *testing.T) {
	var kept output
	logger := log.New(withoutClients{&kept}, "", 0)
	logger.Print("http: TLS handshake error from 127.0.0.1:1: EOF")
	logger.Print("http2: server: error reading preface")
	logger.Print("the simulator has stopped: it broke")
	if kept.String() != "the simulator has stopped: it broke\n" {
		t.Errorf("%q", &kept)
	}
}

func TestTheLogOfACallIsOneLine(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 6_000_000, time.UTC)
	for want, c := range map[string]identity.Call{
		`03:04:05.006 sts POST / AssumeRole key=a role=r 200 issued=STS.b`: {
			Service: identity.STS, Method: "POST", Path: "/", Action: "AssumeRole", AccessKeyID: "a", Identity: "a", RoleARN: "r",
			Status: 200, Issued: "STS.b",
		},
		`03:04:05.006 sts POST / "a\nb" role="r s" 400 MissingAccessKeyId`: {
			Service: identity.STS, Method: "POST", Path: "/", Action: "a\nb", RoleARN: "r s", Status: 400, Code: "MissingAccessKeyId",
		},
		`03:04:05.006 metadata PUT /latest/api/token 200`: {
			Service: identity.Metadata, Method: "PUT", Path: "/latest/api/token", Status: 200,
		},
	} {
		c.Time = at
		if got := callLine(c); got != want {
			t.Errorf("\ngot  %s\nwant %s", got, want)
		}
	}
}
