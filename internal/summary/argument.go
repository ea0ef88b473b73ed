package summary

import "fmt"

// Errors and warnings about an argument of a block.
const (
	// InvalidValue is the first line that the validators of terraform-plugin-framework-validators have.
	InvalidValue = "Invalid Attribute Value"

	EmptyTagKey     = "tags contains an empty key"
	ScopeConflict   = "scope conflicts with source"
	PhasesConflict  = "require_phases conflicts with wait_for_terminal"
	NoTerminalPhase = "require_phases contains no terminal phase"
	OneOfClusterIDs = "Set either cluster_id or cluster_ids"
	NoClusterToWait = "No cluster to wait for"

	UnexpectedProviderData = "Unexpected provider data"
)

// UnknownSetting is a provider argument whose value is known only after apply.
func UnknownSetting(argument string) string { return "Unknown value for provider argument " + argument }

// Malformed is a value that the argument cannot have.
func Malformed(argument string) string { return "Malformed " + argument }

// Empty is an empty set or list.
func Empty(argument string) string { return argument + " is empty" }

// ContainsNull is a set with a null.
func ContainsNull(argument string) string { return argument + " contains null" }

// ContainsEmpty is a set with an empty value.
func ContainsEmpty(argument string) string { return argument + " contains an empty value" }

// ContainsOther is a set with a value that is not one of those allowed. The noun says what they are.
func ContainsOther(argument, value, noun string) string {
	return fmt.Sprintf("%s contains %s, which is not a %s", argument, value, noun)
}

// ContainsUndocumented is the warning of a set with a value that the API does not document.
func ContainsUndocumented(argument, value, noun string) string {
	return fmt.Sprintf("%s contains %s, which is not a documented %s", argument, value, noun)
}

// NullTag is a tag whose value is null.
func NullTag(key string) string { return fmt.Sprintf("The value of the tag %q is null", key) }

// RegionNoEffect is the warning of a region that an explicit endpoint overrides.
func RegionNoEffect(subject string) string {
	return "region has no effect for " + subject + ": the endpoint is set explicitly"
}

// NoEffectWithoutWait is the warning of an argument that only a wait uses.
func NoEffectWithoutWait(argument, subject string) string {
	return argument + " has no effect without wait_for_terminal, for " + subject
}

// NoImport is a resource that cannot be imported.
func NoImport(name string) string { return name + " cannot be imported" }
