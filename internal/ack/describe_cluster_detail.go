package ack

import "context"

// DescribeClusterDetail returns the current state of a cluster.
const DescribeClusterDetail Operation = "DescribeClusterDetail"

// ClusterDetail is the part of a cluster's detail that an upgrade changes. A missing or null text is nil. A value that is not a
// string is kept as its raw text, which is never a known value.
type ClusterDetail struct {
	Response

	// State is the cluster's state: running, upgrading and others.
	State *string
	// CurrentVersion is the Kubernetes version that the cluster runs, such as 1.33.3-aliyun.1.
	CurrentVersion *string
	// Similar is the name of a field that differs only in spelling from one that decides; empty if there is none.
	Similar string
}

// maxClusterDetail is the maximum size of a response in bytes. A response repeats all settings of a cluster, some of them as
// text.
const maxClusterDetail = 1 << 20

var clusterDetailFields = []string{fieldClusterID, "state", "current_version"}

// DescribeClusterDetail requests the state and version of a cluster. Its error is always a *RequestError.
func (c *Client) DescribeClusterDetail(ctx context.Context, clusterID string) (*ClusterDetail, error) {
	return do(ctx, c, describeClusterDetail(clusterID))
}

func describeClusterDetail(clusterID string) call[ClusterDetail] {
	return call[ClusterDetail]{
		operation: DescribeClusterDetail,
		path:      []string{"clusters", clusterID},
		maxBody:   maxClusterDetail,
		fields:    clusterDetailFields,
		decode: func(o object) (*ClusterDetail, error) {
			if err := checkCluster(o, clusterID); err != nil {
				return nil, err
			}
			if err := o.checkDuplicates(clusterDetailFields...); err != nil {
				return nil, err
			}
			return &ClusterDetail{
				State: o.text("state"), CurrentVersion: o.text("current_version"),
				Similar: o.similarTo("state", "current_version"),
			}, nil
		},
	}
}
