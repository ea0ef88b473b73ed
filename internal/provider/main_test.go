package provider

import (
	"context"
	"fmt"
	"os"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/scenario"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/realcli"
)

// TestMain points terraform-plugin-testing at the CLI; left alone, it would look for one on the internet.
func TestMain(m *testing.M) {
	cli, err := realcli.Find(context.Background())
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	for name, value := range map[string]string{
		"TF_ACC_TERRAFORM_PATH": cli.Path,
		"TF_ACC_PROVIDER_HOST":  cli.RegistryHost(),
		"TF_CLI_CONFIG_FILE":    "",
		"CHECKPOINT_DISABLE":    "1",
	} {
		if err := os.Setenv(name, value); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	os.Exit(m.Run())
}

// The key that every simulator in these tests knows.
const testKey = `{"id": "testak", "secret": "testsk"}`

// simulate starts a simulator of the given clusters, in the form of a scenario's, and returns it and its endpoint.
func simulate(t *testing.T, clusters string) (*acksim.Simulator, string) {
	t.Helper()
	scenario, err := scenario.Parse([]byte(`{"access_keys": [` + testKey + `], "clusters": {` + clusters + `}}`))
	if err != nil {
		t.Fatal(err)
	}
	simulator, err := acksim.New(scenario)
	if err != nil {
		t.Fatal(err)
	}
	server, err := acksim.Start(t.Context(), simulator, acksim.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	return simulator, server.Endpoint()
}

// factories serves the provider in this process, with env for its environment.
func factories(env ...string) map[string]func() (tfprotov6.ProviderServer, error) {
	return map[string]func() (tfprotov6.ProviderServer, error){
		"ackupgrade": providerserver.NewProtocol6WithError(New("test", Machine{Getenv: environ(env...)})()),
	}
}

// providerBlock returns a provider block for the simulator at endpoint.
func providerBlock(endpoint string) string {
	return `
provider "ackupgrade" {
  access_key = "testak"
  secret_key = "testsk"
  region     = "cn-hangzhou"
  protocol   = "HTTP"
  endpoints {
    cs = "` + endpoint + `"
  }
}
`
}
