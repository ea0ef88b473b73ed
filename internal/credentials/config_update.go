package credentials

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// writing lets one session of this process at a time change a configuration file, so that they do not hold each other up.
var writing sync.Mutex

// errChanged is a file that another process wrote since it was read.
var errChanged = errors.New("another process changed the file")

// maxUpdates is the maximum number of times that an update starts again because another process changed the file.
const maxUpdates = 10

// updateProfile sets fields of one profile in the aliyun CLI's configuration file. Everything else in it stays as it is, unknown
// fields too. The file is replaced as a whole, so that a reader never sees half of it.
//
// Another process, the aliyun CLI or a second Terraform, may write it too. The CLI has no lock to share. So the file is read again
// right before it is replaced, and if it has changed, the update starts again. A change between that and the rename, some
// microseconds, would be lost.
func updateProfile(path, name string, fields map[string]any) error {
	writing.Lock()
	defer writing.Unlock()
	err := errChanged
	for i := 0; i < maxUpdates && errors.Is(err, errChanged); i++ {
		err = tryUpdate(path, name, fields)
	}
	return err
}

func tryUpdate(path, name string, fields map[string]any) error {
	before, err := readBounded(path, maxConfigFile)
	if err != nil {
		return err
	}
	after, err := withFields(before, name, fields)
	if err != nil {
		return err
	}
	return replaceFile(path, before, after)
}

// withFields sets fields of one profile in what a configuration file holds.
func withFields(data []byte, name string, fields map[string]any) ([]byte, error) {
	var whole map[string]json.RawMessage
	if err := json.Unmarshal(data, &whole); err != nil {
		return nil, err
	}
	var all []map[string]json.RawMessage
	if err := json.Unmarshal(whole["profiles"], &all); err != nil {
		return nil, err
	}
	for _, p := range all {
		var itsName string
		if json.Unmarshal(p["name"], &itsName) != nil || strings.TrimSpace(itsName) != name {
			continue
		}
		for field, value := range fields {
			encoded, err := json.Marshal(value)
			if err != nil {
				return nil, err
			}
			p[field] = encoded
		}
		encoded, err := json.Marshal(all)
		if err != nil {
			return nil, err
		}
		whole["profiles"] = encoded
		return json.MarshalIndent(whole, "", "\t")
	}
	return nil, fmt.Errorf("the profile %q no longer exists", name)
}

// replaceFile replaces the content of a file, if it has not changed. Mode and owner stay. It writes a temporary file in the same
// folder and renames it.
func replaceFile(path string, before, after []byte) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if path, err = filepath.EvalSymlinks(path); err != nil { // A link stays a link.
		return err
	}
	next, err := os.CreateTemp(filepath.Dir(path), ".ackupgrade-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(next.Name()) }() // Gone already when all went well.
	_, err = next.Write(after)
	err = errors.Join(err, keepOwner(next, info), next.Chmod(info.Mode().Perm()), next.Sync(), next.Close())
	if err != nil {
		return err
	}
	now, err := readBounded(path, maxConfigFile)
	if err != nil {
		return err
	}
	if !bytes.Equal(now, before) {
		return errChanged
	}
	return os.Rename(next.Name(), path)
}
