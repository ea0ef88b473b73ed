// Command inventory writes what each binary of a release is made of, and the checksums of the files that the registries do not
// read. goreleaser runs it in its dist folder.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	dist := flag.String("dist", ".", "the `folder` that the release was made in")
	version := flag.String("version", "", "the release's `version`, without v")
	flag.Parse()

	if err := run(*dist, *version); err != nil {
		fmt.Fprintln(os.Stderr, "inventory:", err)
		os.Exit(1)
	}
}

// products are the binaries that a release has, by the pattern of their files in the dist folder.
var products = []product{
	{name: "terraform-provider-ackupgrade", binaries: "*/terraform-provider-ackupgrade_v*"},
	{name: "acksim", binaries: "*/acksim*"},
}

func run(dist, version string) error {
	var summed []string
	for _, p := range products {
		document := filepath.Join(dist, p.name+"_"+version+"_sbom.cdx.json")
		if err := p.write(dist, version, document); err != nil {
			return err
		}
		summed = append(summed, document)
	}
	archives, err := filepath.Glob(filepath.Join(dist, "acksim_"+version+"_*.tar.gz"))
	if err != nil {
		return err
	}
	if len(archives) == 0 {
		return fmt.Errorf("no archive of acksim %s in %s", version, dist)
	}
	return writeSums(filepath.Join(dist, "acksim_"+version+"_checksums.txt"), append(summed, archives...))
}
