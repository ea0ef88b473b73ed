package main

import (
	"debug/buildinfo"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"

	cdx "github.com/CycloneDX/cyclonedx-go"
)

// A product is a binary that is built for several platforms.
type product struct {
	name     string
	binaries string
}

// write writes the product's software bill of materials: each module that is linked into the binary of any platform, as the
// binaries themselves say. It has no time and no serial number, so that the same release gives the same file.
func (p product) write(dist, version, out string) (err error) {
	bom, err := p.bom(dist, version)
	if err != nil {
		return err
	}
	file, err := os.Create(out) //nolint:gosec // The caller names the folder.
	if err != nil {
		return err
	}
	defer func() {
		if closed := file.Close(); err == nil {
			err = closed
		}
	}()
	return cdx.NewBOMEncoder(file, cdx.BOMFileFormatJSON).SetPretty(true).EncodeVersion(bom, cdx.SpecVersion1_6)
}

func (p product) bom(dist, version string) (*cdx.BOM, error) {
	binaries, err := filepath.Glob(filepath.Join(dist, p.binaries))
	if err != nil {
		return nil, err
	}
	if len(binaries) == 0 {
		return nil, fmt.Errorf("no binary of %s in %s", p.name, dist)
	}
	components := map[string]cdx.Component{}
	var main cdx.Component
	for _, binary := range binaries {
		info, err := buildinfo.ReadFile(binary)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", binary, err)
		}
		main = application(p.name, version, info)
		std := standardLibrary(info)
		components[std.PackageURL] = std
		for _, module := range info.Deps {
			library, err := libraryOf(module)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", binary, err)
			}
			components[library.PackageURL] = library
		}
	}
	var list []cdx.Component
	var uses []string
	for _, component := range components {
		list = append(list, component)
		uses = append(uses, component.BOMRef)
	}
	slices.SortFunc(list, func(a, b cdx.Component) int { return strings.Compare(a.BOMRef, b.BOMRef) })
	slices.Sort(uses)

	bom := cdx.NewBOM()
	bom.Metadata = &cdx.Metadata{Component: &main}
	bom.Components = &list
	bom.Dependencies = &[]cdx.Dependency{{Ref: main.BOMRef, Dependencies: &uses}}
	return bom, nil
}

func application(name, version string, info *debug.BuildInfo) cdx.Component {
	url := packageURL(info.Main.Path, "v"+version)
	if folder := strings.TrimPrefix(info.Path, info.Main.Path+"/"); folder != info.Path {
		url += "#" + folder
	}
	return cdx.Component{
		BOMRef: url, Type: cdx.ComponentTypeApplication, Name: name, Version: "v" + version, PackageURL: url,
		Licenses: &cdx.Licenses{{License: &cdx.License{ID: "MPL-2.0"}}},
	}
}

func standardLibrary(info *debug.BuildInfo) cdx.Component {
	version, _, _ := strings.Cut(strings.TrimPrefix(info.GoVersion, "go"), " ")
	url := packageURL("std", version)
	return cdx.Component{BOMRef: url, Type: cdx.ComponentTypeLibrary, Name: "std", Version: version, PackageURL: url}
}

func libraryOf(module *debug.Module) (cdx.Component, error) {
	if module.Replace != nil {
		module = module.Replace
	}
	url := packageURL(module.Path, module.Version)
	component := cdx.Component{
		BOMRef: url, Type: cdx.ComponentTypeLibrary, Name: module.Path, Version: module.Version, PackageURL: url,
	}
	if module.Sum == "" { // A module that is replaced by a folder has none.
		return component, fmt.Errorf("%s %s has no checksum: a release is built from released modules", module.Path, module.Version)
	}
	sum, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(module.Sum, "h1:"))
	if err != nil {
		return component, fmt.Errorf("checksum of %s: %w", module.Path, err)
	}
	component.Hashes = &[]cdx.Hash{{Algorithm: cdx.HashAlgoSHA256, Value: hex.EncodeToString(sum)}}
	return component, nil
}

// packageURL returns the purl of a Go module. Its rules want small letters, and a version's plus sign escaped.
func packageURL(path, version string) string {
	return "pkg:golang/" + strings.ToLower(path) + "@" + strings.ReplaceAll(version, "+", "%2B")
}
