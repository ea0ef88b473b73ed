package provider

import (
	"context"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/credentials"
)

// credentials selects the source of the credentials, and with it the region. If a part of the settings is known only after apply, it
// selects none: the selection depends on all of them.
func (r *resolver) credentials(ctx context.Context, s *settings, model providerModel, sts types.String, home string) {
	undecided := len(r.unknown)
	r.anyUnknown(map[string]attr.Value{
		credentials.AccessKey.Attribute:     model.AccessKey,
		credentials.SecretKey.Attribute:     model.SecretKey,
		credentials.SecurityToken.Attribute: model.SecurityToken,
		credentials.Profile.Attribute:       model.Profile,
		credentials.File.Attribute:          model.SharedCredentialsFile,
		credentials.URI.Attribute:           model.CredentialsURI,
		credentials.ECSRoleName.Attribute:   model.ECSRoleName,
	})
	in := credentials.Input{
		AccessKey:             known(model.AccessKey),
		SecretKey:             known(model.SecretKey),
		SecurityToken:         known(model.SecurityToken),
		Region:                known(model.Region),
		Profile:               known(model.Profile),
		SharedCredentialsFile: known(model.SharedCredentialsFile),
		CredentialsURI:        known(model.CredentialsURI),
		ECSRoleName:           known(model.ECSRoleName),
		AssumeRole:            r.assumeRole(ctx, model.AssumeRole),
		AssumeRoleWithOIDC:    r.assumeRoleWithOIDC(ctx, model.AssumeRoleWithOIDC),
		STSEndpoint:           known(sts),
		Getenv:                r.getenv,
		Home:                  home,
		OnWarning: func(source, problem string) {
			// A refresh belongs to no read: of this context, only the logger outlives the configuration.
			tflog.Warn(context.WithoutCancel(ctx), "Credentials problem; reads are not affected", map[string]any{"source": source, "problem": problem})
		},
	}
	if len(r.unknown) == undecided {
		resolved, err := credentials.Resolve(in)
		if err != nil {
			r.diags.Append(credentialsDiagnostic(err))
			return
		}
		for _, mistake := range resolved.Warnings {
			r.diags.AddAttributeWarning(attributePath(mistake.Attribute), mistake.Summary, mistake.Detail)
		}
		s.credentials, s.signedWith, s.trace, s.region = resolved.Source, resolved.About, resolved.Trace, resolved.Region
		s.regionForCredentials = resolved.NeedsRegion && !sts.IsUnknown()
		if resolved.UsesSTS { // Otherwise it is not used.
			r.isUnknown(credentials.STSEndpoint, sts)
		}
	}
	if !r.isUnknown(credentials.Region, model.Region) && model.Region.IsNull() && s.region.IsSet() {
		r.check(credentials.Region, s.region, checkRegion)
	}
}

// anyUnknown notes which of the values are known only after apply, in the order of their names.
func (r *resolver) anyUnknown(values map[string]attr.Value) {
	for _, name := range slices.Sorted(maps.Keys(values)) {
		r.isUnknown(credentials.Setting{Attribute: name}, values[name])
	}
}

func (r *resolver) assumeRole(ctx context.Context, list types.List) *credentials.AssumeRole {
	const name = "assume_role"
	var model assumeRoleModel
	if r.isUnknown(credentials.Setting{Attribute: name}, list) || !block(ctx, r, list, &model) || len(list.Elements()) == 0 {
		return nil
	}
	r.anyUnknown(map[string]attr.Value{
		name + ".role_arn":           model.RoleARN,
		name + ".session_name":       model.SessionName,
		name + ".session_expiration": model.SessionExpiration,
		name + ".policy":             model.Policy,
		name + ".external_id":        model.ExternalID,
	})
	return &credentials.AssumeRole{
		RoleARN:           model.RoleARN.ValueStringPointer(),
		SessionName:       model.SessionName.ValueStringPointer(),
		Policy:            model.Policy.ValueStringPointer(),
		ExternalID:        model.ExternalID.ValueStringPointer(),
		SessionExpiration: model.SessionExpiration.ValueInt64Pointer(),
	}
}

func (r *resolver) assumeRoleWithOIDC(ctx context.Context, list types.List) *credentials.AssumeRoleWithOIDC {
	const name = "assume_role_with_oidc"
	var model assumeRoleWithOIDCModel
	if r.isUnknown(credentials.Setting{Attribute: name}, list) || !block(ctx, r, list, &model) || len(list.Elements()) == 0 {
		return nil
	}
	r.anyUnknown(map[string]attr.Value{
		name + ".oidc_provider_arn":  model.OIDCProviderARN,
		name + ".role_arn":           model.RoleARN,
		name + ".oidc_token":         model.OIDCToken,
		name + ".oidc_token_file":    model.OIDCTokenFile,
		name + ".role_session_name":  model.RoleSessionName,
		name + ".session_expiration": model.SessionExpiration,
		name + ".policy":             model.Policy,
	})
	return &credentials.AssumeRoleWithOIDC{
		OIDCProviderARN:   model.OIDCProviderARN.ValueStringPointer(),
		RoleARN:           model.RoleARN.ValueStringPointer(),
		OIDCToken:         model.OIDCToken.ValueStringPointer(),
		OIDCTokenFile:     model.OIDCTokenFile.ValueStringPointer(),
		RoleSessionName:   model.RoleSessionName.ValueStringPointer(),
		Policy:            model.Policy.ValueStringPointer(),
		SessionExpiration: model.SessionExpiration.ValueInt64Pointer(),
	}
}
