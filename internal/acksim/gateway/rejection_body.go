package gateway

import (
	"encoding/xml"
	"net/url"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/response"
)

// gatewayError is the body of a rejection by the gateway.
type gatewayError struct {
	XMLName   xml.Name `json:"-"         xml:"Error"`
	RequestID string   `json:"RequestId" xml:"RequestId"`
	Message   string
	Recommend string
	HostID    string `json:"HostId" xml:"HostId"`
	Code      string
}

// ackError is the body of a rejection by ACK, which knows JSON only.
type ackError struct {
	Code      string `json:"code"`
	Message   string `json:"message"`
	RequestID string `json:"requestId"`
	// AccessDeniedDetail says which permission is missing.
	AccessDeniedDetail map[string]string `json:"accessDeniedDetail,omitempty"`
}

// Response writes the rejection by a product out.
func (r *Rejection) Response(product, requestID, host string, asXML bool) response.Response {
	written := r.Body(product, requestID, host, asXML)
	for name, value := range r.Header {
		written.Header.Set(name, value)
	}
	return written
}

// Body writes the rejection out without its further headers.
func (r *Rejection) Body(product, requestID, host string, asXML bool) response.Response {
	if r.ByACK {
		return response.New(r.Status, response.TypeJSON, response.EncodeJSON(ackError{r.Code, r.Message, requestID, r.Detail}))
	}
	q := url.Values{"q": {r.Code}, "product": {product}, "requestId": {requestID}}
	problem := gatewayError{
		Code: r.Code, Message: r.Message, RequestID: requestID, HostID: host,
		Recommend: "https://api.aliyun.com/troubleshoot?" + q.Encode(),
	}
	if asXML {
		body, _ := xml.Marshal(problem) // Strings always marshal.
		return response.New(r.Status, response.TypeGatewayXML, append([]byte(xml.Header), body...))
	}
	return response.New(r.Status, response.TypeJSON, response.EncodeJSON(problem))
}
