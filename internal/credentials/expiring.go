package credentials

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/aliyun/credentials-go/credentials/providers"
)

// keep is how long credentials are used that do not say when they expire.
const keep = 5 * time.Minute

// expiring keeps the credentials of a source until shortly before they expire. A session calls it, one call at a time.
type expiring struct {
	name   string
	about  string                        // the source in words
	failed func(about string, err error) // called when a fetch fails while the credentials are still valid; may be nil
	fetch  func(context.Context) (providers.Credentials, time.Time, error)

	// ctx ends when no read waits for the fetch any more; nil never ends. The session sets it, because the library passes no
	// context from a role to its source.
	ctx context.Context

	credentials providers.Credentials
	expires     time.Time
}

// GetCredentials implements providers.CredentialsProvider. If the fetch fails, credentials that have not expired are used further.
func (e *expiring) GetCredentials() (*providers.Credentials, error) {
	now := time.Now()
	if now.Before(e.expires.Add(-refreshWindow)) {
		return &e.credentials, nil
	}
	ctx := e.ctx
	if ctx == nil {
		ctx = context.Background()
	}
	c, expires, err := e.fetch(ctx)
	if err == nil && (c.AccessKeyId == "" || c.AccessKeySecret == "") {
		err = errNoKey
	}
	if err != nil {
		if time.Now().Before(e.expires) {
			if e.failed != nil && ctx.Err() == nil {
				e.failed(e.about, err)
			}
			return &e.credentials, nil
		}
		return nil, err
	}
	if expires.IsZero() {
		expires = now.Add(keep + refreshWindow)
	}
	c.ProviderName = e.name
	e.credentials, e.expires = c, expires
	return &e.credentials, nil
}

// GetProviderName implements providers.CredentialsProvider.
func (e *expiring) GetProviderName() string { return e.name }

var errNoKey = errors.New("the response contains no access key")

// parseExpiration reads a time as servers and commands write it. What is not understood counts as no time: neither
// alicloud nor credentials-go holds it against the credentials.
func parseExpiration(text string) time.Time {
	at, err := time.Parse(time.RFC3339, strings.TrimSpace(text))
	if err != nil {
		return time.Time{}
	}
	return at
}
