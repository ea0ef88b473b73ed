package ack

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// clusterPage is a page without a page size and a total count.
func clusterPage(clusters ...RegionCluster) *RegionClusters {
	return &RegionClusters{Listed: true, PageSize: -1, TotalCount: -1, Clusters: clusters}
}

func TestReadClusters(t *testing.T) {
	for name, test := range map[string]struct {
		contentType, body string
		want              *RegionClusters
	}{
		"as the reference has it": {
			jsonType, `{"page_info":{"page_number":1,"page_size":50,"total_count":2},"requestId":"R","clusters":[{"cluster_id":"c1","name":"shop","state":"running",` +
				`"current_version":"1.33.3-aliyun.1","init_version":"1.31.1-aliyun.1","next_version":"1.34.1-aliyun.1","profile":"Default","cluster_type":"ManagedKubernetes",` +
				`"region_id":"cn-hangzhou","resource_group_id":"rg-1","tags":[{"key":"env","value":"prod"},{"key":"empty","value":""}],"meta_data":"{\"a\":1}","deletion_protection":true},` +
				`{"cluster_id":"c2","tags":[]}]}`,
			&RegionClusters{
				Response: Response{RequestID: "R"}, Listed: true, PageSize: 50, TotalCount: 2,
				Clusters: []RegionCluster{
					{
						ID: "c1", Name: ptr("shop"), State: ptr("running"), CurrentVersion: ptr("1.33.3-aliyun.1"), NextVersion: ptr("1.34.1-aliyun.1"),
						Profile: ptr("Default"), ResourceGroupID: ptr("rg-1"), Tags: map[string]string{"env": "prod", "empty": ""},
					},
					{ID: "c2", Tags: map[string]string{}},
				},
			},
		},
		"nothing in it":           {jsonType, `{}`, &RegionClusters{PageSize: -1, TotalCount: -1}},
		"null for a list":         {jsonType, `{"clusters":null}`, &RegionClusters{PageSize: -1, TotalCount: -1}},
		"an empty list":           {jsonType, `{"clusters":[]}`, clusterPage()},
		"a cluster, all null":     {jsonType, `{"clusters":[{"cluster_id":"c1","name":null,"state":null,"tags":null}]}`, clusterPage(RegionCluster{ID: "c1"})},
		"an empty text for tags":  {jsonType, `{"clusters":[{"cluster_id":"c1","tags":""}]}`, clusterPage(RegionCluster{ID: "c1"})},
		"an id with white space":  {jsonType, `{"clusters":[{"cluster_id":" c1 "}]}`, clusterPage(RegionCluster{ID: "c1"})},
		"a tag without a value":   {jsonType, `{"clusters":[{"cluster_id":"c1","tags":[{"key":"a"},{"key":"b","value":null}]}]}`, clusterPage(RegionCluster{ID: "c1", Tags: map[string]string{"a": "", "b": ""}})},
		"a number for a state":    {jsonType, `{"clusters":[{"cluster_id":"c1","state":5}]}`, clusterPage(RegionCluster{ID: "c1", State: ptr("5")})},
		"a boolean for a tag":     {jsonType, `{"clusters":[{"cluster_id":"c1","tags":[{"key":"a","value":true}]}]}`, clusterPage(RegionCluster{ID: "c1", Tags: map[string]string{"a": "true"}})},
		"a number for a total":    {jsonType, `{"page_info":{"total_count":"7","page_size":-3},"clusters":[]}`, &RegionClusters{Listed: true, PageSize: -1, TotalCount: 7}},
		"XML":                     {xmlType, `<clusters><cluster_id>c1</cluster_id><tags><key>a</key><value>1</value></tags><tags><key>b</key><value>2</value></tags></clusters>`, clusterPage(RegionCluster{ID: "c1", Tags: map[string]string{"a": "1", "b": "2"}})},
		"XML with one tag":        {xmlType, `<clusters><cluster_id>c1</cluster_id><tags><key>a</key><value>1</value></tags></clusters>`, clusterPage(RegionCluster{ID: "c1", Tags: map[string]string{"a": "1"}})},
		"XML with tags in a list": {xmlType, `<r><clusters><c><cluster_id>c1</cluster_id><tags><t><key>a</key></t></tags></c><c><cluster_id>c2</cluster_id><tags/></c></clusters></r>`, clusterPage(RegionCluster{ID: "c1", Tags: map[string]string{"a": ""}}, RegionCluster{ID: "c2", Tags: map[string]string{}})},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := readClusters(response(200, test.contentType, test.body))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// An unreadable cluster must not be omitted from a fleet silently.
func TestAnInvalidClusterListIsAnError(t *testing.T) {
	one := func(members string) string { return `{"clusters":[{"cluster_id":"c0"},{` + members + `}]}` }
	for name, test := range map[string]struct{ body, want string }{
		"not a list":                   {`{"clusters":{}}`, "clusters is not a list"},
		"two lists":                    {`{"clusters":[],"clusters":[]}`, "duplicate field clusters"},
		"a list in capitals":           {`{"Clusters":[]}`, `the response has a field "Clusters", which may be meant for clusters`},
		"a page_info twice":            {`{"page_info":{},"page_info":{},"clusters":[]}`, "duplicate field page_info"},
		"a total twice":                {`{"page_info":{"total_count":1,"total_count":2},"clusters":[]}`, "duplicate field total_count"},
		"a cluster that is a text":     {`{"clusters":["c1"]}`, "cluster 1 of the page: it is not an object"},
		"a cluster that is null":       {`{"clusters":[null]}`, "cluster 1 of the page: it is not an object"},
		"no id":                        {one(`"name":"a"`), "cluster 2 of the page: it has no cluster_id"},
		"an id that is null":           {one(`"cluster_id":null`), "cluster 2 of the page: it has no cluster_id"},
		"an id that is blank":          {one(`"cluster_id":" "`), "cluster 2 of the page: it has no cluster_id"},
		"an id that is a number":       {one(`"cluster_id":7`), "cluster 2 of the page: it has no cluster_id"},
		"an id in camel case":          {one(`"clusterId":"c1"`), `cluster 2 of the page: it has a field "clusterId", whose name differs from an expected one in spelling alone`},
		"an id twice":                  {one(`"cluster_id":"a","cluster_id":"b"`), "cluster 2 of the page: duplicate field cluster_id"},
		"a state twice":                {one(`"cluster_id":"a","state":"running","state":"running"`), "cluster 2 of the page: duplicate field state"},
		"tags in capitals":             {one(`"cluster_id":"a","Tags":[]`), `cluster 2 of the page: it has a field "Tags", whose name differs from an expected one in spelling alone`},
		"tags twice":                   {one(`"cluster_id":"a","tags":[],"tags":[]`), "cluster 2 of the page: duplicate field tags"},
		"tags that are an object":      {one(`"cluster_id":"a","tags":{"env":"prod"}`), "cluster 2 of the page: tags is not a list"},
		"a tag that is a text":         {one(`"cluster_id":"a","tags":["env"]`), "cluster 2 of the page: one of its tags is not an object"},
		"a tag without a key":          {one(`"cluster_id":"a","tags":[{"value":"prod"}]`), "cluster 2 of the page: one of its tags has no key"},
		"a tag with a key in capitals": {one(`"cluster_id":"a","tags":[{"Key":"env"}]`), `cluster 2 of the page: one of its tags has a field "Key", whose name differs from an expected one in spelling alone`},
		"a tag with two values":        {one(`"cluster_id":"a","tags":[{"key":"env","value":"a","value":"b"}]`), "cluster 2 of the page: in its tags: duplicate field value"},
		"a tag twice":                  {one(`"cluster_id":"a","tags":[{"key":"env"},{"key":"env"}]`), `cluster 2 of the page: it has the tag "env" twice`},
		"too many clusters":            {`{"clusters":[` + strings.Repeat(`{"cluster_id":"a"},`, 1000) + `{"cluster_id":"a"}]}`, "the page has more than 1000 clusters"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := readClusters(response(200, jsonType, test.body))
			var invalid *InvalidResponseError
			if !errors.As(err, &invalid) || invalid.Reason != test.want || got != nil {
				t.Errorf("got %v, %v, want %s", got, err, test.want)
			}
		})
	}
}
