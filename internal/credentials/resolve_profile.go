package credentials

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/summary"
)

// openProfile reads the named profile, if one is named.
func (r *resolver) openProfile() *Error {
	name := Profile.Lookup(r.Profile, r.Getenv)
	if name.Text == "" {
		return nil
	}
	r.named = name
	if variable := r.fileOptOut(); variable != "" {
		return &Error{
			Attribute: Profile.Attribute,
			Summary:   summary.UnusableProfile(name.Text),
			Detail: fmt.Sprintf("%s selects this profile, but the environment variable %s forbids reading profiles.\n\nUnset one of the two.",
				capital(name.From), variable),
		}
	}
	path, from, err := r.path()
	if err != nil {
		return r.fileError(path, from, err)
	}
	file, err := readConfigFile(path)
	if err != nil {
		return r.fileError(path, from, err)
	}
	p, err := file.profile(name.Text)
	if err != nil {
		return &Error{
			Attribute: Profile.Attribute,
			Summary:   summary.UnknownProfile(name.Text),
			Detail: fmt.Sprintf("%s selects this profile, but the file %s does not contain it: %s.\n\n"+
				"Name one of its profiles, or set %s to the file that has this profile.", capital(name.From), path, err, File.Attribute),
		}
	}
	if !slices.Contains(modes, p.Mode) {
		return r.profileError(file, p, unknownMode(p.Mode))
	}
	r.file, r.profile = file, p
	return nil
}

// path is where the configuration file is, and what says so if it is not the default.
func (r *resolver) path() (path string, from Value, err error) {
	from = File.Lookup(r.SharedCredentialsFile, r.Getenv)
	if from.Text == "" {
		from = Value{}
	}
	path, err = expand(or(from.Text, DefaultFile), r.Home)
	return path, from, err
}

// fromNamedProfile uses the profile that the configuration or the environment names, if its kind needs no other credentials.
func (r *resolver) fromNamedProfile(problem *Error) (*found, *Error) {
	switch {
	case problem != nil:
		r.trace.add("profile", "%s", problem.Summary)
		r.blame(problem)
		return nil, nil
	case r.profile == nil:
		r.trace.add("profile", "%s", emptiness(Profile, Value{}))
		return nil, nil
	}
	switch r.profile.Mode {
	case modeEcsRamRole, modeRamRoleArnWithRoleName, modeCredentialsURI, modeOIDC:
		if r.profile.Mode == modeCredentialsURI && r.profile.CredentialsURI == "" {
			r.blame(r.profileError(r.file, r.profile, errors.New("it has the mode CredentialsURI, but no credentials_uri")))
		}
		r.trace.add("profile", "%q has the mode %s: see below", r.profile.Name, r.profile.Mode)
		return nil, nil
	case modeAK, modeStsToken, modeRamRoleArn:
		r.trace.add("profile", "%q has the mode %s, but its access key is incomplete", r.profile.Name, r.profile.Mode)
		if r.mistake == nil { // Else it is the other half of this one.
			err := r.profileError(r.file, r.profile, fmt.Errorf("it has the mode %s, but not both access_key_id and access_key_secret", r.profile.Mode))
			if r.mistake = err; r.profile.Mode != modeRamRoleArn { // Its role may be all that is wanted of it.
				r.warnings = append(r.warnings, err)
			}
		}
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
		r.file, r.role = file, p
	}
	r.trace.add(name, "used: %q, of the mode %s", p.Name, p.Mode)
	return f, nil
}

// defaultProfile is the profile that the aliyun CLI uses when its file names no current one.
const defaultProfile = "default"

// fromCurrentProfile uses the current profile of the aliyun CLI.
func (r *resolver) fromCurrentProfile() (*found, *Error) {
	const name = "the current profile"
	if variable := r.fileOptOut(); variable != "" {
		r.trace.add(name, "not read: the environment variable %s forbids it", variable)
		return nil, nil
	}
	path, from, err := r.path()
	if err != nil {
		r.trace.add(name, "%s", err)
		return nil, nil
	}
	file, err := readConfigFile(path)
	if err != nil {
		r.trace.add(name+" of "+path, "%s", fileProblem(err))
		if from.IsSet() || !errors.Is(err, fs.ErrNotExist) {
			return nil, r.fileError(path, from, err)
		}
		return nil, nil
	}
	p, err := file.profile(or(file.Current, defaultProfile))
	if err != nil {
		r.trace.add(name+" of "+path, "%s", err)
		return nil, nil
	}
	if (p.Mode == modeAK || p.Mode == "") && p.AccessKeyID == "" && p.AccessKeySecret == "" { // As the CLI writes it before anything is set up.
		r.trace.add(name+" of "+path, "%q has no access key", p.Name)
		return nil, nil
	}
	r.current = p
	if !Region.Lookup(r.Region, r.Getenv).IsSet() && p.RegionID != "" {
		r.region = Value{Text: p.RegionID, From: profileOrigin(p)}
	}
	return r.use(name+" of "+path, file, p)
}
