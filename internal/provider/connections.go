package provider

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/ack"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/endpoint"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/summary"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/upgrade"
)

// connections holds one reader for each endpoint, and with it one pool of connections, however many reads share it.
type connections struct {
	settings settings
	running  context.Context // Ends when all reads have to; nil never does.

	mu      sync.Mutex
	readers map[string]*upgrade.Reader
}

func newConnections(s settings) *connections {
	return &connections{settings: s, readers: make(map[string]*upgrade.Reader)}
}

// interruptible returns a context that ends with ctx, and when all reads have to.
func (c *connections) interruptible(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	if c.running == nil {
		return ctx, cancel
	}
	stop := context.AfterFunc(c.running, cancel)
	return ctx, func() { stop(); cancel() }
}

// configured takes what Configure has left for data sources and ephemeral resources: nothing, while they are validated.
func configured(data any, diags *diag.Diagnostics) *connections {
	if data == nil {
		return nil
	}
	c, ok := data.(*connections)
	if !ok {
		diags.AddError(summary.UnexpectedProviderData, fmt.Sprintf("The type of the provider data is %T. This is a bug of this provider: please report it at %s", data, bugs))
	}
	return c
}

// target is what a read is about, for messages.
type target struct {
	subject
	region     string
	regionFrom string
	endpoint   string
	// endpointFrom is empty for the public endpoint, which follows from the region.
	endpointFrom string
	// signedWith says in words which credentials requests are signed with.
	signedWith string
	// source is the configured source, and version reports whether the version is needed too. It is empty in a read that has
	// one operation.
	source  upgrade.Source
	version bool
}

// regionValue returns the region as a value; null where it is not known yet.
func (t target) regionValue() types.String {
	if t.region == "" {
		return types.StringNull()
	}
	return types.StringValue(t.region)
}

// of returns the target for one cluster.
func (t target) of(clusterID string) target {
	t.subject = clusterSubject(clusterID)
	return t
}

// reader returns what reads clusters in the given region, null for the provider's, and the target that they have in common. The
// subject names them in a warning: the CLIs merge warnings of one summary.
func (c *connections) reader(region types.String, subject string) (*upgrade.Reader, target, diag.Diagnostics) {
	var diags diag.Diagnostics
	hasRegion := !region.IsNull()
	t := target{region: c.settings.region.Text, regionFrom: c.settings.region.From, signedWith: c.settings.signedWith}
	if hasRegion {
		t.region, t.regionFrom = region.ValueString(), "the attribute region of this block"
	}
	if name := c.settings.unknownFor(hasRegion); name != "" {
		diags.Append(unknownSettingDiagnostic(name))
		return nil, t, diags
	}
	t.endpoint = fmt.Sprintf("cs.%s.aliyuncs.com", t.region)
	if override := c.settings.endpoint; override.IsSet() {
		t.endpoint, t.endpointFrom = endpoint.In(override.Text, t.region), override.From
		if hasRegion && !endpoint.FollowsRegion(override.Text) && !endpoint.IsLoopback(t.endpoint) {
			diags.AddAttributeWarning(path.Root("region"), summary.RegionNoEffect(subject),
				fmt.Sprintf("The endpoint is %s for every region. It is set by %s. Remove region or the endpoint, unless the endpoint is in the region %s. "+
					"Or write {region} in the endpoint in place of the region.", t.endpoint, t.endpointFrom, t.region))
		}
	}
	return c.forEndpoint(t.endpoint), t, diags
}

func (c *connections) forEndpoint(host string) *upgrade.Reader {
	c.mu.Lock()
	defer c.mu.Unlock()
	reader, ok := c.readers[host]
	if !ok {
		s := c.settings
		reader = upgrade.NewReader(ack.NewClient(ack.Config{
			Endpoint:       host,
			Scheme:         strings.ToLower(s.protocol),
			UserAgent:      s.userAgent,
			Headers:        map[string]string{"X-Acs-Source-Ip": s.sourceIP, "X-Acs-Secure-Transport": s.secureTransport},
			Credentials:    s.credentials,
			Transport:      s.transport(s.connectTimeout, s.readTimeout),
			AttemptTimeout: s.connectTimeout + s.readTimeout,
			RetryTimeout:   s.retryTimeout,
			OnRetry:        logRetry,
		}))
		c.readers[host] = reader
	}
	return reader
}

func logRetry(ctx context.Context, r ack.Retry) {
	tflog.Warn(ctx, "Request to the ACK API failed; retrying", map[string]any{
		"operation": string(r.Operation), "attempt": r.Attempt, "delay": r.Delay.String(), "error": r.Err.Error(),
	})
}
