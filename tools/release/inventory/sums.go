package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// writeSums writes the SHA-256 sums of files in the form that sha256sum -c reads, in the order of the names.
func writeSums(out string, files []string) error {
	slices.SortFunc(files, func(a, b string) int { return strings.Compare(filepath.Base(a), filepath.Base(b)) })
	var lines strings.Builder
	for _, file := range files {
		sum, err := sumOf(file)
		if err != nil {
			return err
		}
		fmt.Fprintf(&lines, "%s  %s\n", sum, filepath.Base(file))
	}
	return os.WriteFile(out, []byte(lines.String()), 0o644) //nolint:gosec // A release is for everybody to read.
}

func sumOf(name string) (string, error) {
	file, err := os.Open(name) //nolint:gosec // The caller names the folder.
	if err != nil {
		return "", err
	}
	defer file.Close() //nolint:errcheck // Only read.
	hash := sha256.New()
	if _, err := io.Copy(hash, file); err != nil {
		return "", err
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}
