// Command guarded serves a provider for tests, which stands for the one that a gate guards, such as alicloud. It keeps a
// record of what it did, so that a test sees what was touched.
package main

import (
	"context"
	"log"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
)

func main() {
	err := providerserver.Serve(context.Background(), func() provider.Provider { return new(guarded) }, providerserver.ServeOpts{
		Address: "example.com/test/guarded",
	})
	if err != nil {
		log.Fatal(err)
	}
}
