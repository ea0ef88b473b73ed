package credentials

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"reflect"
	"strings"
	"syscall"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/pattern"
)

// configFile is the aliyun CLI's configuration file.
type configFile struct {
	path string

	Current  string    `json:"current"`
	Profiles []profile `json:"profiles"`
}

// maxConfigFile bounds what is read of a configuration file: one with a thousand profiles has some 500 KiB.
const maxConfigFile = 1 << 20

// maxProfiles bounds how many profiles there may be: even an empty one takes five hundred bytes of memory.
const maxProfiles = 4000

// readBounded reads a regular file of so many bytes at most. What a user names may be anything. A device may have no end, and no
// read of a named pipe ends while its writer is silent.
func readBounded(path string, limit int) ([]byte, error) {
	if err := checkRegular(os.Stat(path)); err != nil { // Before it is opened: to open a device can have an effect.
		return nil, err
	}
	// Without O_NONBLOCK, to open a named pipe that came in its place would wait for a writer.
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0) //nolint:gosec // The file that the user named.
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	if err := checkRegular(f.Stat()); err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(f, int64(limit)+1))
	if err != nil {
		return nil, err
	}
	if len(data) > limit {
		return nil, fmt.Errorf("it is larger than %d bytes", limit)
	}
	return data, nil
}

func checkRegular(info fs.FileInfo, err error) error {
	switch {
	case err != nil:
		return err
	case info.IsDir():
		return errors.New("it is a folder")
	case !info.Mode().IsRegular():
		return errors.New("it is not a regular file")
	}
	return nil
}

// readConfigFile reads the file at path.
func readConfigFile(path string) (*configFile, error) {
	data, err := readBounded(path, maxConfigFile)
	if err != nil {
		return nil, err
	}
	file, err := parseConfigFile(data)
	if err != nil {
		return nil, err
	}
	file.path = path
	return file, nil
}

// parseConfigFile parses a configuration file. An error names the malformed line, and shows nothing of its text, which may be a
// secret.
func parseConfigFile(data []byte) (*configFile, error) {
	// First only how many there are. What is wrong with the file is said below.
	var shape struct{ Profiles elements }
	_ = json.Unmarshal(data, &shape)
	if shape.Profiles > maxProfiles {
		return nil, fmt.Errorf("it has more than %d profiles", maxProfiles)
	}
	file := &configFile{Profiles: make([]profile, 0, shape.Profiles)}
	err := json.Unmarshal(data, file)
	var (
		syntax   *json.SyntaxError
		mistyped *json.UnmarshalTypeError
	)
	switch {
	case len(bytes.TrimSpace(data)) == 0:
		return nil, errors.New("it is empty")
	case err != nil && notJSON(data) != nil:
		return nil, notJSON(data)
	case errors.As(err, &syntax):
		return nil, fmt.Errorf("line %d is not JSON", lineAt(data, syntax.Offset))
	case errors.As(err, &mistyped):
		got, _, _ := strings.Cut(mistyped.Value, " ") // After the kind comes the number itself.
		not := ", not " + or(kindsFound[got], "a "+got)
		if got == "number" && mistyped.Type.Kind() == reflect.Int64 { // A fraction, or too large.
			not = ""
		}
		return nil, fmt.Errorf("line %d: %s must be %s%s",
			lineAt(data, mistyped.Offset), or(mistyped.Field, "it"), kinds[mistyped.Type.Kind()], not)
	case err != nil:
		return nil, errors.New("it is not JSON")
	}
	file.Current = strings.TrimSpace(file.Current)
	for i := range file.Profiles {
		file.Profiles[i].complete()
	}
	return file, nil
}

// iniSection is how a file in INI format begins, comments aside: with a section's name.
var iniSection = pattern.New(`^(?:\s*[#;][^\n]*\n)*\s*\[[ \w.-]*[A-Za-z][ \w.-]*\][ \t\r]*(?:\n|$)`)

// notJSON says what a file is that is not JSON, if it is one of the kinds that people take for it.
func notJSON(data []byte) error {
	switch {
	case bytes.HasPrefix(data, []byte("\xef\xbb\xbf")):
		return errors.New("it begins with a byte order mark (BOM): save it as UTF-8 without a BOM")
	case bytes.HasPrefix(data, []byte("\xff\xfe")), bytes.HasPrefix(data, []byte("\xfe\xff")), bytes.IndexByte(data[:min(len(data), 64)], 0) >= 0:
		return errors.New("it is encoded in UTF-16: save it as UTF-8 without a BOM. PowerShell writes UTF-16 with >")
	case iniSection().Match(data):
		return errors.New("it is in INI format, like the credentials files of the SDKs, not in JSON")
	default:
		return nil
	}
}

// elements counts the elements of a JSON array, and of each that takes its place: encoding/json reads them all.
type elements int

// UnmarshalJSON implements json.Unmarshaler. What has no size takes no memory, however many there are.
func (e *elements) UnmarshalJSON(data []byte) error {
	if *e <= maxProfiles {
		var all []anything
		_ = json.Unmarshal(data, &all) // What is no array has no elements.
		*e += elements(max(1, len(all)))
	}
	return nil
}

type anything struct{}

// UnmarshalJSON implements json.Unmarshaler.
func (*anything) UnmarshalJSON([]byte) error { return nil }

// kinds are JSON's names for what the fields of a configuration file are.
var kinds = map[reflect.Kind]string{
	reflect.String: "a string", reflect.Int64: "a whole number of seconds", reflect.Bool: "true or false", reflect.Slice: "a list", reflect.Struct: "an object",
}

// kindsFound does the same for the value found, by the names of encoding/json. Other kinds take "a" before their name.
var kindsFound = map[string]string{"array": "a list", "object": "an object", "bool": "true or false"}

func lineAt(data []byte, offset int64) int {
	return 1 + bytes.Count(data[:min(max(offset-1, 0), int64(len(data)))], []byte("\n"))
}

// fileProblem says in words why a file cannot be read, without repeating its path.
func fileProblem(err error) string {
	var of *fs.PathError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "there is no such file"
	case errors.Is(err, fs.ErrPermission):
		return "permission denied"
	case errors.As(err, &of):
		return of.Err.Error()
	default:
		return err.Error()
	}
}
