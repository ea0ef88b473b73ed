// Package startup avoids unused work at the start of the provider's process. A plan starts the process three times.
package startup

import (
	"os"
	"strings"
)

// The variables that say how much is logged: what the libraries log, and what the provider does.
const (
	envLogSDK      = "TF_LOG_SDK"
	envLogProvider = "TF_LOG_PROVIDER_ACKUPGRADE"
)

// MatchLogLevel limits the provider's log to what the CLI shows. By default, a provider writes every line, those of plugin-framework
// and plugin-go too, and the CLI drops those below TF_LOG_PROVIDER or TF_LOG: without these, all. A level that the user has set for
// the provider stays.
//
// A process that is not started by a CLI, as in a debugger, must not call it: there, the user reads the log.
func MatchLogLevel() {
	level := shown(os.Getenv("TF_LOG_PROVIDER"), os.Getenv("TF_LOG"))
	for _, name := range []string{envLogSDK, envLogProvider} {
		if os.Getenv(name) == "" {
			_ = os.Setenv(name, level) // It fails for other names alone.
		}
	}
}

// shown is the level from which on a CLI shows what providers log. All CLIs take a level that they do not know, and JSON, for TRACE.
func shown(provider, all string) string {
	level := strings.ToUpper(provider)
	if level == "" {
		level = strings.ToUpper(all)
	}
	switch level {
	case "":
		return "OFF"
	case "DEBUG", "INFO", "WARN", "ERROR", "OFF":
		return level
	}
	return "TRACE"
}
