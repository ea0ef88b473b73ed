package scenario

import (
	"embed"
	"path"
	"strings"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/document"
)

// readyFiles are the scenarios that come with the simulator, one in each file.
//
//go:embed ready/*.json
var readyFiles embed.FS

// DefaultName is the name of the scenario that the command plays unless it is given another.
const DefaultName = "default"

// Ready returns the file of a scenario that comes with the simulator.
func Ready(name string) (file string, ok bool) {
	if strings.ContainsAny(name, `/\`) {
		return "", false
	}
	data, err := readyFiles.ReadFile(path.Join("ready", name+".json"))
	return string(data), err == nil
}

// ReadyNames returns the names of all scenarios that come with the simulator, sorted.
func ReadyNames() []string {
	entries, err := readyFiles.ReadDir("ready")
	if err != nil {
		return nil // The folder is part of the program.
	}
	names := make([]string, len(entries))
	for i, entry := range entries {
		names[i] = strings.TrimSuffix(entry.Name(), ".json")
	}
	return names
}

// Default returns the scenario that the command plays unless it is given another: one made-up key, a cluster in
// each phase, clusters whose upgrades go well, fail, pause, or take half a minute, and one of each credential service.
func Default() string {
	file, _ := Ready(DefaultName)
	return file
}

// ReadyRows returns the names of all scenarios that come with the simulator, and what each is for.
func ReadyRows() []document.Row {
	var rows []document.Row
	for _, name := range ReadyNames() {
		file, _ := Ready(name)
		s, err := Parse([]byte(file))
		if err != nil {
			continue // A test holds that there is no error.
		}
		rows = append(rows, document.Row{Name: name, Help: s.About})
	}
	return rows
}
