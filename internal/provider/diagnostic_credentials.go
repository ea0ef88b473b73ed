package provider

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/ack"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acs3"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/credentials"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/summary"
)

// explainCredentials explains a request that was not sent, because there were no credentials to sign it.
func explainCredentials(t target, e *acs3.CredentialsError) (problem, []fact) {
	what := problem{
		summary: summary.NoCredentials(t.name()),
		cause:   "The credentials source returned an error.",
		remedy:  "Check the provider's credentials.",
	}
	var fetch *credentials.FetchError
	if !errors.As(e.Err, &fetch) {
		return what, []fact{{"Error", e.Err.Error()}}
	}
	what.remedy = fetch.Hint
	return what, []fact{{"Source", fetch.Source}, {"Error", fetch.Reason}}
}

// credentialsAwaited returns the credentials source that a request was waiting for at its deadline, as text.
func credentialsAwaited(request *ack.RequestError) string {
	var missing *acs3.CredentialsError
	if request == nil || !errors.As(request.Last, &missing) {
		return ""
	}
	text := missing.Err.Error()
	for _, end := range []error{context.Canceled, context.DeadlineExceeded} {
		if errors.Is(missing, end) {
			return strings.TrimSuffix(text, ": "+end.Error()) // The summary says so already.
		}
	}
	return ""
}

// waitingFor adds the credentials source that the read was still waiting for, if any, and the remedy for it.
func (what problem) waitingFor(request *ack.RequestError, remedy string) problem {
	if source := credentialsAwaited(request); source != "" {
		what.cause += " It was still waiting for credentials: " + source + "."
		what.remedy = remedy
	}
	return what
}

// unknownSettingDiagnostic is the error of a read that needs a provider argument whose value is known only after apply.
func unknownSettingDiagnostic(setting string) diag.Diagnostic {
	remedy := fmt.Sprintf("Set %[1]s to a value that is known at plan, such as a variable. Or name in depends_on of this block the resource that the "+
		"value comes from. Terraform and OpenTofu then read a data source during apply, when the value is known. OpenTofu does the same with an ephemeral resource.", setting)
	if setting == credentials.Region.Attribute {
		remedy = "Set region in this block to the region of the cluster. It overrides the region of the provider. " + remedy
	}
	return diag.NewErrorDiagnostic(
		summary.UnknownSetting(setting),
		layOut(problem{
			cause:  fmt.Sprintf("Clusters cannot be read during plan, because the value of %s in the provider block is known only after apply.", setting),
			remedy: remedy,
		}, nil),
	)
}

// credentialsDiagnostic puts an error about credentials on the attribute that causes it.
func credentialsDiagnostic(err error) diag.Diagnostic {
	var missing *credentials.Error
	if !errors.As(err, &missing) {
		return diag.NewErrorDiagnostic(summary.NoValidCredentials, layOut(problem{cause: err.Error()}, nil))
	}
	return diag.NewAttributeErrorDiagnostic(attributePath(missing.Attribute), missing.Summary, layOut(problem{cause: missing.Detail}, nil))
}
