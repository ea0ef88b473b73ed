package credentials

import (
	"fmt"
	"slices"

	"github.com/aliyun/credentials-go/credentials/providers"
)

// Resolved is where credentials come from.
type Resolved struct {
	// Source gives them.
	Source Source
	// Region is the region: from the attribute, the environment, the profile, or the default.
	Region Value
	// Trace says which sources were looked at.
	Trace Trace
}

// resolver goes through the sources in their order.
type resolver struct {
	Input
	region Value
	scrub  *scrubber
	trace  Trace

	file    *configFile // the file that the named profile stands in
	profile *profile    // the named profile, or nil
	role    *profile    // the profile whose role is to be assumed on top, or nil

	// A mistake in a source that stands before others is an error only when none of those serves.
	mistake *Error
}

// found is a source that serves.
type found struct {
	provider providers.CredentialsProvider
	about    string
}

// Resolve decides where credentials come from. It reads the configuration file when that is looked at, and makes no
// request. Its error is always an *Error.
func Resolve(in Input) (*Resolved, error) {
	r := &resolver{Input: in, scrub: &scrubber{}}
	problem := r.openProfile()
	r.region = r.value(Region, in.Region, func(p *profile) string { return p.RegionID })
	if !r.region.IsSet() {
		r.region = Value{Text: DefaultRegion, From: "the default, because neither " + Region.Places() + " is set"}
	}
	base, err := r.base(problem)
	if err == nil {
		base, err = r.assume(base)
	}
	if err != nil {
		return nil, err
	}
	s := &session{provider: base.provider, about: base.about, scrub: r.scrub}
	return &Resolved{Source: s.get, Region: r.region, Trace: r.trace}, nil
}

// base finds the credentials that stand by themselves: the first source that serves.
func (r *resolver) base(problem *Error) (found, *Error) {
	for _, source := range []func() (*found, *Error){
		r.keyPair,
		func() (*found, *Error) { return r.fromNamedProfile(problem) },
		r.fromURI,
		r.fromMetadata,
		r.fromOIDCBlock,
	} {
		switch f, err := source(); {
		case err != nil:
			return found{}, err
		case f != nil:
			return *f, nil
		}
	}
	if r.mistake != nil {
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
		Summary:   "No valid Alibaba Cloud credentials",
		Detail: "Requests are signed with credentials, and none were found. Looked, in this order, at:\n\n" + r.trace.String() + "\n\n" +
			"Set one of these. The names are those of the alicloud provider, so what that one is given works here too.",
	}
}

// keyPair takes an access key and its secret, each from wherever it is.
func (r *resolver) keyPair() (*found, *Error) {
	const name = "access_key and secret_key"
	withKey := []string{modeAK, modeStsToken, modeRamRoleArn}
	of := func(modes []string, field func(*profile) string) func(*profile) string {
		return func(p *profile) string {
			if !slices.Contains(modes, p.Mode) {
				return ""
			}
			return field(p)
		}
	}
	key := r.value(AccessKey, r.AccessKey, of(withKey, func(p *profile) string { return p.AccessKeyID }))
	secret := r.value(SecretKey, r.SecretKey, of(withKey, func(p *profile) string { return p.AccessKeySecret }))
	token := r.value(SecurityToken, r.SecurityToken, of([]string{modeStsToken}, func(p *profile) string { return p.StsToken }))
	r.scrub.learn(secret.Text, token.Text)
	switch {
	case key.Text == "" && secret.Text == "":
		r.trace.add(name, "%s; %s", emptiness(AccessKey, key), emptiness(SecretKey, secret))
		return nil, nil
	case secret.Text == "":
		r.trace.add(name, "access_key is set, by %s, but secret_key is not", key.From)
		r.blame(half(SecretKey, secret, AccessKey, key))
		return nil, nil
	case key.Text == "":
		r.trace.add(name, "secret_key is set, by %s, but access_key is not", secret.From)
		r.blame(half(AccessKey, key, SecretKey, secret))
		return nil, nil
	}
	for _, given := range []struct {
		setting Setting
		value   Value
	}{{AccessKey, key}, {SecretKey, secret}, {SecurityToken, token}} {
		if err := malformed(given.setting, given.value); err != nil {
			return nil, err
		}
	}
	provider, err := static(key.Text, secret.Text, token.Text)
	if err != nil {
		return nil, &Error{Attribute: AccessKey.Attribute, Summary: "Unusable credentials", Detail: err.Error()}
	}
	r.trace.add(name, "used: the access key %s, from %s", lastFour(key.Text), key.From)
	if r.profile != nil && r.profile.Mode == modeRamRoleArn {
		r.role = r.profile
	}
	return &found{provider, "the access key " + lastFour(key.Text)}, nil
}

// fromNamedProfile takes the profile that the configuration or the environment names, if it is of a kind that stands by itself.
func (r *resolver) fromNamedProfile(problem *Error) (*found, *Error) {
	switch {
	case problem != nil:
		r.trace.add("profile", "%s", problem.Detail)
		r.blame(problem)
		return nil, nil
	case r.profile == nil:
		r.trace.add("profile", "%s", emptiness(Profile, Value{}))
		return nil, nil
	}
	switch r.profile.Mode {
	case modeEcsRamRole, modeRamRoleArnWithRoleName, modeCredentialsURI:
		r.trace.add("profile", "%q has the mode %s: looked at below", r.profile.Name, r.profile.Mode)
		return nil, nil
	case modeAK, modeStsToken, modeRamRoleArn:
		r.trace.add("profile", "%q has the mode %s, and its key pair is not complete", r.profile.Name, r.profile.Mode)
		r.blame(r.profileError(r.file, r.profile, fmt.Errorf("it has the mode %s and not both of access_key_id and access_key_secret", r.profile.Mode)))
		return nil, nil
	}
	return r.use("profile", r.file, r.profile)
}

// use builds the source that a profile describes.
func (r *resolver) use(name string, file *configFile, p *profile) (*found, *Error) {
	f, err := r.build(file, p)
	if err != nil {
		return nil, r.profileError(file, p, err)
	}
	if p.Mode == modeRamRoleArn || p.Mode == modeRamRoleArnWithRoleName {
		r.role = p
	}
	r.trace.add(name, "used: %q, of the mode %s", p.Name, p.Mode)
	return f, nil
}

func (r *resolver) fromURI() (*found, *Error) {
	value := r.value(URI, r.CredentialsURI, func(p *profile) string {
		if p.Mode != modeCredentialsURI {
			return ""
		}
		return p.CredentialsURI
	})
	if value.Text == "" {
		r.trace.add(URI.Attribute, "%s", emptiness(URI, value))
		return nil, nil
	}
	f, err := fromURI(value.Text)
	if err != nil {
		return nil, &Error{
			Attribute: URI.Attribute,
			Summary:   "Malformed credentials_uri",
			Detail:    fmt.Sprintf("The value of %s %s.", value.From, err),
		}
	}
	r.trace.add(URI.Attribute, "used, from %s", value.From)
	return f, nil
}

func (r *resolver) fromMetadata() (*found, *Error) {
	value := r.value(ECSRoleName, r.ECSRoleName, func(p *profile) string {
		if p.Mode != modeEcsRamRole && p.Mode != modeRamRoleArnWithRoleName {
			return ""
		}
		return p.RamRoleName
	})
	byProfile := r.profile != nil && (r.profile.Mode == modeEcsRamRole || r.profile.Mode == modeRamRoleArnWithRoleName)
	if value.Text == "" && !byProfile {
		r.trace.add(ECSRoleName.Attribute, "%s", emptiness(ECSRoleName, value))
		return nil, nil
	}
	f, err := fromMetadata(value.Text)
	if err != nil {
		return nil, &Error{Attribute: ECSRoleName.Attribute, Summary: "The ECS RAM role cannot be used", Detail: err.Error()}
	}
	if byProfile && r.profile.Mode == modeRamRoleArnWithRoleName {
		r.role = r.profile
	}
	r.trace.add(ECSRoleName.Attribute, "used: the role of the ECS instance")
	return f, nil
}

// fromCurrentProfile takes the profile that the aliyun CLI uses when it is told nothing.
func (r *resolver) fromCurrentProfile() (*found, *Error) {
	const name = "the current profile"
	path, from, err := r.path()
	if err != nil {
		r.trace.add(name, "%s", err)
		return nil, nil
	}
	file, err := readConfigFile(path)
	if err != nil {
		r.trace.add(name+" of "+path, "%s", fileProblem(err))
		if from.IsSet() || fileProblem(err) != "there is no such file" {
			return nil, fileError(path, from, err)
		}
		return nil, nil
	}
	if file.Current == "" {
		r.trace.add(name+" of "+path, "it names no current profile")
		return nil, nil
	}
	p, err := file.profile(file.Current)
	if err != nil {
		r.trace.add(name+" of "+path, "%s", err)
		return nil, nil
	}
	if p.Mode == modeAK && p.AccessKeyID == "" && p.AccessKeySecret == "" { // As the CLI writes it before anything is set up.
		r.trace.add(name+" of "+path, "%q has no access key", p.Name)
		return nil, nil
	}
	if from := r.Input.Region; from == nil && Region.Lookup(nil, r.Getenv).Text == "" && p.RegionID != "" {
		r.region = Value{Text: p.RegionID, From: profileOrigin(p)}
	}
	return r.use(name+" of "+path, file, p)
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

func profileOrigin(p *profile) string { return fmt.Sprintf("the profile %q", p.Name) }

// blame keeps the first mistake.
func (r *resolver) blame(err *Error) {
	if r.mistake == nil {
		r.mistake = err
	}
}

// openProfile reads the named profile, if one is named.
func (r *resolver) openProfile() *Error {
	name := Profile.Lookup(r.Profile, r.Getenv)
	if name.Text == "" {
		return nil
	}
	path, from, err := r.path()
	if err != nil {
		return fileError(path, from, err)
	}
	file, err := readConfigFile(path)
	if err != nil {
		return fileError(path, from, err)
	}
	p, err := file.profile(name.Text)
	if err != nil {
		return &Error{
			Attribute: Profile.Attribute,
			Summary:   fmt.Sprintf("Unknown profile %q", name.Text),
			Detail:    fmt.Sprintf("%s names it, and the file %s was looked at: %s.", capital(name.From), path, err),
		}
	}
	if !slices.Contains(modes, p.Mode) {
		return r.profileError(file, p, fmt.Errorf("it has the mode %q, which is not known", p.Mode))
	}
	r.file, r.profile = file, p
	return nil
}

// path is where the configuration file is, and what says so if it is not the default.
func (r *resolver) path() (path string, from Value, err error) {
	from = File.Lookup(r.SharedCredentialsFile, r.Getenv)
	if from.Text == "" {
		from = Value{}
		path, err = expand(DefaultFile, r.Home)
		return path, from, err
	}
	path, err = expand(from.Text, r.Home)
	return path, from, err
}
