package credentials

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"

	"github.com/aliyun/credentials-go/credentials/providers"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/summary"
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
	if err := malformed(ECSRoleName, value); err != nil {
		return nil, err
	}
	f, err := metadataSource(value.Text)
	if err == nil {
		f.place = value.place()
		if !value.IsSet() {
			f.place = fromProfile
		}
	} else {
		return nil, &Error{Attribute: ECSRoleName.Attribute, Summary: summary.UnusableECSRole, Detail: capital(err.Error()) + "."}
	}
	if byProfile && r.profile.Mode == modeRamRoleArnWithRoleName {
		r.role = r.profile
	}
	r.trace.add(ECSRoleName.Attribute, "used: the %s of the ECS instance", strings.TrimSpace("role "+value.Text))
	return f, nil
}

// metadataSource requests credentials from the metadata service of the ECS instance. An empty role name means the instance's own role.
func metadataSource(roleName string) (*found, error) {
	provider, err := newMetadataProvider(roleName, os.Getenv)
	if err != nil {
		return nil, err
	}
	return &found{
		provider: &instanceRole{provider, roleName},
		about:    "the ECS metadata service, role " + or(roleName, "of the instance"),
		hint:     "Check that this is an ECS instance, and that the RAM role is attached to it.",
	}, nil
}

// metadataHost is the address of the metadata service in each ECS instance.
const metadataHost = "100.100.100.200"

// instanceRole wraps the source of an instance's role. Its errors explain an instance without such a role, and the rejection of a proxy.
type instanceRole struct {
	providers.CredentialsProvider

	name string
}

// GetCredentials implements providers.CredentialsProvider.
func (i *instanceRole) GetCredentials() (*providers.Credentials, error) {
	c, err := i.CredentialsProvider.GetCredentials()
	if err == nil || errors.Is(err, errIncomplete) { // No proxy sends that.
		return c, err
	}
	at := &serviceError{service: serviceMetadata, err: err, proxy: proxyTo("http://" + metadataHost)}
	var refused *rejection
	if errors.As(at, &refused) && refused.status == http.StatusNotFound {
		at.err = errors.New("the ECS instance has no RAM role")
		if i.name != "" {
			at.err = fmt.Errorf("the ECS instance has no RAM role %q", i.name)
		}
	}
	return nil, at
}
