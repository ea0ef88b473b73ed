package credentials

import (
	_ "github.com/ackupgrade/terraform-provider-ackupgrade/internal/credentials/quiet" // Before credentials-go can read DEBUG.
)

// Error names the setting that is wrong or missing, and the fix.
type Error struct {
	// Attribute is the provider's attribute that is missing or wrong, "assume_role.role_arn" for one in a block.
	Attribute string
	// Summary says in a few words what is wrong.
	Summary string
	// Detail says where was looked, and what to do. It never holds a secret.
	Detail string
}

// Error returns the summary and the detail.
func (e *Error) Error() string { return e.Summary + ": " + e.Detail }

// FetchError says that a source was found, and that it gave no credentials.
type FetchError struct {
	// Source names the credentials source.
	Source string
	// Reason says what went wrong, with every secret taken out.
	Reason string
	// Hint says what to do.
	Hint string

	transient bool
}

// Error says which source failed and why.
func (e *FetchError) Error() string { return e.Source + ": " + e.Reason }

// Transient reports whether another request can succeed.
func (e *FetchError) Transient() bool { return e.transient }
