package provider

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/credentials"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/endpoint"
)

// providerModel is the provider block. Its blocks are lists, not slices: a dynamic block makes the whole of one unknown.
type providerModel struct {
	AccessKey             types.String `tfsdk:"access_key"`
	SecretKey             types.String `tfsdk:"secret_key"`
	SecurityToken         types.String `tfsdk:"security_token"`
	Region                types.String `tfsdk:"region"`
	Profile               types.String `tfsdk:"profile"`
	SharedCredentialsFile types.String `tfsdk:"shared_credentials_file"`
	CredentialsURI        types.String `tfsdk:"credentials_uri"`
	ECSRoleName           types.String `tfsdk:"ecs_role_name"`
	AssumeRole            types.List   `tfsdk:"assume_role"`
	AssumeRoleWithOIDC    types.List   `tfsdk:"assume_role_with_oidc"`

	Protocol             types.String `tfsdk:"protocol"`
	ClientReadTimeout    types.Int64  `tfsdk:"client_read_timeout"`
	ClientConnectTimeout types.Int64  `tfsdk:"client_connect_timeout"`
	MaxRetryTimeout      types.Int64  `tfsdk:"max_retry_timeout"`
	ConfigurationSource  types.String `tfsdk:"configuration_source"`
	SourceIP             types.String `tfsdk:"source_ip"`
	SecureTransport      types.String `tfsdk:"secure_transport"`
	SecurityTransport    types.String `tfsdk:"security_transport"`
	Endpoints            types.List   `tfsdk:"endpoints"`

	// These are in many alicloud blocks that users copy, and have no effect here.
	SkipRegionValidation types.Bool   `tfsdk:"skip_region_validation"`
	AccountID            types.String `tfsdk:"account_id"`
	AccountType          types.String `tfsdk:"account_type"`
}

// assumeRoleModel is the block assume_role.
type assumeRoleModel struct {
	RoleARN           types.String `tfsdk:"role_arn"`
	SessionName       types.String `tfsdk:"session_name"`
	SessionExpiration types.Int64  `tfsdk:"session_expiration"`
	Policy            types.String `tfsdk:"policy"`
	ExternalID        types.String `tfsdk:"external_id"`
}

// assumeRoleWithOIDCModel is the block assume_role_with_oidc.
type assumeRoleWithOIDCModel struct {
	OIDCProviderARN   types.String `tfsdk:"oidc_provider_arn"`
	RoleARN           types.String `tfsdk:"role_arn"`
	OIDCToken         types.String `tfsdk:"oidc_token"`
	OIDCTokenFile     types.String `tfsdk:"oidc_token_file"`
	RoleSessionName   types.String `tfsdk:"role_session_name"`
	SessionExpiration types.Int64  `tfsdk:"session_expiration"`
	Policy            types.String `tfsdk:"policy"`
}

// endpointsModel is the block endpoints.
type endpointsModel struct {
	CS  types.String `tfsdk:"cs"`
	STS types.String `tfsdk:"sts"`
}

// providerSchema is the provider block's schema.
func providerSchema() schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Reads the upgrade status of Alibaba Cloud ACK (Container Service for Kubernetes) clusters, waits for upgrades, and gates on them. " +
			"Every setting has the same name, environment variables and precedence as in the official `alicloud` provider: " +
			"the attribute if it is set, otherwise the first of its environment variables that is not empty, otherwise the field of the profile. " +
			"An empty string or 0 in an attribute means no value, and the environment variables are not used: the field of the profile applies, then the default. " +
			"Leading and trailing white space is removed from values.",
		Attributes: map[string]schema.Attribute{
			"access_key": text("The access key ID.", credentials.AccessKey),
			"secret_key": schema.StringAttribute{
				Optional:            true,
				Sensitive:           true,
				MarkdownDescription: "The secret of the access key. It signs requests. It is never sent. " + environment(credentials.SecretKey),
			},
			"security_token": schema.StringAttribute{
				Optional:            true,
				Sensitive:           true,
				MarkdownDescription: "The security token of temporary (STS) credentials. Default: none. " + environment(credentials.SecurityToken),
			},
			"region": text("The ID of the region, such as `cn-hangzhou`, for every data source and ephemeral resource that sets no `region`. "+
				"Default: the region of the profile, otherwise `"+credentials.DefaultRegion+"`.", credentials.Region, setting(regionRule, checkRegion)),
			"profile": text("The name of a profile in the configuration file of the aliyun CLI, of any mode except `RsaKeyPair`. Default: none. "+
				"If no credentials are configured, the provider uses the current profile of the file.", credentials.Profile),
			"shared_credentials_file": text("The configuration file of the aliyun CLI, in JSON. A leading `~` is replaced with the home folder. "+
				"Default: `"+credentials.DefaultFile+"`.", credentials.File),
			"credentials_uri": text("A URL that returns credentials in JSON. Default: none.", credentials.URI),
			"ecs_role_name": text("The RAM role of the ECS instance that Terraform runs on. The metadata service provides its credentials. "+
				"Default: none. The provider sends requests to the metadata service only if this is set, or if a profile uses it (`EcsRamRole`, `RamRoleArnWithRoleName`, or a chain "+
				"that ends in one of them).", credentials.ECSRoleName),
			"protocol": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "The protocol of the ACK API: `HTTPS`, or `HTTP` for an endpoint without HTTPS, such as a simulator. " +
					"Default: `HTTPS`.",
				Validators: []validator.String{setting(protocolRule, checkProtocol)},
			},
			"client_read_timeout": schema.Int64Attribute{
				Optional: true,
				MarkdownDescription: "The maximum time to wait for a response, in milliseconds, 1 to 3600000. 0 means the default: `60000`. " +
					environment(settingReadTimeout),
				Validators: []validator.Int64{numberCheck{1, maxTimeoutMilliseconds}},
			},
			"client_connect_timeout": schema.Int64Attribute{
				Optional: true,
				MarkdownDescription: "The maximum time to connect, in milliseconds, 1 to 3600000. 0 means the default: `60000`. " +
					environment(settingConnectTimeout),
				Validators: []validator.Int64{numberCheck{1, maxTimeoutMilliseconds}},
			},
			"max_retry_timeout": schema.Int64Attribute{
				Optional: true,
				MarkdownDescription: fmt.Sprintf("The maximum time to retry after a transient error, in seconds, 1 to 86400. "+
					"0 means the default: `%d`. After that time, a wait continues with its next poll. ", int(defaultRetryTimeout.Seconds())) +
					environment(settingMaxRetryTimeout),
				Validators: []validator.Int64{numberCheck{1, maxRetrySeconds}},
			},
			"configuration_source": text("A text that is appended to the user agent of every request, to distinguish configurations or modules in "+
				"the audit log (ActionTrail): at most 1024 printable ASCII characters. If the environment variable is set too, both are appended. Default: none.", settingConfigurationSource, setting(configurationSourceRule, checkConfigurationSource)),
			"source_ip": text("The source IP address of requests, sent in the signed header `x-acs-source-ip`, for RAM policies that "+
				"require one. Default: none.", settingSourceIP, setting(sourceIPRule, checkSourceIP)),
			"secure_transport": text("Whether requests use a secure transport, `true` or `false`, sent in the signed header "+
				"`x-acs-secure-transport`, for RAM policies that require it. Default: none.", settingSecureTransport, setting(secureTransportRule, checkSecureTransport)),
			"security_transport": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "The older name of `secure_transport`. If both are set, `secure_transport` applies.",
				Validators:          []validator.String{setting(secureTransportRule, checkSecureTransport)},
			},
			"skip_region_validation": schema.BoolAttribute{
				Optional:            true,
				MarkdownDescription: ignoredDescription + " The provider never checks the region against a list.",
			},
			"account_id":   schema.StringAttribute{Optional: true, MarkdownDescription: ignoredDescription},
			"account_type": schema.StringAttribute{Optional: true, MarkdownDescription: ignoredDescription},
		},
		// List blocks, not set blocks as in alicloud: a validator's error inside a set block prints the whole block, secrets too.
		Blocks: map[string]schema.Block{
			"assume_role":           assumeRoleBlock(),
			"assume_role_with_oidc": assumeRoleWithOIDCBlock(),
			"endpoints":             endpointsBlock(),
		},
	}
}

const ignoredDescription = "Accepted for compatibility with `alicloud` blocks, and ignored."

func assumeRoleBlock() schema.Block {
	return schema.ListNestedBlock{
		MarkdownDescription: "A RAM role to assume with the other credentials. It replaces the role of a profile of the mode `RamRoleArn` or " +
			"`RamRoleArnWithRoleName`. At most one block. " +
			"Its environment variables apply only if the block is present.",
		Validators: []validator.List{listvalidator.SizeAtMost(1)},
		NestedObject: schema.NestedBlockObject{
			Attributes: map[string]schema.Attribute{
				"role_arn": text("The ARN of the role, `acs:ram::<account>:role/<name>`. Required here, in the environment or in the profile. "+
					"With an empty string, no role is assumed.", credentials.RoleARN),
				"session_name": text("The name of the session in the audit log (ActionTrail). Default: `"+credentials.DefaultSessionName+"`.",
					credentials.RoleSessionName),
				"session_expiration": schema.Int64Attribute{
					Optional: true,
					MarkdownDescription: sessionExpirationDescription + ": the `expired_seconds` of the profile, otherwise `3600`. " +
						environment(credentials.RoleSessionExpiration),
					Validators: []validator.Int64{sessionExpirationValidator()},
				},
				"policy": schema.StringAttribute{
					Optional:            true,
					MarkdownDescription: "A RAM policy, in JSON, that restricts the permissions of the session. Default: none.",
				},
				"external_id": schema.StringAttribute{
					Optional:            true,
					MarkdownDescription: "The external ID that the trust policy of the role requires. Default: none.",
				},
			},
		},
	}
}

func assumeRoleWithOIDCBlock() schema.Block {
	return schema.ListNestedBlock{
		MarkdownDescription: "A RAM role to assume with a token of an OIDC identity provider. At most one block. " +
			"Its environment variables apply only if the block is present.",
		Validators: []validator.List{listvalidator.SizeAtMost(1)},
		NestedObject: schema.NestedBlockObject{
			Attributes: map[string]schema.Attribute{
				"oidc_provider_arn": text("The ARN of the identity provider. Required here or in the environment.", credentials.OIDCProviderARN),
				"role_arn": text("The ARN of the role. Required here or in the environment. With an empty string, the block is ignored.",
					credentials.OIDCRoleARN),
				"oidc_token": schema.StringAttribute{
					Optional:  true,
					Sensitive: true,
					MarkdownDescription: "The token, 4 to 20000 characters. It overrides `oidc_token_file`. One of the two is required. " +
						environment(credentials.OIDCToken),
				},
				"oidc_token_file": text("A file with the token. The file is read again for each refresh of the session.", credentials.OIDCTokenFile),
				"role_session_name": text("The name of the session in the audit log (ActionTrail). Default: `"+credentials.DefaultSessionName+"`.",
					credentials.OIDCSessionName),
				"session_expiration": schema.Int64Attribute{
					Optional:            true,
					MarkdownDescription: sessionExpirationDescription + ": `3600`.",
					Validators:          []validator.Int64{sessionExpirationValidator()},
				},
				"policy": schema.StringAttribute{
					Optional:            true,
					MarkdownDescription: "A RAM policy, in JSON, that restricts the permissions of the session. Default: none.",
				},
			},
		},
	}
}

const sessionExpirationDescription = "The duration of a session, in seconds, 900 to 43200. The session is refreshed before it ends. 0 means the default"

func sessionExpirationValidator() validator.Int64 {
	return numberCheck{credentials.MinSessionExpiration, credentials.MaxSessionExpiration}
}

func endpointsBlock() schema.Block {
	return schema.ListNestedBlock{
		MarkdownDescription: "Endpoints that replace the public ones. At most one block.",
		Validators:          []validator.List{listvalidator.SizeAtMost(1)},
		NestedObject: schema.NestedBlockObject{
			Attributes: map[string]schema.Attribute{
				"cs": text("The host, or host and port, of the Container Service (CS) API, without a scheme. `{region}` is replaced with the region "+
					"of the cluster. Without `{region}`, the endpoint is used for every region. "+
					"Set it for a VPC endpoint such as `cs-vpc.{region}.aliyuncs.com`, for a region of finance or government with another host, or for a simulator. "+
					"Default: `cs.<region>.aliyuncs.com`.", settingEndpointCS, setting(endpoint.Rule, endpoint.Check)),
				"sts": text("The host, or host and port, of the Security Token Service (STS), without a scheme. The provider assumes roles there, "+
					"always over HTTPS. `{region}` is replaced with the region of the provider. Default: the `sts_endpoint` of the profile, otherwise `sts.<region>.aliyuncs.com`.",
					credentials.STSEndpoint, setting(endpoint.Rule, endpoint.Check)),
			},
		},
	}
}

// text is an optional attribute whose description ends with its environment variables.
func text(description string, from credentials.Setting, validators ...validator.String) schema.StringAttribute {
	return schema.StringAttribute{
		Optional:            true,
		MarkdownDescription: description + " " + environment(from),
		Validators:          validators,
	}
}
