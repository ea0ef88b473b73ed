package scenario

import (
	"fmt"
	"strings"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/document"
)

// AccessKey is one key that requests may be signed with.
type AccessKey struct {
	// ID names the key.
	ID string
	// Secret keys the signature.
	Secret string
	// SecurityToken makes the key a temporary one: a request must then carry exactly this token. A request with a key
	// that has none must not carry any.
	SecurityToken string
	// ExpiresAfter, when not zero, says how long the token is good from the start of the simulator. Zero and a zero
	// ExpiresAt mean for ever.
	ExpiresAfter time.Duration
	// ExpiresAt, when not zero, says until when the token is good.
	ExpiresAt time.Time
}

func checkAccessKeys(keys []AccessKey) error {
	ids, tokens := make(map[string]bool), make(map[string]bool)
	for i, key := range keys {
		field := fmt.Sprintf("access_keys[%d]", i)
		switch {
		case key.ID == "" || strings.ContainsFunc(key.ID, document.NotInName):
			return document.Errorf(field+".id", "%q is not an access key id: use letters, digits and any of .-_", key.ID)
		case ids[key.ID]:
			return document.Errorf(field+".id", "duplicate ID %q: give each key its own ID", key.ID)
		case key.Secret == "":
			return document.Errorf(field+".secret", "a key needs a secret: requests are signed with it")
		case key.SecurityToken != "" && tokens[key.SecurityToken]:
			return document.Errorf(field+".security_token", "another key has this token too: give each key a token of its own")
		case key.SecurityToken == "" && (key.ExpiresAfter != 0 || !key.ExpiresAt.IsZero()):
			return document.Errorf(field+".expires", "only temporary keys expire: give the key a security_token, or no expires")
		}
		if err := checkExpires(field+".expires", key.ExpiresAfter, key.ExpiresAt); err != nil {
			return err
		}
		ids[key.ID], tokens[key.SecurityToken] = true, true
	}
	return nil
}
