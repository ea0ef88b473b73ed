package gateway

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/document"
)

// Forbidden denies an operation to all clients, or to a key, or for a cluster, as a RAM policy does. The request has passed all
// checks of the gateway before: ACK rejects it, whether the cluster exists or not.
type Forbidden struct {
	// Operation is the operation's name.
	Operation string
	// Cluster is the cluster that it is forbidden for; empty means all.
	Cluster string
	// AccessKey is the id of the key that it is forbidden to; empty means all.
	AccessKey string
	// Code is that of the rejection; Forbidden.RAM if empty.
	Code string
}

// ForbiddenFields returns the fields of what is forbidden: one of these operations.
func ForbiddenFields(operations []string) []document.Field[Forbidden] {
	return []document.Field[Forbidden]{
		document.Value("operation", "its name", document.Word(operations...), func(f *Forbidden) *string { return &f.Operation }).Required(),
		document.Value("cluster", "for which cluster; without it, for all", document.Text, func(f *Forbidden) *string { return &f.Cluster }),
		document.Value("access_key", "to which key, by its id; without it, to all", document.Text, func(f *Forbidden) *string { return &f.AccessKey }),
		document.Value("code", "of the rejection (Forbidden.RAM)", document.Text, func(f *Forbidden) *string { return &f.Code }),
	}
}

// Known says which operations, clusters and keys there are.
type Known struct {
	Operations   []string
	Cluster, Key func(id string) bool
}

// CheckForbidden reports the first thing that is wrong with what is forbidden. Its errors name the field that holds it.
func CheckForbidden(field string, all []Forbidden, known Known) error {
	for i, f := range all {
		at := fmt.Sprintf("%s[%d]", field, i)
		switch {
		case !slices.Contains(known.Operations, f.Operation):
			return document.Errorf(at+".operation", "%q is not an operation of the simulator: use %s", f.Operation, document.List(known.Operations))
		case f.Cluster != "" && !known.Cluster(f.Cluster):
			return document.Errorf(at+".cluster", "there is no cluster %q: give the id of one, or leave it out to mean all", f.Cluster)
		case f.AccessKey != "" && !known.Key(f.AccessKey):
			return document.Errorf(at+".access_key", "there is no key %q: give the id of one, or leave it out to mean all", f.AccessKey)
		}
	}
	return nil
}

// Reject returns ACK's rejection of a request whose RAM action is the given one, if it is one of those that are forbidden.
func (f Forbidden) Reject(claim Claim, action string) *Rejection {
	if f.Operation != claim.Operation || f.Cluster != "" && f.Cluster != claim.ClusterID ||
		f.AccessKey != "" && f.AccessKey != claim.AccessKeyID {
		return nil
	}
	principal := "SubUser"
	if strings.Contains(claim.Identity, ":role/") {
		principal = "AssumedRoleUser"
	}
	return &Rejection{
		Status: http.StatusForbidden, Code: cmp.Or(f.Code, "Forbidden.RAM"), ByACK: true,
		Message: "User not authorized to operate on the specified resource, or this API doesn't support RAM.",
		Detail: map[string]string{
			"AuthAction": action, "AuthPrincipalDisplayName": claim.Identity, "AuthPrincipalType": principal,
			"NoPermissionType": "ImplicitDeny", "PolicyType": "AccountLevelIdentityBasedPolicy",
		},
	}
}
