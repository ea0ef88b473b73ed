package ack

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/display"
)

// DescribeClustersForRegion lists the clusters of a region, page by page.
const DescribeClustersForRegion Operation = "DescribeClustersForRegion"

// RegionClusters is one page of a region's clusters.
type RegionClusters struct {
	Response

	// Listed is whether the response contains a list. The list may be empty.
	Listed bool
	// Clusters are the clusters of the page, in the order of the response.
	Clusters []RegionCluster
	// PageSize is the number of clusters of a full page, and TotalCount the number of all clusters, according to the response; -1
	// if missing.
	PageSize, TotalCount int
}

// RegionCluster is a cluster of a region. A missing or null text is nil. A value that is not a string is kept as its raw text.
type RegionCluster struct {
	// ID is never empty: a cluster without an id makes the response invalid.
	ID string
	// Name, State, CurrentVersion, NextVersion, Profile and ResourceGroupID are the cluster's attributes.
	Name, State, CurrentVersion, NextVersion, Profile, ResourceGroupID *string
	// Tags are the cluster's tags; empty when it has none.
	Tags map[string]string
}

const (
	// maxRegionClustersBody is the maximum size of a page in bytes. A cluster has some KiB, because it repeats settings as text.
	maxRegionClustersBody = 2 << 20
	// maxClustersOfPage is the maximum number of clusters in a page, independent of the requested size.
	maxClustersOfPage = 1000
	// maxTagsOfCluster bounds the tags of a cluster. Alibaba Cloud allows 20 and adds some of its own.
	maxTagsOfCluster = 200
)

var (
	regionClustersFields = []string{"clusters", "page_info"}
	regionClusterFields  = []string{
		fieldClusterID, "name", "state", "current_version", "next_version", "profile", "resource_group_id", "tags",
	}
	tagFields = []string{"key", "value"}
)

// DescribeClustersForRegion requests a page, counted from one, of a region's clusters. Its error is always a *RequestError.
func (c *Client) DescribeClustersForRegion(ctx context.Context, region string, page, pageSize int) (*RegionClusters, error) {
	return do(ctx, c, describeClustersForRegion(region, page, pageSize))
}

func describeClustersForRegion(region string, page, pageSize int) call[RegionClusters] {
	return call[RegionClusters]{
		operation: DescribeClustersForRegion,
		path:      []string{"regions", region, "clusters"},
		query:     url.Values{"page_number": {strconv.Itoa(page)}, "page_size": {strconv.Itoa(pageSize)}},
		maxBody:   maxRegionClustersBody,
		fields:    regionClustersFields,
		decode:    decodeRegionClusters,
	}
}

// decodeRegionClusters is strict: which clusters a gate is over depends on the list. A cluster that is not understood must
// not be left out silently.
func decodeRegionClusters(o object) (*RegionClusters, error) {
	if err := o.checkDuplicates("page_info"); err != nil {
		return nil, err
	}
	if similar := o.similarTo("clusters"); similar != "" {
		return nil, fmt.Errorf("the response has a field %q, which may be meant for clusters", similar)
	}
	p := &RegionClusters{PageSize: -1, TotalCount: -1}
	if v, ok := o.find("page_info"); ok {
		info := o.readObject(v, pageInfoFields)
		if err := info.checkDuplicates(pageInfoFields...); err != nil {
			return nil, err
		}
		p.PageSize, p.TotalCount = countOf(info, "page_size"), countOf(info, "total_count")
	}
	clusters, listed, err := o.list("clusters")
	if err != nil {
		return nil, err
	}
	if p.Listed = listed; !listed {
		return p, nil
	}
	for v := range clusters {
		if len(p.Clusters) == maxClustersOfPage {
			return nil, fmt.Errorf("the page has more than %d clusters", maxClustersOfPage)
		}
		cluster, err := decodeRegionCluster(o, v)
		if err != nil {
			return nil, fmt.Errorf("cluster %d of the page: %w", len(p.Clusters)+1, err)
		}
		p.Clusters = append(p.Clusters, cluster)
	}
	return p, nil
}

func decodeRegionCluster(page object, v value) (RegionCluster, error) {
	if !v.isObject() {
		return RegionCluster{}, errors.New("it is not an object")
	}
	o := page.readObject(v, regionClusterFields)
	if err := o.checkDuplicates(regionClusterFields[:len(regionClusterFields)-1]...); err != nil { // In XML, tags is a list.
		return RegionCluster{}, err
	}
	if similar := o.similarTo(regionClusterFields...); similar != "" {
		return RegionCluster{}, fmt.Errorf("it has a field %q, whose name differs from an expected one in spelling alone", display.Line(similar, maxExcerpt))
	}
	id, ok := o.find(fieldClusterID)
	if !ok || !id.isText() || strings.TrimSpace(id.text()) == "" {
		return RegionCluster{}, fmt.Errorf("it has no %s", fieldClusterID)
	}
	c := RegionCluster{
		ID: strings.TrimSpace(o.keepText(id.text(), maxWord)), Name: o.text("name"), State: o.text("state"), CurrentVersion: o.text("current_version"),
		NextVersion: o.text("next_version"), Profile: o.text("profile"), ResourceGroupID: o.text("resource_group_id"),
	}
	var err error
	c.Tags, err = decodeTags(o)
	return c, err
}

// decodeTags reads the tags of a cluster. A tag without a key is no tag; of two with one key, it is unknown which one counts.
func decodeTags(cluster object) (map[string]string, error) {
	elements, listed, err := cluster.list("tags")
	if err != nil {
		if v, ok := cluster.find("tags"); ok && v.blank() {
			return nil, nil //nolint:nilnil // An empty text in place of a list: no tags.
		}
		return nil, err
	}
	if !listed {
		return nil, nil //nolint:nilnil // No tags.
	}
	tags := make(map[string]string)
	for v := range elements {
		if !v.isObject() {
			return nil, errors.New("one of its tags is not an object")
		}
		o := cluster.readObject(v, tagFields)
		if err := o.checkDuplicates(tagFields...); err != nil {
			return nil, fmt.Errorf("in its tags: %w", err)
		}
		if similar := o.similarTo(tagFields...); similar != "" {
			return nil, fmt.Errorf("one of its tags has a field %q, whose name differs from an expected one in spelling alone", display.Line(similar, maxExcerpt))
		}
		key, value := o.text("key"), o.text("value")
		if key == nil || *key == "" {
			return nil, errors.New("one of its tags has no key")
		}
		if _, ok := tags[*key]; ok {
			return nil, fmt.Errorf("it has the tag %q twice", display.Line(*key, maxExcerpt))
		}
		if len(tags) == maxTagsOfCluster {
			return nil, fmt.Errorf("it has more than %d tags", maxTagsOfCluster)
		}
		if tags[*key] = ""; value != nil {
			tags[*key] = *value
		}
	}
	return tags, nil
}
