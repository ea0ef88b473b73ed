package credentials

import (
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/pattern"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/redact"
)

// maxReason is how many characters are shown of an error that is not ours.
const maxReason = 400

var spaces = pattern.New(`[\s[:cntrl:]]+`)

// scrubber takes the secrets of a configuration out of texts. It is safe for concurrent use.
type scrubber struct{ redactor redact.Redactor }

// learn adds secrets that are known.
func (s *scrubber) learn(secrets ...string) { s.redactor.Learn(secrets...) }

// name returns an error code or a request id, without secrets that are known.
func (s *scrubber) name(text string) string { return s.redactor.Name(text, maxReason) }

// text returns a text in one line, without secrets, and not too long.
func (s *scrubber) text(text string) string { return s.redactor.Text(text, maxReason) }

// opaque also removes text that looks random: the output of a command may contain secrets without a name.
func (s *scrubber) opaque(text string) string { return s.redactor.Opaque(text, maxReason) }
