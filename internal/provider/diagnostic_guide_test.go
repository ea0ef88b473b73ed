package provider

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/ack"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/upgrade"
)

// The guide "When GetUpgradeStatus is gone" shows these errors in full: it includes the files in testdata/guide.

// tasksAPI is an API without GetUpgradeStatus. It returns the same page of tasks every time.
type tasksAPI struct {
	upgrade.API // Nil: nothing else is requested.

	page    func(number int) *ack.ClusterTasks
	version string
}

func (tasksAPI) GetUpgradeStatus(context.Context, string) (*ack.UpgradeStatus, error) {
	return nil, api(404, "InvalidAction.NotFound", "Specified api is not found.")
}

func (a tasksAPI) DescribeClusterTasks(_ context.Context, _ string, page, _ int) (*ack.ClusterTasks, error) {
	return a.page(page), nil
}

func (a tasksAPI) DescribeClusterDetail(context.Context, string) (*ack.ClusterDetail, error) {
	return &ack.ClusterDetail{Response: ack.Response{RequestID: "REQ-2"}, State: ptr("running"), CurrentVersion: &a.version}, nil
}

// upgraded is a page with an upgrade that succeeded.
func upgraded(int) *ack.ClusterTasks {
	return &ack.ClusterTasks{Listed: true, TotalCount: 1, Tasks: []ack.ClusterTask{{
		ID: ptr("T-1"), Type: ptr("cluster_upgrade"), State: ptr("success"), Created: time.Unix(1_790_000_000, 0),
	}}}
}

// scaledOut is a full page of tasks that are no upgrades.
func scaledOut(number int) *ack.ClusterTasks {
	page := &ack.ClusterTasks{Listed: true, TotalCount: 9000, PageSize: 100}
	for i := range page.PageSize {
		created := time.Unix(1_790_000_000-int64(number*page.PageSize+i), 0)
		page.Tasks = append(page.Tasks, ack.ClusterTask{
			ID: ptr("T-" + created.String()), Type: ptr("nodepool_scaleout"), State: ptr("success"), Created: created,
		})
	}
	return page
}

func TestTheGuideQuotesItsErrorsExactly(t *testing.T) {
	t.Parallel()
	from := func(source upgrade.Source) target {
		about := testTarget
		about.source = source
		return about
	}
	read := func(a tasksAPI) *upgrade.Reading {
		reading, err := upgrade.NewReader(a).Read(t.Context(), upgrade.Query{ClusterID: testTarget.id, Source: upgrade.SourceTasks})
		if err != nil {
			t.Fatal(err)
		}
		return reading
	}
	forbidden := func(operation ack.Operation) error {
		return &ack.RequestError{Operation: operation, Attempts: 1, Err: &ack.APIError{
			HTTPStatus: 403, Code: "Forbidden.RAM", Message: "User not authorized to operate on the specified resource.", RequestID: "REQ-2",
		}}
	}
	newer, err := upgrade.ParseConstraint(">= 1.33")
	if err != nil {
		t.Fatal(err)
	}
	withdrawn := api(404, "InvalidAction.NotFound", "Specified api is not found.")
	old := read(tasksAPI{page: upgraded, version: "1.32.7-aliyun.1"})
	beyond := types.SetValueMust(types.StringType, []attr.Value{types.StringValue("control_plane"), types.StringValue("node_pools")})

	for name, d := range map[string]diag.Diagnostic{
		"withdrawn":        unreadable(from(upgrade.SourceUpgradeStatus), testLimit, nil, withdrawn).error(),
		"forbidden_tasks":  unreadable(from(upgrade.SourceTasks), testLimit, nil, forbidden(ack.DescribeClusterTasks)).error(),
		"forbidden_detail": unreadable(from(upgrade.SourceTasks), testLimit, nil, forbidden(ack.DescribeClusterDetail)).error(),
		"forbidden_auto": unreadable(from(upgrade.SourceAuto), testLimit, nil,
			&upgrade.BothError{Tasks: forbidden(ack.DescribeClusterTasks), UpgradeStatus: withdrawn}).error(),
		"too_many_pages": wrongPhase(from(upgrade.SourceTasks), read(tasksAPI{page: scaledOut, version: "1.33.3-aliyun.1"}), []string{"idle", "succeeded"}).error(),
		"other_version":  wrongVersion(from(upgrade.SourceTasks), old, newer).error(),
		"wait_other_version": unreadable(from(upgrade.SourceTasks), testLimit, newer, &upgrade.WaitError{
			Reason: upgrade.WaitDeadline, Waited: 3599 * time.Second, Polls: 118, Last: old, Changes: []upgrade.Change{{Phase: old.Phase}},
		}).error(),
		"bad_constraint": constraintDiagnostic(t, "1.33 or newer"),
		"scope":          scopeDiagnostic(beyond),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := "Error: " + d.Summary() + "\n\n" + d.Detail() + "\n"
			file := filepath.Join("testdata", "guide", name+".txt")
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("with -update the file is made again, and make generate puts it into the guide; -want +got:\n%s", diff)
			}
		})
	}
}

// constraintDiagnostic returns the error of a value of require_version.
func constraintDiagnostic(t *testing.T, value string) diag.Diagnostic {
	t.Helper()
	var response validator.StringResponse
	versionValidator().ValidateString(t.Context(), validator.StringRequest{
		Path: path.Root("require_version"), ConfigValue: types.StringValue(value),
	}, &response)
	if len(response.Diagnostics) != 1 {
		t.Fatalf("%q: %v", value, response.Diagnostics)
	}
	return response.Diagnostics[0]
}
