package summary

import "fmt"

// Errors about where the credentials come from. They name the setting.
const (
	NoValidCredentials  = "No valid Alibaba Cloud credentials"
	UnusableCredentials = "Unusable credentials"
	TokenAlone          = "security_token is set without access_key and secret_key"
	UnreadableFile      = "The credentials file cannot be read"
	NoRoleARN           = "assume_role has no role_arn"
	UnusableRole        = "The role cannot be assumed"
	UnusableECSRole     = "The ECS RAM role cannot be used"
)

// Missing is a setting that the others need.
func Missing(setting string) string { return setting + " is missing" }

// NoToken is a block or a source without a token.
func NoToken(source string) string { return source + " has no token" }

// UnusableSource is a credentials source with settings that do not fit together.
func UnusableSource(source string) string { return source + " cannot be used" }

// UnknownProfile is a profile that the credentials file does not contain.
func UnknownProfile(name string) string { return fmt.Sprintf("Unknown profile %q", name) }

// UnusableProfile is a profile that lacks a value, or has one that is not supported.
func UnusableProfile(name string) string { return fmt.Sprintf("The profile %q cannot be used", name) }
