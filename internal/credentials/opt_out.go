package credentials

import (
	"fmt"
	"strings"
)

// Variables with which people keep profiles, or what profiles run, out of a machine's environment. The first is the aliyun
// CLI's, the second all SDKs', the third the CLI's.
const (
	ignoreProfile          = "ALIBABA_CLOUD_IGNORE_PROFILE"
	cliProfileDisabled     = "ALIBABA_CLOUD_CLI_PROFILE_DISABLED"
	disableExternalProcess = "ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS"
)

// fileOptOut returns the variable that forbids reading the configuration file, or nothing.
func (r *resolver) fileOptOut() string {
	for _, name := range []string{ignoreProfile, cliProfileDisabled} {
		if r.isOn(name) {
			return name
		}
	}
	return ""
}

// mayRun is the error of a profile whose command or URI the environment forbids. An attribute credentials_uri is not a
// profile's, and stays allowed.
func (r *resolver) mayRun(p *profile) error {
	if !r.isOn(disableExternalProcess) {
		return nil
	}
	return fmt.Errorf("it has the mode %s, and the environment variable %s forbids the commands and URIs of profiles", p.Mode, disableExternalProcess)
}

func (r *resolver) isOn(variable string) bool {
	switch strings.ToLower(strings.TrimSpace(r.Getenv(variable))) {
	case "1", "true":
		return true
	default:
		return false
	}
}
