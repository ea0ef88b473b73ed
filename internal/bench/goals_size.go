package bench

import (
	"archive/zip"
	"compress/flate"
	"debug/buildinfo"
	"fmt"
	"io"
	"os"
)

// The budget of a release, for this platform.
const (
	maxBinary  = 20 * megabyte
	maxZipped  = 7.2 * megabyte
	maxModules = 33
)

// Size is how large a program is.
type Size struct {
	Binary, Zipped int64
	// Modules are those that are linked into it, without its own.
	Modules []string
}

// SizeOf measures a program that was built as for a release.
func SizeOf(path string) (Size, error) {
	info, err := buildinfo.ReadFile(path)
	if err != nil {
		return Size{}, fmt.Errorf("reading what %s is built from: %w", path, err)
	}
	var s Size
	for _, module := range info.Deps {
		s.Modules = append(s.Modules, module.Path)
	}
	file, err := os.Open(path) //nolint:gosec // Built by the caller.
	if err != nil {
		return Size{}, err
	}
	defer func() { _ = file.Close() }()
	var zipped counter
	archive := zip.NewWriter(&zipped)
	archive.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(w, flate.BestCompression) // As goreleaser does.
	})
	entry, err := archive.Create("terraform-provider-ackupgrade")
	if err != nil {
		return Size{}, err
	}
	if s.Binary, err = io.Copy(entry, file); err != nil {
		return Size{}, err
	}
	if err := archive.Close(); err != nil {
		return Size{}, err
	}
	s.Zipped = int64(zipped)
	return s, nil
}

// counter counts what is written to it.
type counter int64

// Write implements io.Writer.
func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}

// Rows are the goals about the size.
func (s Size) Rows() []Row {
	const beyond = "Leave a library out: `go version -m`, and `go tool nm -size -sort size` on a build without `-s -w`, say what takes how much."
	return []Row{
		{Goal: "Program", Measured: float64(s.Binary) / megabyte, Budget: maxBinary / megabyte, Unit: "MB", Tolerance: exact, Beyond: beyond},
		{Goal: "Program, zipped", Measured: float64(s.Zipped) / megabyte, Budget: maxZipped / megabyte, Unit: "MB", Tolerance: exact, Beyond: beyond},
		{Goal: "Linked modules", Measured: float64(len(s.Modules)), Budget: maxModules, Tolerance: exact, Beyond: beyond},
	}
}
