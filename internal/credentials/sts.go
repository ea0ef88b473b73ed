package credentials

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1" //nolint:gosec // What the signatures of STS are made with.
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/aliyun/credentials-go/credentials/providers"
)

// The library's sources for roles and for the metadata service read responses of any size, and a 101 without end. These send the
// same requests, through a client with limits.

const (
	serviceConnectTimeout = 5 * time.Second
	serviceTimeout        = 15 * time.Second
	serviceUserAgent      = "terraform-provider-ackupgrade"
)

// issued are credentials as STS and the metadata service write them.
type issued struct {
	Code            *string
	AccessKeyID     *string `json:"AccessKeyId"`
	AccessKeySecret *string
	SecurityToken   *string
	Expiration      *string
}

var errIncomplete = errors.New("the response is incomplete: its Expiration is probably missing")

// renewed is a source whose sessions are renewed shortly before they end. A session calls it, one call at a time.
type renewed struct {
	name  string
	fetch func(ctx context.Context) (c issued, source string, err error) // source is the name of what they were issued for

	last    providers.Credentials
	expires time.Time
}

// GetCredentials implements providers.CredentialsProvider.
func (s *renewed) GetCredentials() (*providers.Credentials, error) {
	if time.Until(s.expires) > refreshWindow {
		c := s.last
		return &c, nil
	}
	got, source, err := s.fetch(context.Background()) // The interface takes no context: the client's time-outs bound it.
	switch {
	case err != nil:
		return nil, err
	case got.AccessKeyID == nil || got.AccessKeySecret == nil || got.SecurityToken == nil:
		return nil, errNoCredentials
	case got.Expiration == nil:
		return nil, errIncomplete
	}
	expires, err := time.Parse("2006-01-02T15:04:05Z", *got.Expiration)
	if err != nil {
		return nil, fmt.Errorf("the response has an Expiration that is not a time: %w", err)
	}
	s.expires = expires
	s.last = providers.Credentials{
		AccessKeyId: *got.AccessKeyID, AccessKeySecret: *got.AccessKeySecret, SecurityToken: *got.SecurityToken,
		ProviderName: strings.TrimSuffix(s.name+"/"+source, "/"),
	}
	c := s.last
	return &c, nil
}

// GetProviderName implements providers.CredentialsProvider.
func (s *renewed) GetProviderName() string { return s.name }

// newRoleProvider returns the source of a role that is assumed with another source, which is called again for each session.
func newRoleProvider(source providers.CredentialsProvider, r role) (providers.CredentialsProvider, error) {
	if r.arn.Text == "" {
		return nil, errors.New("the role has no ARN")
	}
	if err := checkExpiration(r.seconds); err != nil {
		return nil, fmt.Errorf("the duration of the session %w", err)
	}
	return &renewed{name: "ram_role_arn", fetch: func(ctx context.Context) (issued, string, error) {
		with, err := source.GetCredentials()
		if err != nil {
			return issued{}, "", err
		}
		form := r.form()
		if r.externalID != "" {
			form.Set("ExternalId", r.externalID)
		}
		query := stsQuery("AssumeRole")
		query.Set("SignatureMethod", "HMAC-SHA1")
		query.Set("SignatureVersion", "1.0")
		query.Set("SignatureNonce", rand.Text())
		query.Set("AccessKeyId", with.AccessKeyId)
		if with.SecurityToken != "" {
			query.Set("SecurityToken", with.SecurityToken)
		}
		query.Set("Signature", stsSignature(query, form, with.AccessKeySecret))
		got, err := requestSTS(ctx, r.sts.name, query, form, http.Header{"X-Acs-Credentials-Provider": {with.ProviderName}})
		return got, with.ProviderName, err
	}}, nil
}

// newOIDCProvider returns the source of a role that is assumed with a token, which is read again for each session.
func newOIDCProvider(o oidc, token func() string) providers.CredentialsProvider {
	return &renewed{name: "oidc_role_arn", fetch: func(ctx context.Context) (issued, string, error) {
		form := o.role.form()
		form.Set("OIDCProviderArn", o.provider.Text)
		form.Set("OIDCToken", token())
		got, err := requestSTS(ctx, o.role.sts.name, stsQuery("AssumeRoleWithOIDC"), form, nil)
		return got, "", err
	}}
}

// form is what a request says of the role.
func (r role) form() url.Values {
	form := url.Values{
		"RoleArn": {r.arn.Text}, "RoleSessionName": {r.sessionName}, "DurationSeconds": {strconv.FormatInt(r.seconds, 10)},
	}
	if r.policy != "" {
		form.Set("Policy", r.policy)
	}
	return form
}

func stsQuery(action string) url.Values {
	return url.Values{
		"Version": {"2015-04-01"}, "Action": {action}, "Format": {"JSON"}, "Timestamp": {time.Now().UTC().Format("2006-01-02T15:04:05Z")},
	}
}

// stsSignature signs a request to STS: its parameters, sorted and percent-encoded twice.
func stsSignature(query, form url.Values, secret string) string {
	all := url.Values{}
	for _, values := range []url.Values{query, form} {
		for name, value := range values {
			all[name] = value
		}
	}
	parameters := strings.NewReplacer("+", "%20", "*", "%2A", "%7E", "~").Replace(all.Encode())
	mac := hmac.New(sha1.New, []byte(secret+"&"))
	mac.Write([]byte("POST&%2F&" + url.QueryEscape(parameters)))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

func requestSTS(ctx context.Context, host string, query, form url.Values, header http.Header) (issued, error) {
	target := url.URL{Scheme: "https", Host: host, Path: "/", RawQuery: query.Encode()}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, target.String(), strings.NewReader(form.Encode()))
	if err != nil {
		return issued{}, errors.New("the STS endpoint is not a valid host") // The error would repeat the URL.
	}
	for name, values := range header {
		request.Header[name] = values
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Accept-Encoding", "identity")
	request.Header.Set("User-Agent", serviceUserAgent)
	status, body, err := client{connect: serviceConnectTimeout, timeout: serviceTimeout}.do(request)
	if err != nil {
		return issued{}, err
	}
	if status != http.StatusOK {
		return issued{}, rejectedBySTS(status, body)
	}
	var decoded struct{ Credentials *issued }
	if json.Unmarshal(body, &decoded) != nil || decoded.Credentials == nil {
		return issued{}, errNoCredentials
	}
	return *decoded.Credentials, nil
}

// rejectedBySTS is the error of a response that is none of success. STS always gives a code; what has none is said by its body
// alone, as that of a proxy.
func rejectedBySTS(_ int, body []byte) error { return &rejection{body: string(body)} }

const (
	metadataConnectTimeout = 2 * time.Second
	metadataTimeout        = 7 * time.Second
	metadataRoles          = "/latest/meta-data/ram/security-credentials/"
)

// instanceMetadata requests credentials from the metadata service of the instance.
type instanceMetadata struct {
	role      string // empty for the instance's own
	tokenOnly bool   // whether a request without a token is forbidden
}

// newMetadataProvider is the source of the instance's role. An empty name means the instance's own role. What the library's
// variables forbid is forbidden here too.
func newMetadataProvider(roleName string, getenv func(string) string) (providers.CredentialsProvider, error) {
	if strings.EqualFold(getenv("ALIBABA_CLOUD_ECS_METADATA_DISABLED"), "true") {
		return nil, errors.New("the environment variable ALIBABA_CLOUD_ECS_METADATA_DISABLED forbids requests to the metadata service")
	}
	m := instanceMetadata{role: roleName, tokenOnly: strings.EqualFold(getenv("ALIBABA_CLOUD_IMDSV1_DISABLED"), "true")}
	return &renewed{name: "ecs_ram_role", fetch: func(ctx context.Context) (issued, string, error) {
		got, err := m.fetch(ctx)
		return got, "", err
	}}, nil
}

func (m instanceMetadata) fetch(ctx context.Context) (issued, error) {
	status, body, err := m.request(ctx, http.MethodPut, "/latest/api/token", http.Header{"X-Aliyun-Ecs-Metadata-Token-Ttl-Seconds": {"21600"}})
	token := string(body)
	if err != nil || status != http.StatusOK {
		if m.tokenOnly && err == nil {
			err = &rejection{status: status, body: token}
		}
		if m.tokenOnly {
			return issued{}, err
		}
		token = ""
	}
	name := m.role
	if name == "" {
		body, err := m.get(ctx, metadataRoles, token)
		if err != nil {
			return issued{}, err
		}
		name = strings.TrimSpace(string(body))
	}
	body, err = m.get(ctx, metadataRoles+name, token)
	if err != nil {
		return issued{}, err
	}
	var decoded issued
	if json.Unmarshal(body, &decoded) != nil || decoded.Code != nil && *decoded.Code != "Success" {
		return issued{}, errNoCredentials
	}
	return decoded, nil
}

// get sends the token. If that fails and is not forbidden, it requests without one.
func (m instanceMetadata) get(ctx context.Context, path, token string) ([]byte, error) {
	header := http.Header{}
	if token != "" {
		header.Set("X-Aliyun-Ecs-Metadata-Token", token)
	}
	status, body, err := m.request(ctx, http.MethodGet, path, header)
	if token != "" && !m.tokenOnly && (err != nil || status != http.StatusOK) {
		status, body, err = m.request(ctx, http.MethodGet, path, nil)
	}
	switch {
	case err != nil:
		return nil, err
	case status != http.StatusOK:
		return nil, &rejection{status: status, body: string(body)}
	}
	return body, nil
}

func (m instanceMetadata) request(ctx context.Context, method, path string, header http.Header) (int, []byte, error) {
	target := url.URL{Scheme: "http", Host: metadataHost, Path: path}
	request, err := http.NewRequestWithContext(ctx, method, target.String(), nil)
	if err != nil {
		return 0, nil, errors.New("the name of the RAM role is not valid in a URL")
	}
	for name, values := range header {
		request.Header[name] = values
	}
	request.Header.Set("User-Agent", serviceUserAgent)
	return client{connect: metadataConnectTimeout, timeout: metadataTimeout}.do(request)
}
