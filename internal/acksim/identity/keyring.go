package identity

import (
	"crypto/rand"
	"encoding/base64"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/gateway"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/scenario"
)

// maxSessions is how many of the sessions that it has issued a simulator knows. The key of one that is forgotten is
// rejected as one that never existed.
const maxSessions = 100_000

// keyring knows the access keys, and which of them a security token belongs to.
type keyring struct {
	keys   map[string]sessionKey
	tokens map[string]string // From security token to access key id.
	issued []string          // The access key ids of the sessions, oldest first.
}

type sessionKey struct {
	secret, token string
	until         time.Time // Zero when it does not expire.
	// role and session are the ARN of the role that it is a session of, and the session's name; empty for a key of the
	// scenario's.
	role, session string
}

// newKeyring returns the ring of the given keys, whose time begins now.
func newKeyring(keys []scenario.AccessKey, now time.Time) keyring {
	ring := keyring{keys: make(map[string]sessionKey), tokens: make(map[string]string)}
	for _, key := range keys {
		until := key.ExpiresAt
		if key.ExpiresAfter > 0 {
			until = now.Add(key.ExpiresAfter)
		}
		ring.keys[key.ID] = sessionKey{secret: key.Secret, token: key.SecurityToken, until: until}
		if key.SecurityToken != "" {
			ring.tokens[key.SecurityToken] = key.ID
		}
	}
	return ring
}

// issue makes a session of a role that is good until the given time.
func (k *keyring) issue(role, session string, until time.Time) credentials {
	for len(k.issued) >= maxSessions {
		oldest := k.issued[0]
		delete(k.tokens, k.keys[oldest].token)
		delete(k.keys, oldest)
		k.issued = k.issued[1:]
	}
	var token [100]byte // As long as makes the token end in =, as the service's do: no client may forget to encode it.
	_, _ = rand.Read(token[:])
	key := sessionKey{
		secret: rand.Text() + rand.Text(), token: "CAIS" + base64.StdEncoding.EncodeToString(token[:]),
		until: until, role: role, session: session,
	}
	id := "STS." + rand.Text()
	k.keys[id], k.tokens[key.token] = key, id
	k.issued = append(k.issued, id)
	return credentials{
		SecurityToken: key.token, AccessKeyID: id, AccessKeySecret: key.secret, Expiration: until.UTC().Format(dateFormat),
	}
}

// identity says who signs with the key of the given id: the session, as its ARN, or the key itself.
func (key sessionKey) identity(accessKeyID string) string {
	if key.role == "" {
		return accessKeyID
	}
	return key.role + "/" + key.session
}

// checkToken returns what is wrong with the security token of a request, or nil. An empty token means none.
func (k *keyring) checkToken(accessKeyID, token string, now time.Time) *gateway.Rejection {
	key := k.keys[accessKeyID]
	owner, known := k.tokens[token]
	switch {
	case token == key.token && !key.until.IsZero() && !now.Before(key.until):
		return gateway.Reject(gateway.SecurityTokenExpired)
	case token == key.token:
		return nil
	case token == "":
		return gateway.Reject(gateway.SecurityTokenMissing)
	case known && owner != accessKeyID:
		return gateway.Reject(gateway.SecurityTokenOfAnotherKey)
	default:
		return gateway.Reject(gateway.SecurityTokenMalformed)
	}
}

// Key returns the access key of an id.
func (s *Services) Key(id string) (gateway.Key, bool) {
	key, ok := s.key(id)
	return gateway.Key{Secret: key.secret, Identity: key.identity(id)}, ok
}

// CheckToken returns why a request with this key and security token is rejected, or nil. An empty token means none.
func (s *Services) CheckToken(id, token string, now time.Time) *gateway.Rejection {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.keyring.checkToken(id, token, now)
}

func (s *Services) key(id string) (sessionKey, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key, ok := s.keyring.keys[id]
	return key, ok
}
