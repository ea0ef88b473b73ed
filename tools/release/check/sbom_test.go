package check

import (
	"bytes"
	"debug/buildinfo"
	"encoding/base64"
	"encoding/hex"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"

	cdx "github.com/CycloneDX/cyclonedx-go"
)

// What is in the archives is compared with the list, and the list with go.sum: neither knows of the other.
func TestTheBillOfMaterialsIsThatOfTheBinaries(t *testing.T) {
	r := theRelease(t)
	sums, err := os.ReadFile(filepath.Join(root, "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{project, simulator} {
		t.Run(name, func(t *testing.T) {
			listed := readBill(t, r.path(name+"_"+r.version+"_sbom.cdx.json"), r.version)
			linked := map[string]bool{}
			for _, target := range r.targets {
				for _, module := range modulesOf(t, r, name, target) {
					key := module.Path + " " + module.Version
					linked[key] = true
					if _, ok := listed[key]; !ok {
						t.Errorf("%s is linked for %s, and not listed", key, target)
					}
				}
			}
			for key, hash := range listed {
				if !linked[key] {
					t.Errorf("%s is listed, and linked for no platform", key)
				}
				if strings.HasPrefix(key, "std ") {
					continue
				}
				sum, err := hex.DecodeString(hash)
				if err != nil {
					t.Fatal(err)
				}
				if line := key + " h1:" + base64.StdEncoding.EncodeToString(sum); !bytes.Contains(sums, []byte(line+"\n")) {
					t.Errorf("go.sum has no line %q", line)
				}
			}
			t.Logf("%d modules", len(listed))
		})
	}
}

// readBill returns the checksum of each module that a bill of materials lists, by path and version.
func readBill(t *testing.T, file, version string) map[string]string {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // Only read.
	var bom cdx.BOM
	if err := cdx.NewBOMDecoder(f, cdx.BOMFileFormatJSON).Decode(&bom); err != nil {
		t.Fatal(err)
	}
	if bom.Components == nil || bom.Metadata == nil || bom.Metadata.Component == nil || bom.Metadata.Component.Version != "v"+version {
		t.Fatalf("%s is not about %s, or empty", filepath.Base(file), version)
	}
	if bom.Metadata.Timestamp != "" || bom.SerialNumber != "" {
		t.Errorf("%s has a time or a number of its own, so no other build gives the same", filepath.Base(file))
	}
	modules := map[string]string{}
	for _, component := range *bom.Components {
		var hash string
		if component.Hashes != nil {
			hash = (*component.Hashes)[0].Value
		}
		modules[component.Name+" "+component.Version] = hash
	}
	return modules
}

// modulesOf returns the modules in the binary that an archive holds, the standard library among them.
func modulesOf(t *testing.T, r release, name, target string) []debug.Module {
	t.Helper()
	members := membersOfTar(t, r.path(r.simulatorArchive(target)))
	if name == project {
		members = membersOfZip(t, r.path(r.archive(target)))
	}
	for _, m := range members {
		if m.name == "LICENSE" {
			continue
		}
		info, err := buildinfo.Read(bytes.NewReader(m.content))
		if err != nil {
			t.Fatal(err)
		}
		modules := []debug.Module{{Path: "std", Version: strings.TrimPrefix(info.GoVersion, "go")}}
		for _, module := range info.Deps {
			modules = append(modules, *module)
		}
		return modules
	}
	t.Fatalf("%s: no binary for %s", name, target)
	return nil
}
