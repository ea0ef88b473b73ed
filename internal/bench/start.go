package bench

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/types/known/emptypb"
)

// cookie is what a CLI sets in a provider's environment. A provider that is started by hand lacks it, and says so.
const cookie = "TF_PLUGIN_MAGIC_COOKIE=d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2"

// The methods of the plugin protocol that a start takes. All have requests without fields, so that no type of the protocol is
// needed: plugin-go keeps them to itself.
const (
	methodSchema   = "/tfplugin6.Provider/GetProviderSchema"
	methodShutdown = "/plugin.GRPCController/Shutdown"
)

// Start starts a provider as a CLI does, up to its schema, and ends it.
func Start(ctx context.Context, command ...string) (Cost, error) {
	provider := exec.CommandContext(ctx, command[0], command[1:]...) //nolint:gosec // Built by the caller.
	provider.Env = append(os.Environ(), cookie, "PLUGIN_PROTOCOL_VERSIONS=6")
	output, err := provider.StdoutPipe()
	if err != nil {
		return Cost{}, err
	}
	began := time.Now()
	if err := provider.Start(); err != nil {
		return Cost{}, err
	}
	err = handshake(ctx, bufio.NewReader(output))
	if err != nil {
		_ = provider.Process.Kill() // It may have ended by itself.
	}
	err = errors.Join(err, provider.Wait())
	return costOf(time.Since(began), provider.ProcessState), err
}

// handshake reads where the provider listens, takes its schema, and has it end.
func handshake(ctx context.Context, output *bufio.Reader) error {
	line, err := output.ReadString('\n') // Such as 1|6|unix|/tmp/plugin1|grpc|
	if err != nil {
		return fmt.Errorf("the provider has not said where it listens: %w", err)
	}
	parts := strings.Split(strings.TrimSpace(line), "|")
	if len(parts) < 5 || parts[4] != "grpc" {
		return fmt.Errorf("the provider says %q", line)
	}
	address := parts[3]
	if parts[2] == "unix" {
		address = "unix:" + address
	}
	connection, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(64<<20)))
	if err != nil {
		return err
	}
	defer func() { _ = connection.Close() }()
	if err := connection.Invoke(ctx, methodSchema, &emptypb.Empty{}, &emptypb.Empty{}); err != nil {
		return fmt.Errorf("taking the provider's schema: %w", err)
	}
	_ = connection.Invoke(ctx, methodShutdown, &emptypb.Empty{}, &emptypb.Empty{}) // It may be gone before it has responded.
	return nil
}
