// Command terraform-provider-ackupgrade serves the provider to Terraform and OpenTofu.
package main

import (
	"context"
	"flag"
	"log"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/lifetime"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/provider"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/startup"
)

// version is the release's; the linker sets it.
var version = "dev"

func main() {
	debugger := flag.Bool("debug", false, "serve a debugger, such as delve: print what to set in TF_REATTACH_PROVIDERS")
	flag.Parse()

	startup.DelayFirstCollection()
	home, _ := os.UserHomeDir() // Without one, a path that begins with "~" is an error, where it is used.
	machine := provider.Machine{Getenv: os.Getenv, Home: home, Running: lifetime.Watch(context.Background(), os.Exit)}
	var options []tf6server.ServeOpt
	if *debugger {
		options = append(options, tf6server.WithManagedDebug())
	} else {
		startup.MatchLogLevel()
	}
	// Not providerserver.Serve, which links the server of protocol 5 too: 2% of the program.
	err := tf6server.Serve("registry.terraform.io/ackupgrade/ackupgrade", func() tfprotov6.ProviderServer {
		return providerserver.NewProtocol6(provider.New(version, machine)())()
	}, options...)
	if err != nil {
		log.Fatal(err)
	}
}
