package ack

import (
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzReadClusters checks that no response makes the reader of a region's clusters panic or allocate much more than its size,
// that an invalid list is an error of one line, and that the clusters of a valid list have the same ids as with a simple reader.
func FuzzReadClusters(f *testing.F) {
	f.Add(false, []byte(`{"page_info":{"page_size":50,"total_count":1},"clusters":[{"cluster_id":"c1","name":"a","state":"running","tags":[{"key":"env","value":"prod"}]}]}`))
	f.Add(false, []byte(`{"clusters":[{"cluster_id":"c1","Tags":[]}]}`))
	f.Add(false, []byte(`{"clusters":[{"cluster_id":"c1","tags":[{"key":"a"},{"key":"a"}]},{"cluster_id":"\ud800"}]}`))
	f.Add(true, []byte(`<clusters><cluster_id>c1</cluster_id><tags><key>a</key><value>b</value></tags></clusters><clusters><cluster_id>c2</cluster_id></clusters>`))
	f.Fuzz(func(t *testing.T, isXML bool, body []byte) {
		var (
			page *RegionClusters
			err  error
		)
		fields, ok := fuzzedResponse(t, isXML, body, regionClustersFields, func(r *http.Response) error {
			page, err = readClusters(r)
			return err
		})
		if !ok {
			if page != nil {
				t.Errorf("a page with an error: %v", page)
			}
			return
		}
		if hasSimilar(fields, "clusters") {
			t.Error("clusters may be under a similar name, and it was accepted")
		}
		if elements := elementsIn(t, isXML, fields, "clusters"); len(elements) != len(page.Clusters) {
			t.Fatalf("%d clusters of %d", len(page.Clusters), len(elements))
		} else {
			for i, f := range elements {
				holdCluster(t, f, page.Clusters[i])
			}
		}
	})
}

func holdCluster(t *testing.T, f plainField, got RegionCluster) {
	t.Helper()
	id := oneText(t, f.inside, "cluster_id")
	if id == nil || strings.TrimSpace(*id) == "" || strings.TrimSpace(*id) != got.ID {
		t.Errorf("the id %v was read as %q", id, got.ID)
	}
	if hasSimilar(f.inside, regionClusterFields...) {
		t.Error("a field has a similar name, and it was accepted")
	}
	for name, text := range map[string]*string{"name": got.Name, "state": got.State, "current_version": got.CurrentVersion, "profile": got.Profile} {
		if want := oneText(t, f.inside, name); (want == nil) != (text == nil) || want != nil && *want != *text {
			t.Errorf("%s: %v was read as %v", name, want, text)
		}
		if text != nil && !utf8.ValidString(*text) {
			t.Errorf("Terraform takes no text like %q", *text)
		}
	}
	for key, value := range got.Tags {
		if key == "" || !utf8.ValidString(key) || !utf8.ValidString(value) {
			t.Errorf("Terraform takes no tag like %q = %q", key, value)
		}
	}
}

// FuzzReadPlans checks the same for the reader of a region's plans: no plan is omitted, and no value or time differs from the
// response.
func FuzzReadPlans(f *testing.F) {
	f.Add(false, []byte(`{"plans":[{"plan_id":"P-1","cluster_id":"c1","type":"CLUSTER_UPGRADE_MASTER","state":"Scheduled","start_time":"2026-11-26T10:00:00+08:00"}]}`))
	f.Add(false, []byte(`{"plans":["P-1",{"State":"Scheduled"},{"start_time":1795658400000}]}`))
	f.Add(true, []byte(`<plans><plan_id>P-1</plan_id><state>Scheduled</state></plans>`))
	f.Fuzz(func(t *testing.T, isXML bool, body []byte) {
		var (
			list *OperationPlans
			err  error
		)
		fields, ok := fuzzedResponse(t, isXML, body, operationPlansFields, func(r *http.Response) error {
			list, err = readPlans(r)
			return err
		})
		if !ok {
			if list != nil {
				t.Errorf("a list with an error: %v", list)
			}
			return
		}
		if hasSimilar(fields, "plans") {
			t.Error("plans may be under a similar name, and it was accepted")
		}
		elements := elementsIn(t, isXML, fields, "plans")
		if len(elements) != len(list.Plans) {
			t.Fatalf("%d plans of %d", len(list.Plans), len(elements))
		}
		for i, f := range elements {
			holdPlan(t, f, list.Plans[i])
		}
	})
}

func holdPlan(t *testing.T, f plainField, got OperationPlan) {
	t.Helper()
	if !f.object {
		if got.Similar == "" || got.State != nil {
			t.Errorf("%q was read as %+v", f.text, got)
		}
		return
	}
	if hasSimilar(f.inside, "cluster_id", "type", "state", "start_time") != (got.Similar != "") {
		t.Errorf("the similar name is %q", got.Similar)
	}
	for name, text := range map[string]*string{
		"plan_id": got.ID, "cluster_id": got.ClusterID, "type": got.Type, "state": got.State, "task_id": got.TaskID, "start_time": got.Start.Text, "end_time": got.End.Text,
	} {
		want := oneText(t, f.inside, name)
		if (want == nil) != (text == nil) || want != nil && *want != *text {
			t.Errorf("%s: %v was read as %v", name, want, text)
		}
		if text != nil && !utf8.ValidString(*text) {
			t.Errorf("Terraform takes no text like %q", *text)
		}
	}
	for _, at := range []PlanTime{got.Start, got.End} {
		if at.Text != nil && !at.At.Equal(plainTime(*at.Text)) || at.Text == nil && !at.At.IsZero() {
			t.Errorf("the time %v was read as %s", at.Text, at.At)
		}
	}
}

// elementsIn returns the elements of a named list, from the simple reader.
func elementsIn(t *testing.T, isXML bool, fields []plainField, name string) []plainField {
	t.Helper()
	var lists []plainField
	for _, f := range fields {
		if f.name == name {
			lists = append(lists, f)
		}
	}
	switch {
	case len(lists) == 0, len(lists) == 1 && lists[0].null:
		return nil
	case isXML && len(lists) > 1:
		return lists
	case len(lists) > 1:
		t.Error("there are two lists, and it was accepted")
	case isXML:
		for _, f := range lists[0].inside { // A list around its elements, unless these are fields of the only one.
			if f.isText || f.name != lists[0].inside[0].name {
				return lists
			}
		}
	}
	return lists[0].inside
}
