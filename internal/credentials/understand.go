package credentials

import (
	"errors"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/netfault"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/pattern"
)

// understood is an error of a source, explained.
type understood struct {
	reason  string // what went wrong, without secrets
	hint    string // what to do, or nothing
	mayPass bool   // whether the same may well succeed later
}

// requested is how an error of net/http begins: with a URL that can be as long as a request to STS.
var requested = pattern.New(`\b(?:Get|Put|Post|parse) "(?:[^"\\]|\\.)*": `)

// understand explains an error of a source. reached says whether the source has given credentials before: then its service is
// there, and what has stopped working may work again.
func understand(err error, scrub *scrubber, reached bool) understood {
	var (
		command *commandError
		at      *serviceError
		refused *rejection
		network *networkError
	)
	switch {
	case errors.As(err, &command):
		return understood{scrub.text(command.text), command.hint, command.passing}
	case !errors.As(err, &at):
		return understood{reason: scrub.text(requested().ReplaceAllString(err.Error(), ""))}
	}
	var u understood
	switch {
	case errors.As(err, &refused):
		u = understood{refused.words(scrub.name, scrub.text), rejectionHint(at.service, refused), refused.mayPass(at.service, reached)}
	default:
		kind := netfault.Of(err)
		if errors.As(err, &network) {
			kind = network.kind
		}
		u = understood{scrub.text(requested().ReplaceAllString(err.Error(), "")), networkHint(at.service, kind, err), kind.Transient()}
		if reached && kind != netfault.Unknown {
			u.mayPass = kind.TransientOnceReached()
		}
	}
	if at.proxy != "" {
		u.reason += "; the request went through the proxy " + at.proxy + ", which may have responded instead of " + at.service.name
		u.hint = proxyHint(at.service)
	}
	return u
}
