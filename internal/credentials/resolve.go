package credentials

import (
	"strconv"
	"strings"

	"github.com/aliyun/credentials-go/credentials/providers"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acs3"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/summary"
)

// Resolved is where credentials come from.
type Resolved struct {
	// Source returns them. It is called before every request. Its error is a *FetchError or the error of the context.
	Source acs3.Source
	// Region is the region: from the attribute, the environment, the profile, or the default.
	Region Value
	// Trace says which sources were looked at.
	Trace Trace
	// About says in words, without secrets, which credentials sign: `the access key …1234 of the profile "p"`.
	About string
	// UsesSTS reports whether they come from STS.
	UsesSTS bool
	// NeedsRegion reports whether the host of STS depends on the region. It does not if Input.STSEndpoint or a profile's
	// sts_region is set.
	NeedsRegion bool
	// Warnings are mistakes in sources that come before the one that is used.
	Warnings []*Error
}

// resolver goes through the sources in their order.
type resolver struct {
	Input
	region Value
	scrub  *scrubber
	trace  Trace

	file    *configFile // the file of profile and role
	profile *profile    // the named profile, or nil
	role    *profile    // the profile whose role is to be assumed on top, or nil

	named   Value    // the name of the profile, and what gives it
	current *profile // the file's current profile, once it is looked at

	// A mistake in a source is an error only if no later source has credentials. Otherwise it is a warning.
	mistake  *Error
	warnings []*Error
}

// found is a source that has credentials.
type found struct {
	provider providers.CredentialsProvider
	own      *expiring // the source of our own that it is, or that a role is assumed with; nil when there is none
	about    string    // the source in words, without its STS
	hint     string    // what to do when it fails and does not say why
	place    string    // where it was put together; empty when that was in several places
	sts      []string  // its hosts of STS
	regional bool      // one of them follows from the region
}

// words is the source in words, with its STS.
func (f *found) words() string {
	if len(f.sts) == 0 {
		return f.about
	}
	return f.about + " (STS at " + strings.Join(f.sts, " and ") + ")"
}

// Resolve decides where credentials come from. It reads the configuration file when that is looked at, and makes no
// request. Its error is always an *Error.
func Resolve(in Input) (*Resolved, error) {
	r := &resolver{Input: in, scrub: &scrubber{}}
	f, err := r.find()
	if err != nil {
		return nil, err
	}
	s := &session{provider: f.provider, own: f.own, about: f.words(), hint: f.hint, scrub: r.scrub, failed: r.refreshFailed}
	about := r.scrub.text(s.about)
	for _, w := range r.warnings {
		w.Detail += "\n\nThe provider uses other credentials instead: " + about + "."
	}
	return &Resolved{
		Source: s.get, Region: r.region, Trace: r.trace, Warnings: r.warnings,
		About: about, UsesSTS: len(f.sts) > 0, NeedsRegion: f.regional,
	}, nil
}

// refreshFailed passes on that a refresh failed which made no read fail.
func (r *resolver) refreshFailed(about string, err error) {
	r.warn(about, "Refresh failed. The previous credentials are still valid: "+understand(err, r.scrub, true).reason)
}

// warn passes on what is wrong with a source that made no read fail.
func (r *resolver) warn(about, problem string) {
	if r.OnWarning != nil {
		r.OnWarning(r.scrub.text(about), problem)
	}
}

// find goes through the sources, and adds the role that is to be assumed with what it finds.
func (r *resolver) find() (found, *Error) {
	problem := r.openProfile()
	r.region = r.value(Region, r.Region, func(p *profile) string { return p.RegionID })
	if !r.region.IsSet() {
		r.region = Value{Text: DefaultRegion, From: "the default, as no region is set"}
	}
	if r.profile != nil && r.profile.Mode == modeRamRoleArn {
		r.role = r.profile // With any source.
	}
	base, err := r.base(problem)
	if err != nil {
		return found{}, err
	}
	return r.assume(base)
}

// base finds the credentials that need no others: the first source that has some.
func (r *resolver) base(problem *Error) (found, *Error) {
	for _, source := range []func() (*found, *Error){
		r.keyPair,
		func() (*found, *Error) { return r.fromNamedProfile(problem) },
		r.fromURI,
		r.fromMetadata,
		r.fromOIDCBlock,
		r.fromOIDCProfile,
	} {
		switch f, err := source(); {
		case err != nil:
			return found{}, err
		case f != nil:
			return *f, nil
		}
	}
	if r.mistake != nil { // A source was selected and has nothing. One that was not selected must not replace it.
		return found{}, r.mistake
	}
	// Nothing is configured. From here on we go further than alicloud, which stops.
	for _, source := range []func() (*found, *Error){r.fromOIDCEnvironment, r.fromCurrentProfile} {
		switch f, err := source(); {
		case err != nil:
			return found{}, err
		case f != nil:
			return *f, nil
		}
	}
	return found{}, &Error{
		Attribute: AccessKey.Attribute,
		Summary:   summary.NoValidCredentials,
		Detail: "No source has credentials to sign requests with. Sources checked, in this order:\n\n" + r.trace.String() + "\n\n" +
			"Set one of these. The settings of the alicloud provider work here.",
	}
}

// value resolves one setting: the attribute, the environment, then the named profile.
func (r *resolver) value(s Setting, attribute *string, field func(*profile) string) Value {
	value := s.Lookup(attribute, r.Getenv)
	if !value.IsSet() && r.profile != nil {
		if text := field(r.profile); text != "" {
			return Value{Text: text, From: profileOrigin(r.profile)}
		}
	}
	return value
}

func profileOrigin(p *profile) string { return fromProfile + strconv.Quote(p.Name) }

// blame records a mistake: the first one is the error if no source has credentials, and all are warnings otherwise.
func (r *resolver) blame(err *Error) {
	if r.mistake == nil {
		r.mistake = err
	}
	r.warnings = append(r.warnings, err)
}
