package credentials

// The settings that credentials are made from, and the variables that alicloud reads for them, in its order.
var (
	AccessKey = Setting{
		Attribute: "access_key",
		Variables: []string{"ALICLOUD_ACCESS_KEY", "ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABACLOUD_ACCESS_KEY_ID"},
	}
	SecretKey = Setting{
		Attribute: "secret_key",
		Variables: []string{"ALICLOUD_SECRET_KEY", "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "ALIBABACLOUD_ACCESS_KEY_SECRET"},
	}
	SecurityToken = Setting{
		Attribute: "security_token",
		Variables: []string{"ALICLOUD_SECURITY_TOKEN", "ALIBABA_CLOUD_SECURITY_TOKEN", "ALIBABACLOUD_SECURITY_TOKEN"},
	}
	Region      = Setting{Attribute: "region", Variables: []string{"ALICLOUD_REGION", "ALIBABA_CLOUD_REGION"}}
	ECSRoleName = Setting{Attribute: "ecs_role_name", Variables: []string{"ALICLOUD_ECS_ROLE_NAME", "ALIBABA_CLOUD_ECS_METADATA"}}
	Profile     = Setting{
		Attribute: "profile",
		Variables: []string{"ALICLOUD_PROFILE", "ALIBABA_CLOUD_PROFILE", "ALIBABACLOUD_PROFILE"}, // The last is the aliyun CLI's.
	}
	File = Setting{
		Attribute: "shared_credentials_file",
		Variables: []string{"ALICLOUD_SHARED_CREDENTIALS_FILE", "ALIBABA_CLOUD_CREDENTIALS_FILE"},
	}
	URI         = Setting{Attribute: "credentials_uri", Variables: []string{"ALICLOUD_CREDENTIALS_URI", "ALIBABA_CLOUD_CREDENTIALS_URI"}}
	STSEndpoint = Setting{Attribute: "endpoints.sts", Variables: []string{"ALIBABA_CLOUD_STS_ENDPOINT"}} // The aliyun CLI's too.

	RoleARN         = Setting{Attribute: "assume_role.role_arn", Variables: []string{"ALICLOUD_ASSUME_ROLE_ARN", "ALIBABA_CLOUD_ROLE_ARN"}}
	RoleSessionName = Setting{
		Attribute: "assume_role.session_name",
		Variables: []string{"ALICLOUD_ASSUME_ROLE_SESSION_NAME", "ALIBABA_CLOUD_ROLE_SESSION_NAME"},
	}
	RoleSessionExpiration = Setting{
		Attribute: "assume_role.session_expiration",
		Variables: []string{"ALICLOUD_ASSUME_ROLE_SESSION_EXPIRATION"},
	}

	OIDCProviderARN = Setting{Attribute: "assume_role_with_oidc.oidc_provider_arn", Variables: []string{"ALIBABA_CLOUD_OIDC_PROVIDER_ARN"}}
	OIDCRoleARN     = Setting{Attribute: "assume_role_with_oidc.role_arn", Variables: []string{"ALIBABA_CLOUD_ROLE_ARN"}}
	OIDCToken       = Setting{Attribute: "assume_role_with_oidc.oidc_token", Variables: []string{"ALIBABA_CLOUD_OIDC_TOKEN"}}
	OIDCTokenFile   = Setting{Attribute: "assume_role_with_oidc.oidc_token_file", Variables: []string{"ALIBABA_CLOUD_OIDC_TOKEN_FILE"}}
	OIDCSessionName = Setting{Attribute: "assume_role_with_oidc.role_session_name", Variables: []string{"ALIBABA_CLOUD_ROLE_SESSION_NAME"}}
)

// Defaults, and the bounds that STS sets.
const (
	DefaultRegion            = "cn-beijing" // alicloud's default too.
	DefaultFile              = "~/.aliyun/config.json"
	DefaultSessionName       = "terraform"
	DefaultSessionExpiration = 3600
	MinSessionExpiration     = 900
	MaxSessionExpiration     = 43200
)

// Input is all that decides where credentials come from. A nil pointer is a null attribute, or a block that is not there.
type Input struct {
	AccessKey, SecretKey, SecurityToken *string
	Region                              *string
	Profile, SharedCredentialsFile      *string
	CredentialsURI                      *string
	ECSRoleName                         *string
	STSEndpoint                         *string
	AssumeRole                          *AssumeRole
	AssumeRoleWithOIDC                  *AssumeRoleWithOIDC

	// Getenv looks an environment variable up, as os.Getenv does.
	Getenv func(string) string
	// Home is the user's home folder, for a path that begins with "~"; empty means that there is none.
	Home string

	// OnWarning is called for an error of a source that makes no read fail: a refresh that fails while the last session is still
	// valid, a sign-in that could not be saved. It may be nil. Source and problem contain no secrets. It is called outside of
	// reads, by one goroutine at a time for a session and its source.
	OnWarning func(source, problem string)
}

// AssumeRole is the block assume_role: a role to assume with the credentials that were found.
type AssumeRole struct {
	RoleARN, SessionName, Policy, ExternalID *string
	SessionExpiration                        *int64
}

// AssumeRoleWithOIDC is the block assume_role_with_oidc: a role to assume with a token of an identity provider.
type AssumeRoleWithOIDC struct {
	OIDCProviderARN, RoleARN, OIDCToken, OIDCTokenFile, RoleSessionName, Policy *string
	SessionExpiration                                                           *int64
}
