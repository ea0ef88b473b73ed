package bench

import (
	"fmt"
	"strings"
)

// The providers that are compared, by the address of each.
const (
	ours     = "ackupgrade/ackupgrade"
	nothing  = "example.com/bench/nothing"
	unsigned = "example.com/bench/unsigned"
)

// required is the terraform block for one provider.
func required(address string) string {
	name := address[strings.LastIndex(address, "/")+1:]
	return fmt.Sprintf("terraform {\n  required_providers {\n    %s = {\n      source = %q\n    }\n  }\n}\n\n", name, address)
}

// readNothing has the provider read that does nothing.
func readNothing() string { return required(nothing) + "data \"nothing_read\" \"this\" {}\n" }

// readUnsigned reads the clusters without a signature, in a block with for_each.
func readUnsigned(s *server, ids []string) string {
	urls := make([]string, len(ids))
	for i, id := range ids {
		urls[i] = s.url(id)
	}
	return required(unsigned) + fmt.Sprintf("data \"unsigned_response\" \"this\" {\n  for_each = toset(%s)\n  url      = each.key\n}\n", list(urls))
}

// readEach reads the clusters in a block with for_each.
func readEach(s *server, ids []string, arguments ...string) string {
	return ourProvider(s) + fmt.Sprintf("data \"ackupgrade_status\" \"this\" {\n  for_each   = toset(%s)\n  cluster_id = each.key\n%s}\n", list(ids), lines(arguments))
}

// readFleet reads the clusters in one read. The ids are a list, as from a data source: Terraform takes time that grows with the
// square of the length to convert a long [...] to a list.
func readFleet(s *server, ids []string, arguments ...string) string {
	return ourProvider(s) + fmt.Sprintf("data \"ackupgrade_statuses\" \"this\" {\n  cluster_ids = split(\" \", %q)\n%s}\n", strings.Join(ids, " "), lines(arguments))
}

func ourProvider(s *server) string {
	return required(ours) + fmt.Sprintf("provider \"ackupgrade\" {\n  region   = \"cn-hangzhou\"\n  protocol = \"HTTP\"\n  endpoints {\n    cs = %q\n  }\n}\n\n", s.Endpoint())
}

func list(texts []string) string { return "[\"" + strings.Join(texts, "\", \"") + "\"]" }

func lines(arguments []string) string {
	var text strings.Builder
	for _, argument := range arguments {
		text.WriteString("  " + argument + "\n")
	}
	return text.String()
}
