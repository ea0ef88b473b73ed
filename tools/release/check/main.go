// Command check looks a release over as the registries do: every archive is in the checksum file, its sum is right and it
// holds the provider under the name that the command lines expect, and the manifest names the protocol that they speak.
package main

import (
	"archive/zip"
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

const project = "terraform-provider-ackupgrade"

func main() {
	dist := flag.String("dist", "", "the `folder` that the release was made in")
	manifest := flag.String("manifest", "", "the registry manifest's `file`")
	flag.Parse()

	if err := run(*dist, *manifest); err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

func run(dist, manifest string) error {
	files, err := filepath.Glob(filepath.Join(dist, project+"_*_SHA256SUMS"))
	if err != nil {
		return err
	}
	if len(files) != 1 {
		return fmt.Errorf("%d checksum files in %s, want one", len(files), dist)
	}
	version := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(files[0]), project+"_"), "_SHA256SUMS")
	sums, err := readSums(files[0])
	if err != nil {
		return err
	}

	// The manifest is published under a name with the version in it, and summed under that name.
	manifestName := project + "_" + version + "_manifest.json"
	if err := checkSum(manifest, sums[manifestName]); err != nil {
		return fmt.Errorf("%s: %w", manifestName, err)
	}
	if err := checkManifest(manifest); err != nil {
		return fmt.Errorf("%s: %w", manifestName, err)
	}
	fmt.Println(manifestName)

	archives, err := filepath.Glob(filepath.Join(dist, "*.zip"))
	if err != nil {
		return err
	}
	if len(archives) == 0 {
		return errors.New("no archives")
	}
	for _, archive := range archives {
		name := filepath.Base(archive)
		if err := checkSum(archive, sums[name]); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if err := checkArchive(archive, version); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	if want := len(archives) + 1; len(sums) != want {
		return fmt.Errorf("%d files have a checksum, want %d: the archives and the manifest", len(sums), want)
	}
	return nil
}

// readSums returns the checksums by file name.
func readSums(file string) (map[string]string, error) {
	text, err := os.ReadFile(file) //nolint:gosec // The caller names the folder.
	if err != nil {
		return nil, err
	}
	sums := map[string]string{}
	lines := bufio.NewScanner(strings.NewReader(string(text)))
	for lines.Scan() {
		sum, name, ok := strings.Cut(lines.Text(), "  ")
		if !ok {
			return nil, fmt.Errorf("%s: no checksum in line %q", file, lines.Text())
		}
		sums[name] = sum
	}
	return sums, lines.Err()
}

func checkSum(file, want string) error {
	if want == "" {
		return errors.New("has no checksum")
	}
	f, err := os.Open(file) //nolint:gosec // The caller names the folder.
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // Only read.
	hash := sha256.New()
	if _, err := io.Copy(hash, f); err != nil {
		return err
	}
	if got := hex.EncodeToString(hash.Sum(nil)); got != want {
		return fmt.Errorf("its checksum is %s, the checksum file says %s", got, want)
	}
	return nil
}

func checkManifest(file string) error {
	text, err := os.ReadFile(file) //nolint:gosec // The caller names the file.
	if err != nil {
		return err
	}
	var manifest struct {
		Version  int `json:"version"`
		Metadata struct {
			ProtocolVersions []string `json:"protocol_versions"`
		} `json:"metadata"`
	}
	if err := json.Unmarshal(text, &manifest); err != nil {
		return err
	}
	if manifest.Version != 1 {
		return fmt.Errorf("version is %d, want 1", manifest.Version)
	}
	if got := manifest.Metadata.ProtocolVersions; !slices.Equal(got, []string{"6.0"}) {
		return fmt.Errorf("protocol_versions is %q, want 6.0 alone, which main.go serves", got)
	}
	return nil
}

// checkArchive prints what the archive holds, and fails if the provider is not among it.
func checkArchive(file, version string) error {
	archive, err := zip.OpenReader(file)
	if err != nil {
		return err
	}
	defer archive.Close() //nolint:errcheck // Only read.

	binary := project + "_v" + version
	if strings.Contains(filepath.Base(file), "_windows_") {
		binary += ".exe"
	}
	var names []string
	for _, f := range archive.File {
		names = append(names, f.Name)
		if f.Name == binary && f.Mode().Perm()&0o111 == 0 {
			return fmt.Errorf("%s is not executable", binary)
		}
	}
	fmt.Printf("%s: %s\n", filepath.Base(file), strings.Join(names, ", "))
	if !slices.Contains(names, binary) {
		return fmt.Errorf("%s is missing", binary)
	}
	return nil
}
