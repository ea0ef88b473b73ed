// Command standin serves providers for tests, under the names of the providers that users guard: aliyun/alicloud and
// hashicorp/kubernetes. So the examples are tested as users paste them. Its schemas are small, with only the
// attributes that the examples use. It makes no request. It records its calls for the tests.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
)

// standIns has each provider by its name.
var standIns = map[string]func() provider.Provider{
	"alicloud":   alicloud,
	"kubernetes": kubernetes,
}

func main() {
	served, err := named(os.Args[0])
	if err != nil {
		log.Fatal(err)
	}
	if err := providerserver.Serve(context.Background(), served, providerserver.ServeOpts{Address: "example.com/test/standin"}); err != nil {
		log.Fatal(err)
	}
}

// named returns the provider for the name of a file, such as terraform-provider-alicloud_v1.270.0.
func named(file string) (func() provider.Provider, error) {
	name, _, _ := strings.Cut(strings.TrimPrefix(filepath.Base(file), "terraform-provider-"), "_")
	served, ok := standIns[name]
	if !ok {
		return nil, fmt.Errorf("no stand-in has the name %q", name)
	}
	return served, nil
}
