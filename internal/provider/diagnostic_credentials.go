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
)

// explainCredentials explains why a request was not even sent.
func explainCredentials(t target, e *acs3.CredentialsError) (problem, []fact) {
	what := problem{
		summary: "Failed to get credentials for " + t.name(),
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

// credentialsAwaited returns in words the source of credentials that a request was waiting for when its time ended.
func credentialsAwaited(request *ack.RequestError) string {
	var missing *acs3.CredentialsError
	if request == nil || !errors.As(request.Last, &missing) {
		return ""
	}
	text := missing.Err.Error()
	for _, end := range []error{context.Canceled, context.DeadlineExceeded} {
		if errors.Is(missing, end) {
			return strings.TrimSuffix(text, ": "+end.Error()) // Which is how the wait ended, and said already.
		}
	}
	return ""
}

// waitingFor adds what a read that was ended was waiting for, and what to do then, if that was credentials.
func (what problem) waitingFor(request *ack.RequestError, remedy string) problem {
	if source := credentialsAwaited(request); source != "" {
		what.cause += " It was still waiting for credentials: " + source + "."
		what.remedy = remedy
	}
	return what
}

// unknownSettingDiagnostic says that a read needs a value of the provider block that only the apply will know.
func unknownSettingDiagnostic(setting string) diag.Diagnostic {
	remedy := fmt.Sprintf("Give %[1]s a value that is known at plan, such as a variable's. Or let this block name in depends_on the resource that the "+
		"value comes from: a data source is then read during apply, when the value is known, and so is, in OpenTofu, an ephemeral resource.", setting)
	if setting == credentials.Region.Attribute {
		remedy = "Set region in this block to the region of the cluster, which then counts in place of the provider's. " + remedy
	}
	return diag.NewErrorDiagnostic(
		fmt.Sprintf("Unknown value for provider argument %s", setting),
		fmt.Sprintf("The value of %s in the provider block depends on something that is known only after apply, but clusters are to be read now.\n\n%s", setting, remedy),
	)
}

// credentialsDiagnostic puts an error about credentials on the attribute at fault.
func credentialsDiagnostic(err error) diag.Diagnostic {
	var missing *credentials.Error
	if !errors.As(err, &missing) {
		return diag.NewErrorDiagnostic("No Alibaba Cloud credentials", err.Error())
	}
	return diag.NewAttributeErrorDiagnostic(attributePath(missing.Attribute), missing.Summary, missing.Detail)
}
