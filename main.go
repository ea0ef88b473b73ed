// Command terraform-provider-ackupgrade serves the provider to Terraform and OpenTofu.
package main

import (
	"context"
	"flag"
	"log"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/lifetime"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/provider"
)

// version is the release's; the linker sets it.
var version = "dev"

func main() {
	debugger := flag.Bool("debug", false, "serve a debugger, such as delve: print what to set in TF_REATTACH_PROVIDERS")
	flag.Parse()

	home, _ := os.UserHomeDir() // Without one, a path that begins with "~" is an error, where it is used.
	machine := provider.Machine{Getenv: os.Getenv, Home: home, Running: lifetime.Watch(context.Background(), os.Exit)}
	err := providerserver.Serve(context.Background(), provider.New(version, machine), providerserver.ServeOpts{
		Address:         "registry.terraform.io/ackupgrade/ackupgrade",
		ProtocolVersion: 6,
		Debug:           *debugger,
	})
	if err != nil {
		log.Fatal(err)
	}
}
