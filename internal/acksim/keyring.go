package acksim

import "time"

// keyring knows the access keys, and which of them a security token belongs to.
type keyring struct {
	keys   map[string]sessionKey
	tokens map[string]string // From security token to access key id.
}

type sessionKey struct {
	secret, token string
	until         time.Time // Zero when it does not expire.
}

// newKeyring returns the ring of the given keys, whose time begins now.
func newKeyring(keys []AccessKey, now time.Time) keyring {
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

// checkToken reports what is wrong with the security token of a request, or nil. An empty token stands for none.
func (k keyring) checkToken(accessKeyID, token string, now time.Time) *refusal {
	key := k.keys[accessKeyID]
	owner, known := k.tokens[token]
	switch {
	case token == key.token && !key.until.IsZero() && !now.Before(key.until):
		return refuse(securityTokenExpired)
	case token == key.token:
		return nil
	case token == "":
		return refuse(securityTokenMissing)
	case known && owner != accessKeyID:
		return refuse(securityTokenOfAnotherKey)
	default:
		return refuse(securityTokenMalformed)
	}
}
