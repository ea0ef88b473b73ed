package gateway

import (
	"crypto/rand"
	"fmt"
)

// NewRequestID returns a random UUID in capitals, as the gateway's request ids are.
func NewRequestID() string {
	var b [16]byte
	_, _ = rand.Read(b[:])     // It never fails.
	b[6] = b[6]&0x0f | 4<<4    // Version 4: random.
	b[8] = b[8]&0x3f | 0b10<<6 // The variant of RFC 9562.
	return fmt.Sprintf("%X-%X-%X-%X-%X", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
