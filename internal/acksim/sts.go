package acksim

import (
	"encoding/binary"
	"encoding/xml"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// The actions of STS that are played.
const (
	actionAssumeRole         = "AssumeRole"
	actionAssumeRoleWithOIDC = "AssumeRoleWithOIDC"
	stsVersion               = "2015-04-01"
)

// grant is a session that STS is asked for, and that the caller may have.
type grant struct {
	role    Role
	session string
	seconds int
}

// answerSTS plays the Security Token Service: remote procedure calls, their parameters in query and form.
func (s *Simulator) answerSTS(r *http.Request, call *Call) (answer reply) {
	call.RequestID = newRequestID()
	defer func() {
		if call.RequestID != "" {
			answer.header.Set(headerRequestID, call.RequestID)
		}
	}()
	parameters, no := readParameters(r)
	asXML := !strings.EqualFold(parameters.Get("Format"), "JSON") // XML is what STS answers unless it is asked for JSON.
	var asked grant
	if no == nil {
		asked, no = s.checkSTS(r.Method, parameters, call)
	}
	if no != nil {
		call.Code = no.code
		return no.reply("Sts", call.RequestID, r.Host, asXML)
	}

	seconds := asked.seconds
	if shorter := asked.role.SessionSeconds; shorter > 0 {
		seconds = min(seconds, shorter)
	}
	issued, failure := s.issue(asked.role.ARN, asked.session, seconds, call)
	if failure != nil {
		return failure.reply()
	}
	response := stsResponse{
		XMLName:   xml.Name{Local: call.Action + "Response"},
		RequestID: call.RequestID,
		AssumedRoleUser: assumedRoleUser{
			ARN: asked.role.ARN + "/" + asked.session, AssumedRoleID: roleID(asked.role.ARN) + ":" + asked.session,
		},
		Credentials: issued,
	}
	if asXML {
		body, _ := xml.Marshal(response) // Strings always marshal.
		return newReply(http.StatusOK, typeGatewayXML, append([]byte(xml.Header), body...))
	}
	return newReply(http.StatusOK, typeJSON, encodeJSON(response))
}

// stsResponse is what both actions answer, but for what AssumeRoleWithOIDC tells of the token.
type stsResponse struct {
	XMLName         xml.Name `json:"-"`
	RequestID       string   `json:"RequestId" xml:"RequestId"`
	AssumedRoleUser assumedRoleUser
	Credentials     credentials
}

type assumedRoleUser struct {
	ARN           string `json:"Arn"           xml:"Arn"`
	AssumedRoleID string `json:"AssumedRoleId" xml:"AssumedRoleId"`
}

// roleID makes up the number of a role, always the same for the same role.
func roleID(arn string) string {
	hash := digest(arn)
	return fmt.Sprintf("3%017d", binary.BigEndian.Uint64(hash[:])%1e17)
}

// readParameters joins the parameters of query and form.
func readParameters(r *http.Request) (url.Values, *refusal) {
	if err := r.ParseForm(); err != nil {
		return r.Form, refuseParameter("", "The request's query or form is wrongly formed.")
	}
	for name, values := range r.Form {
		if len(values) > 1 { // It could be read in two ways.
			return r.Form, refuseParameter("", "The parameter "+clip(name)+" is there more than once.")
		}
	}
	return r.Form, nil
}
