// Command terraform-provider-ackupgrade serves the provider to Terraform and OpenTofu.
package main

import (
	"context"
	"flag"
	"log"
	"os"
	"runtime/debug"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/provider"
)

// version is the release's; the linker sets it.
var version = "dev"

// memoryLimit is from where on the garbage collector works harder. Ten thousand clusters in one read need some 100 MiB; left to
// itself, it lets as much garbage lie around, and the runner of a pipeline may be small.
const memoryLimit = 160 << 20

func main() {
	debugger := flag.Bool("debug", false, "serve a debugger, such as delve: print what to set in TF_REATTACH_PROVIDERS")
	flag.Parse()

	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryLimit)
	}
	home, _ := os.UserHomeDir() // Without one, a path that begins with "~" is an error, where it is used.
	machine := provider.Machine{Getenv: os.Getenv, Home: home}
	err := providerserver.Serve(context.Background(), provider.New(version, machine), providerserver.ServeOpts{
		Address:         "registry.terraform.io/ackupgrade/ackupgrade",
		ProtocolVersion: 6,
		Debug:           *debugger,
	})
	if err != nil {
		log.Fatal(err)
	}
}
