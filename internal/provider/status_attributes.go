package provider

import (
	"maps"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/ack"
)

// The attributes that the data sources and the ephemeral resources share. They are a data source's: the framework takes
// them for an ephemeral resource as they are.

const (
	minPollInterval = time.Second
	maxPollInterval = 10 * time.Minute
	minReadTimeout  = time.Second
)

// statusAttributes returns the attributes of statusModel.
func statusAttributes() map[string]schema.Attribute {
	attributes := map[string]schema.Attribute{
		"cluster_id": schema.StringAttribute{
			Required:            true,
			MarkdownDescription: "The id of the cluster: letters, digits and hyphens, at most 128.",
			Validators:          []validator.String{clusterIDValidator()},
		},
	}
	maps.Copy(attributes, readAttributes())
	maps.Copy(attributes, resultAttributes())
	return attributes
}

// readAttributes returns the attributes of readModel.
func readAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"region": schema.StringAttribute{
			Optional: true,
			Computed: true,
			MarkdownDescription: "The id of the region that the cluster lives in, such as `cn-hangzhou`; its endpoint is the one that is asked. " +
				"Default: the provider's region.",
			Validators: []validator.String{regionValidator()},
		},
		"wait_for_terminal": schema.BoolAttribute{
			Optional: true,
			MarkdownDescription: "Whether to wait until no upgrade is under way: until `phase` is `idle`, `succeeded` or `failed`. " +
				"A cluster with no upgrade under way is not waited for. Default: `false`.",
		},
		"wait_through_pause": schema.BoolAttribute{
			Optional: true,
			MarkdownDescription: "Whether a wait goes on while the upgrade is paused. Otherwise a pause ends the wait with an error, because " +
				"nothing but a person resumes it. Without `wait_for_terminal` it has no effect. Default: `false`.",
		},
		"require_phases": schema.SetAttribute{
			Optional:    true,
			ElementType: types.StringType,
			MarkdownDescription: "The phases in which the read may end: any of `idle`, `running`, `paused`, `succeeded`, `failed` and `unknown`. " +
				"In any other, the read fails, with an error that says why. Default: every phase is fine, and what it means is for the " +
				"configuration's own conditions to decide.",
			Validators: []validator.Set{
				setvalidator.SizeAtLeast(1),
				setvalidator.NoNullValues(),
				setvalidator.ValueStringsAre(stringvalidator.OneOf(phaseNames()...)),
			},
		},
		"poll_interval": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "The time between two polls of a wait, jittered by up to a tenth: a duration such as `30s` or `2m`, from `1s` to `10m`. " +
				"Without `wait_for_terminal` it has no effect. Default: `30s`.",
			Validators: []validator.String{durationBetween(minPollInterval, maxPollInterval)},
		},
	}
}

// resultAttributes returns the attributes of statusResult.
func resultAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id": schema.StringAttribute{
			Computed:            true,
			MarkdownDescription: "The cluster id.",
		},
		"error_message": schema.StringAttribute{
			Computed:            true,
			MarkdownDescription: "What went wrong, in the API's own words; null when the API gives none. Do not interpolate it into a condition's `error_message`, which must not be null even when the condition holds: show `summary` there.",
		},
		"precheck_report_id": schema.StringAttribute{
			Computed:            true,
			MarkdownDescription: "The id of the report of the check that precedes an upgrade; null when the API gives none.",
		},
		"status": schema.StringAttribute{
			Computed: true,
			MarkdownDescription: "The status of the upgrade as the API gives it, letter case included: documented are `success`, `fail`, `pause` and `running`. " +
				"Null when the API gives none. Gate on `phase`, not on this: `success` can stand beside a step that still runs.",
		},
		"upgrade_step": schema.StringAttribute{
			Computed: true,
			MarkdownDescription: "The step that the upgrade is in as the API gives it: documented are `not_start`, `prechecking`, `upgrading`, `pause` and `success`. " +
				"Null when the API gives none.",
		},
		"upgrade_task": schema.SingleNestedAttribute{
			Computed:            true,
			MarkdownDescription: "The task that carries the upgrade out; null when the API gives none.",
			Attributes: map[string]schema.Attribute{
				"status": schema.StringAttribute{
					Computed:            true,
					MarkdownDescription: "The status of the task as the API gives it: documented are `running`, `Success` and `Failed`, with capitals as written. Null when the API gives none.",
				},
				"message": schema.StringAttribute{
					Computed:            true,
					MarkdownDescription: "What the task says of itself, in the API's own words; null when the API gives none.",
				},
			},
		},
		"phase": schema.StringAttribute{
			Computed: true,
			MarkdownDescription: "The reading of the whole answer in one word: `idle`, `running`, `paused`, `succeeded`, `failed` or `unknown`. " +
				"`succeeded` needs every field of the answer to agree; a word that is not known makes it `unknown`.",
		},
		"terminal": schema.BoolAttribute{
			Computed: true,
			MarkdownDescription: "Whether no upgrade is under way: true when `phase` is `idle`, `succeeded` or `failed`. A paused cluster is half upgraded, so `paused` " +
				"is not terminal. A gate on this alone opens after an upgrade that failed: gate on `phase`.",
		},
		"summary": schema.StringAttribute{
			Computed:            true,
			MarkdownDescription: "One line for people: the cluster, the phase, the step, and the API's message when there is one. Never null.",
		},
	}
}

// timeoutsType is what the types of timeouts are made from.
func timeoutsType(member string) types.ObjectType {
	return types.ObjectType{AttrTypes: map[string]attr.Type{member: types.StringType}}
}

// timeoutsAttribute is the attribute timeouts with its one member: read or, in an ephemeral resource, open. It is not the
// ready-made attribute, whose check takes durations below zero, but of the same type.
func timeoutsAttribute(member string, custom basetypes.ObjectTypable) schema.Attribute {
	return schema.SingleNestedAttribute{
		Optional:            true,
		MarkdownDescription: "How long to go on before giving up.",
		CustomType:          custom,
		Attributes: map[string]schema.Attribute{
			member: schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "The upper bound of the whole read, waits and retries included: a duration such as `90m` or `2h`, at least `1s`. " +
					"Default: `60m`.",
				Validators: []validator.String{durationBetween(minReadTimeout, 0)},
			},
		},
	}
}

func phaseNames() []string {
	phases := ack.Phases()
	names := make([]string, len(phases))
	for i, phase := range phases {
		names[i] = string(phase)
	}
	return names
}
