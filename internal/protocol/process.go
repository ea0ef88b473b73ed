package protocol

import (
	"context"
	"fmt"
	"io"
	"os/exec"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"
)

// handshake is the CLIs' own: a provider that is started without it prints that it is a plugin, and ends.
var handshake = plugin.HandshakeConfig{
	ProtocolVersion:  6,
	MagicCookieKey:   "TF_PLUGIN_MAGIC_COOKIE",
	MagicCookieValue: "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
}

// Process is a provider in its own process.
type Process struct {
	client *plugin.Client
	conn   *grpc.ClientConn
	schema schemas
}

// Start starts a provider with the given environment ("NAME=value") and nothing else of this process's. Its log goes to log, which may
// be nil, line by line. Close ends it.
func Start(ctx context.Context, path string, log io.Writer, env ...string) (*Process, error) {
	command := exec.Command(path) //nolint:noctx // The caller's own provider, whose process Close ends in the order of the protocol.
	command.Env = env
	p := &Process{client: plugin.NewClient(&plugin.ClientConfig{
		HandshakeConfig:  handshake,
		VersionedPlugins: map[int]plugin.PluginSet{6: {"provider": connector{}}},
		AllowedProtocols: []plugin.Protocol{plugin.ProtocolGRPC},
		AutoMTLS:         true,
		Cmd:              command,
		SkipHostEnv:      true,
		Logger:           hclog.NewNullLogger(),
		Stderr:           log,
	})}
	if err := p.connect(ctx); err != nil {
		p.Close()
		return nil, fmt.Errorf("starting the provider %s: %w", path, err)
	}
	return p, nil
}

func (p *Process) connect(ctx context.Context) error {
	client, err := p.client.Client()
	if err != nil {
		return err
	}
	raw, err := client.Dispense("provider")
	if err != nil {
		return err
	}
	conn, ok := raw.(*grpc.ClientConn)
	if !ok {
		return fmt.Errorf("the connection is a %T", raw)
	}
	p.conn = conn
	return p.call(ctx, "GetProviderSchema", nil, &p.schema)
}

// Close ends the process.
func (p *Process) Close() { p.client.Kill() }

// connector gives out the bare connection: the messages on it are made in message.go.
type connector struct{ plugin.NetRPCUnsupportedPlugin }

// GRPCClient implements plugin.GRPCPlugin.
func (connector) GRPCClient(_ context.Context, _ *plugin.GRPCBroker, conn *grpc.ClientConn) (any, error) {
	return conn, nil
}

// GRPCServer implements plugin.GRPCPlugin. Providers are served elsewhere.
func (connector) GRPCServer(*plugin.GRPCBroker, *grpc.Server) error { return nil }
