package credentials

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/aliyun/credentials-go/credentials/providers"
)

// fromMetadata takes ecs_role_name, or a profile of a mode that needs the ECS instance's role.
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
	f, err := metadataSource(value.Text)
	if err != nil {
		return nil, &Error{Attribute: ECSRoleName.Attribute, Summary: "The ECS RAM role cannot be used", Detail: capital(err.Error()) + "."}
	}
	if byProfile && r.profile.Mode == modeRamRoleArnWithRoleName {
		r.role = r.profile
	}
	r.trace.add(ECSRoleName.Attribute, "used: the %s of the ECS instance", strings.TrimSpace("role "+value.Text))
	return f, nil
}

// metadataSource asks the metadata service of the ECS instance. An empty role name means the instance's own role.
func metadataSource(roleName string) (*found, error) {
	builder := providers.NewECSRAMRoleCredentialsProviderBuilder().
		WithRoleName(roleName).
		// The library's own, 1 s each, are short for an instance under load, and a metadata service that hangs is rare.
		WithHttpOptions(&providers.HttpOptions{ConnectTimeout: 2000, ReadTimeout: 5000})
	provider, err := builder.Build()
	if err != nil { // The only reason that it has.
		return nil, errors.New("the environment variable ALIBABA_CLOUD_ECS_METADATA_DISABLED forbids asking the metadata service")
	}
	// Build puts the role of a variable in the place of an empty one, against our order. The builder still holds what it built.
	builder.WithRoleName(roleName)
	return &found{
		provider: &instanceRole{provider, roleName},
		about:    "the ECS metadata service, role " + or(roleName, "of the instance"),
		hint:     "Check that this is an ECS instance, and that the RAM role is attached to it.",
	}, nil
}

// noSuchRole is what the library says when the metadata service answers 404.
var noSuchRole = regexp.MustCompile(`^(?:refresh Ecs sts token err, httpStatus: |get role name failed: GET \S+ )404\b`)

// instanceRole is the library's source, with words for an instance that has no such role.
type instanceRole struct {
	providers.CredentialsProvider

	name string
}

// GetCredentials implements providers.CredentialsProvider.
func (i *instanceRole) GetCredentials() (*providers.Credentials, error) {
	c, err := i.CredentialsProvider.GetCredentials()
	switch {
	case err == nil || !noSuchRole.MatchString(err.Error()):
		return c, err
	case i.name == "":
		return nil, errors.New("the ECS instance has no RAM role")
	default:
		return nil, fmt.Errorf("the ECS instance has no RAM role %q", i.name)
	}
}
