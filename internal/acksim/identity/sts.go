package identity

import (
	"encoding/binary"
	"encoding/xml"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/gateway"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/response"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/scenario"
)

// The actions of STS that are played.
const (
	ActionAssumeRole         = "AssumeRole"
	ActionAssumeRoleWithOIDC = "AssumeRoleWithOIDC"
	STSVersion               = "2015-04-01"
)

// maxNameShown is the maximum length of a client's name in a response.
const maxNameShown = 512

// grant is a session requested of STS that the caller may have.
type grant struct {
	role    scenario.Role
	session string
	seconds int
}

// respondSTS plays the Security Token Service: remote procedure calls, their parameters in query and form.
func (s *Services) respondSTS(r *http.Request, call *Call) (responded response.Response) {
	call.RequestID = gateway.NewRequestID()
	defer func() {
		if call.RequestID != "" {
			responded.Header.Set(response.HeaderRequestID, call.RequestID)
		}
	}()
	parameters, rejection := readParameters(r)
	asXML := !strings.EqualFold(parameters.Get("Format"), "JSON") // STS responds in XML unless JSON is requested.
	var requested grant
	if rejection == nil {
		requested, rejection = s.checkSTS(r.Method, parameters, call)
	}
	if rejection != nil {
		call.Code = rejection.Code
		return rejection.Response("Sts", call.RequestID, r.Host, asXML)
	}

	seconds := requested.seconds
	if shorter := requested.role.SessionSeconds; shorter > 0 {
		seconds = min(seconds, shorter)
	}
	issued, failure := s.issue(requested.role.ARN, requested.session, seconds, call)
	if failure != nil {
		return failure.Response()
	}
	granted := stsResponse{
		XMLName:   xml.Name{Local: call.Action + "Response"},
		RequestID: call.RequestID,
		AssumedRoleUser: assumedRoleUser{
			ARN: requested.role.ARN + "/" + requested.session, AssumedRoleID: roleID(requested.role.ARN) + ":" + requested.session,
		},
		Credentials: issued,
	}
	if asXML {
		body, _ := xml.Marshal(granted) // Strings always marshal.
		return response.New(http.StatusOK, response.TypeGatewayXML, append([]byte(xml.Header), body...))
	}
	return response.New(http.StatusOK, response.TypeJSON, response.EncodeJSON(granted))
}

// stsResponse is the response of both actions, but for what AssumeRoleWithOIDC says of the token.
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
func readParameters(r *http.Request) (url.Values, *gateway.Rejection) {
	if err := r.ParseForm(); err != nil {
		return r.Form, rejectParameter("", "The request's query or form is wrongly formed.")
	}
	for name, values := range r.Form {
		if len(values) > 1 { // It could be read in two ways.
			return r.Form, rejectParameter("", "The parameter "+name[:min(len(name), maxNameShown)]+" occurs more than once.")
		}
	}
	return r.Form, nil
}
