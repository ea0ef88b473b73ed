package check

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// A release is what goreleaser has made.
type release struct {
	dist    string
	version string
	// targets are the platforms that it was made for, such as "linux_amd64", in order.
	targets []string
	signs   []signing
	// sums and simulatorSums are the two checksum files, by file name.
	sums, simulatorSums map[string]string
}

// A signing is an entry of signs in the configuration.
type signing struct {
	Artifacts string
	Cmd       string
	Args      []string
}

func readRelease(dist, config string) (release, error) {
	r := release{dist: dist}
	text, err := os.ReadFile(config)
	if err != nil {
		return r, err
	}
	var parsed struct {
		Builds []struct {
			ID      string
			Targets []string
		}
		Signs []signing
	}
	if err := yaml.Unmarshal(text, &parsed); err != nil {
		return r, fmt.Errorf("%s: %w", config, err)
	}
	if len(parsed.Builds) != 2 || !slices.Equal(parsed.Builds[0].Targets, parsed.Builds[1].Targets) {
		return r, fmt.Errorf("%s: want two builds, provider and simulator, for the same targets", config)
	}
	r.targets, r.signs = parsed.Builds[0].Targets, parsed.Signs
	slices.Sort(r.targets)

	files, err := filepath.Glob(filepath.Join(dist, project+"_*_SHA256SUMS"))
	if err != nil {
		return r, err
	}
	if len(files) != 1 {
		return r, fmt.Errorf("%d checksum files in %s, want one: run make snapshot first", len(files), dist)
	}
	r.version = strings.TrimSuffix(strings.TrimPrefix(filepath.Base(files[0]), project+"_"), "_SHA256SUMS")
	if r.sums, err = readSums(files[0]); err != nil {
		return r, err
	}
	r.simulatorSums, err = readSums(r.path(simulator + "_" + r.version + "_checksums.txt"))
	return r, err
}

func (r release) path(name string) string { return filepath.Join(r.dist, name) }

// archive is the name of the provider's archive for a target.
func (r release) archive(target string) string {
	return project + "_" + r.version + "_" + target + ".zip"
}

func (r release) simulatorArchive(target string) string {
	return simulator + "_" + r.version + "_" + target + ".tar.gz"
}

// binary is the name of a binary for a target.
func binary(name, target string) string {
	if strings.HasPrefix(target, "windows_") {
		return name + ".exe"
	}
	return name
}

// readSums returns the checksums of a file in the form of sha256sum, by file name.
func readSums(file string) (map[string]string, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	sums := map[string]string{}
	lines := bufio.NewScanner(strings.NewReader(string(text)))
	for lines.Scan() {
		sum, name, ok := strings.Cut(lines.Text(), "  ")
		if !ok || len(sum) != 64 {
			return nil, fmt.Errorf("%s: no checksum in line %q", file, lines.Text())
		}
		sums[name] = sum
	}
	return sums, lines.Err()
}

func sumOf(name string) (string, error) {
	file, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer file.Close() //nolint:errcheck // Only read.
	return sumOfReader(file)
}

func sumOfReader(r io.Reader) (string, error) {
	hash := sha256.New()
	_, err := io.Copy(hash, r)
	return hex.EncodeToString(hash.Sum(nil)), err
}
