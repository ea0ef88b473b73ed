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

	// These stand in every copied alicloud block, and have nothing to decide here.
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
		MarkdownDescription: "Sees, waits for and gates on upgrades of Alibaba Cloud ACK (Container Service for Kubernetes) clusters. " +
			"Every setting has the name, the environment variables and the precedence that it has in the official `alicloud` provider: " +
			"the attribute when it is set, else the first of its environment variables that is not empty, else the field of the profile. " +
			"An attribute that is an empty string, or 0, gives no value and keeps the environment out: the profile's field counts, and then the default. " +
			"White space at the ends of a value is dropped.",
		Attributes: map[string]schema.Attribute{
			"access_key": text("The access key id.", credentials.AccessKey),
			"secret_key": schema.StringAttribute{
				Optional:            true,
				Sensitive:           true,
				MarkdownDescription: "The secret of the access key. It signs requests and is never sent. " + environment(credentials.SecretKey),
			},
			"security_token": schema.StringAttribute{
				Optional:            true,
				Sensitive:           true,
				MarkdownDescription: "The security token of temporary (STS) credentials. Default: none. " + environment(credentials.SecurityToken),
			},
			"region": text("The id of the region to ask, such as `cn-hangzhou`, for every cluster that names no region of its own. "+
				"Default: the profile's, else `"+credentials.DefaultRegion+"`.", credentials.Region, setting(regionRule, checkRegion)),
			"profile": text("The name of a profile in the aliyun CLI's configuration file, of any mode that the CLI knows but `RsaKeyPair`. Default: none; "+
				"but where no credentials are configured at all, the file's current profile.", credentials.Profile),
			"shared_credentials_file": text("The aliyun CLI's configuration file, in JSON. A `~` at the beginning is the home folder. "+
				"Default: `"+credentials.DefaultFile+"`.", credentials.File),
			"credentials_uri": text("A URL that answers with credentials in JSON. Default: none.", credentials.URI),
			"ecs_role_name": text("The RAM role of the ECS instance that this runs on, whose credentials the metadata service gives. "+
				"Default: none. The metadata service is asked only when this is set, or a profile names it (`EcsRamRole`, `RamRoleArnWithRoleName`, or a chain "+
				"that ends in one of them).", credentials.ECSRoleName),
			"protocol": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "How to talk to the ACK API: `HTTPS`, or `HTTP` for an endpoint that speaks nothing else, such as a simulator. " +
					"Default: `HTTPS`.",
				Validators: []validator.String{setting(protocolRule, checkProtocol)},
			},
			"client_read_timeout": schema.Int64Attribute{
				Optional: true,
				MarkdownDescription: "How long one request may wait for its answer, in milliseconds, 1 to 3600000. 0 stands for the default: `60000`. " +
					environment(settingReadTimeout),
				Validators: []validator.Int64{numberCheck{1, maxTimeoutMilliseconds}},
			},
			"client_connect_timeout": schema.Int64Attribute{
				Optional: true,
				MarkdownDescription: "How long connecting may take, in milliseconds, 1 to 3600000. 0 stands for the default: `60000`. " +
					environment(settingConnectTimeout),
				Validators: []validator.Int64{numberCheck{1, maxTimeoutMilliseconds}},
			},
			"max_retry_timeout": schema.Int64Attribute{
				Optional: true,
				MarkdownDescription: fmt.Sprintf("How long one request is retried after a transient error, in seconds, 1 to 86400. "+
					"0 stands for the default: `%d`. A wait goes on after that, at its next poll. ", int(defaultRetryTimeout.Seconds())) +
					environment(settingMaxRetryTimeout),
				Validators: []validator.Int64{numberCheck{1, maxRetrySeconds}},
			},
			"configuration_source": text("A note that is appended to the user agent of every request, to tell configurations or modules apart in "+
				"the cloud's audit log; at most 1024 printable ASCII characters. When the environment variable is set too, both are appended. Default: none.", settingConfigurationSource, setting(configurationSourceRule, checkConfigurationSource)),
			"source_ip": text("The IP address that requests are said to come from, in the signed header `x-acs-source-ip`, for RAM policies that "+
				"require one. Default: none.", settingSourceIP, setting(sourceIPRule, checkSourceIP)),
			"secure_transport": text("Whether requests are said to come over a secure transport, `true` or `false`, in the signed header "+
				"`x-acs-secure-transport`, for RAM policies that require it. Default: none.", settingSecureTransport, setting(secureTransportRule, checkSecureTransport)),
			"security_transport": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "The older name of `secure_transport`, which counts first.",
				Validators:          []validator.String{setting(secureTransportRule, checkSecureTransport)},
			},
			"skip_region_validation": schema.BoolAttribute{
				Optional:            true,
				MarkdownDescription: ignoredDescription + " The region is never checked against a list.",
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

const ignoredDescription = "Accepted, because it stands in many `alicloud` blocks, and ignored."

func assumeRoleBlock() schema.Block {
	return schema.ListNestedBlock{
		MarkdownDescription: "A RAM role to assume with the credentials that were found, in place of the role of a profile of the mode `RamRoleArn` or " +
			"`RamRoleArnWithRoleName`. At most one block. " +
			"Its environment variables count only when the block is there.",
		Validators: []validator.List{listvalidator.SizeAtMost(1)},
		NestedObject: schema.NestedBlockObject{
			Attributes: map[string]schema.Attribute{
				"role_arn": text("The ARN of the role, `acs:ram::<account>:role/<name>`. Needed here, in the environment or in the profile. "+
					"With an empty string, the block assumes no role.", credentials.RoleARN),
				"session_name": text("What the session is called in the cloud's audit log. Default: `"+credentials.DefaultSessionName+"`.",
					credentials.RoleSessionName),
				"session_expiration": schema.Int64Attribute{
					Optional: true,
					MarkdownDescription: sessionExpirationDescription + ": the profile's `expired_seconds`, else `3600`. " +
						environment(credentials.RoleSessionExpiration),
					Validators: []validator.Int64{sessionExpirationValidator()},
				},
				"policy": schema.StringAttribute{
					Optional:            true,
					MarkdownDescription: "A RAM policy, in JSON, that narrows what the session may do. Default: none.",
				},
				"external_id": schema.StringAttribute{
					Optional:            true,
					MarkdownDescription: "The external id that the role's trust policy asks for. Default: none.",
				},
			},
		},
	}
}

func assumeRoleWithOIDCBlock() schema.Block {
	return schema.ListNestedBlock{
		MarkdownDescription: "A RAM role to assume with a token of an OIDC identity provider. At most one block. " +
			"Its environment variables count only when the block is there.",
		Validators: []validator.List{listvalidator.SizeAtMost(1)},
		NestedObject: schema.NestedBlockObject{
			Attributes: map[string]schema.Attribute{
				"oidc_provider_arn": text("The ARN of the identity provider. Needed here or in the environment.", credentials.OIDCProviderARN),
				"role_arn": text("The ARN of the role. Needed here or in the environment. With an empty string, the block counts as absent.",
					credentials.OIDCRoleARN),
				"oidc_token": schema.StringAttribute{
					Optional:  true,
					Sensitive: true,
					MarkdownDescription: "The token, 4 to 20000 characters. It wins over `oidc_token_file`; one of the two is needed. " +
						environment(credentials.OIDCToken),
				},
				"oidc_token_file": text("A file with the token. It is read again whenever the session is refreshed.", credentials.OIDCTokenFile),
				"role_session_name": text("What the session is called in the cloud's audit log. Default: `"+credentials.DefaultSessionName+"`.",
					credentials.OIDCSessionName),
				"session_expiration": schema.Int64Attribute{
					Optional:            true,
					MarkdownDescription: sessionExpirationDescription + ": `3600`.",
					Validators:          []validator.Int64{sessionExpirationValidator()},
				},
				"policy": schema.StringAttribute{
					Optional:            true,
					MarkdownDescription: "A RAM policy, in JSON, that narrows what the session may do. Default: none.",
				},
			},
		},
	}
}

const sessionExpirationDescription = "How long a session lasts, in seconds, 900 to 43200; a new one is fetched before it ends. 0 stands for the default"

func sessionExpirationValidator() validator.Int64 {
	return numberCheck{credentials.MinSessionExpiration, credentials.MaxSessionExpiration}
}

func endpointsBlock() schema.Block {
	return schema.ListNestedBlock{
		MarkdownDescription: "Endpoints to use in place of the public ones. At most one block.",
		Validators:          []validator.List{listvalidator.SizeAtMost(1)},
		NestedObject: schema.NestedBlockObject{
			Attributes: map[string]schema.Attribute{
				"cs": text("The host, or host and port, of the Container Service (CS) API, without a scheme. `{region}` in it stands for the region "+
					"of the cluster; without it, the endpoint is used whatever the region is. "+
					"Set it for a VPC endpoint such as `cs-vpc.{region}.aliyuncs.com`, for a region of finance or government whose host differs, or for a simulator. "+
					"Default: `cs.<region>.aliyuncs.com`.", settingEndpointCS, setting(endpoint.Rule, endpoint.Check)),
				"sts": text("The host, or host and port, of the Security Token Service (STS), without a scheme: where roles are assumed, "+
					"always over HTTPS. `{region}` in it stands for the provider's region. Default: the profile's `sts_endpoint`, else `sts.<region>.aliyuncs.com`.",
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
