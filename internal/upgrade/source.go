package upgrade

import (
	"context"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/ack"
)

// Source is a way to find out how an upgrade stands.
type Source string

// SourceUpgradeStatus is GetUpgradeStatus.
const SourceUpgradeStatus Source = "upgrade_status"

// Query says what to read.
type Query struct {
	ClusterID string
	Source    Source
}

// Reader reads how upgrades stand, through one endpoint. It is safe for concurrent use.
type Reader struct{ client *ack.Client }

// NewReader returns a reader that asks the given client.
func NewReader(client *ack.Client) *Reader { return &Reader{client: client} }

// Read reads how the upgrade of a cluster stands. Its error is an *ack.RequestError.
func (r *Reader) Read(ctx context.Context, q Query) (*Reading, error) {
	status, err := r.client.GetUpgradeStatus(ctx, q.ClusterID)
	if err != nil {
		return nil, err
	}
	return fromStatus(q.ClusterID, status), nil
}
