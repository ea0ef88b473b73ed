// Command actionschemas writes the schemas of the provider's actions, for the docs: a CLI that does not know actions leaves them out.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/protocol"
)

func main() {
	provider := flag.String("provider", "", "the built provider's `path`")
	out := flag.String("out", "", "the `file` to write")
	flag.Parse()
	if err := run(context.Background(), *provider, *out); err != nil {
		fmt.Fprintln(os.Stderr, "actionschemas:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, provider, out string) error {
	process, err := protocol.Start(ctx, provider, nil)
	if err != nil {
		return err
	}
	defer process.Close()
	document, err := process.SchemaDocument()
	if err != nil {
		return err
	}
	return os.WriteFile(out, document, 0o600)
}
