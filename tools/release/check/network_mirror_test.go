package check

import (
	"bytes"
	"encoding/json"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
)

// The other kind of mirror is a web server with static files. The files are those of the guide "Install", for this release.
func TestTheArchivesInstallFromANetworkMirrorPlanAndApply(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("a network mirror needs HTTPS, and only on Linux does SSL_CERT_FILE make a CLI trust the certificate of the test: run this there")
	}
	r := theRelease(t)
	acksim := unpackSimulator(t, r)
	for _, cli := range commandLines(t) {
		t.Run(identify(t, cli), func(t *testing.T) {
			w := newUser(t, r)
			m := serveMirror(t, r)
			w.useNetworkMirror(t, m)

			w.mustRun(t, cli, "init", "-no-color", "-input=false")
			w.checkInstalled(t, r)
			if want := r.archive(thisTarget()); !m.served(want) {
				t.Errorf("%s did not come from the mirror: %q", want, m.requests)
			}
			w.lockPlanAndApply(t, r, cli, acksim, "-net-mirror="+m.URL+"/")
		})
	}
}

// The hash in the version's file protects also the first init, which has no lock file.
func TestAnArchiveThatTheNetworkMirrorHasAnotherHashForIsRejected(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("a network mirror needs HTTPS, and only on Linux does SSL_CERT_FILE make a CLI trust the certificate of the test: run this there")
	}
	r := theRelease(t)
	for _, cli := range commandLines(t) {
		t.Run(identify(t, cli), func(t *testing.T) {
			w := newUser(t, r)
			m := serveMirror(t, r)
			w.useNetworkMirror(t, m)
			name := r.version + ".json"
			m.files[name] = bytes.ReplaceAll(m.files[name], []byte(r.sums[r.archive(thisTarget())]), []byte(strings.Repeat("0", 64)))

			output, err := w.run(t, cli, "init", "-no-color", "-input=false")
			if err == nil || !strings.Contains(output, "checksum") {
				t.Errorf("init took an archive with another hash: %v\n%s", err, output)
			}
			if found := w.installed(t, r); len(found) > 0 {
				t.Errorf("init installed %q", found)
			}
		})
	}
}

// thisTarget is the platform of this machine.
func thisTarget() string { return runtime.GOOS + "_" + runtime.GOARCH }

// A mirror is a web server with the static files of a network mirror.
type mirror struct {
	*httptest.Server
	files map[string][]byte // by name, the same for the hosts of both registries

	mu       sync.Mutex
	requests []string
}

// archiveEntry is what the protocol of network mirrors says of an archive.
type archiveEntry struct {
	URL    string   `json:"url"`
	Hashes []string `json:"hashes"`
}

// serveMirror serves a release, with the files that the guide shows.
func serveMirror(t *testing.T, r release) *mirror {
	t.Helper()
	m := &mirror{files: map[string][]byte{}}
	guide := func(name string) []byte {
		text, err := os.ReadFile(filepath.Join(root, "examples", "guides", "install", name))
		if err != nil {
			t.Fatal(err)
		}
		return bytes.ReplaceAll(text, []byte("0.1.0"), []byte(r.version))
	}
	m.files["index.json"] = guide("index.json")

	var version struct {
		Archives map[string]archiveEntry `json:"archives"`
	}
	decoder := json.NewDecoder(bytes.NewReader(guide("0.1.0.json")))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&version); err != nil {
		t.Fatal(err)
	}
	const shown = "linux_amd64"
	example := version.Archives[shown]
	if len(version.Archives) != 1 || len(example.Hashes) != 1 {
		t.Fatalf("the guide's example is not of one archive with one hash: %+v", version)
	}
	for _, target := range r.targets {
		name := r.archive(target)
		version.Archives[target] = archiveEntry{
			URL:    strings.ReplaceAll(example.URL, shown, target),
			Hashes: []string{strings.ReplaceAll(example.Hashes[0], strings.Repeat("0", 64), r.sums[name])},
		}
		content, err := os.ReadFile(r.path(name))
		if err != nil {
			t.Fatal(err)
		}
		m.files[name] = content
	}
	if _, ok := m.files[r.archive(shown)]; !ok {
		delete(version.Archives, shown)
	}
	text, err := json.Marshal(version)
	if err != nil {
		t.Fatal(err)
	}
	m.files[r.version+".json"] = text

	m.Server = httptest.NewTLSServer(m)
	t.Cleanup(m.Close)
	return m
}

// ServeHTTP implements http.Handler.
func (m *mirror) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	m.mu.Lock()
	m.requests = append(m.requests, r.URL.Path)
	m.mu.Unlock()
	for _, host := range hosts {
		name, ok := strings.CutPrefix(r.URL.Path, "/"+path.Join(host, "ackupgrade", "ackupgrade")+"/")
		content, found := m.files[name]
		if !ok || !found {
			continue
		}
		if strings.HasSuffix(name, ".json") {
			w.Header().Set("Content-Type", "application/json")
		}
		_, _ = w.Write(content) // A CLI that has gone says so itself.
		return
	}
	http.NotFound(w, r)
}

// served reports whether a file was requested.
func (m *mirror) served(name string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, request := range m.requests {
		if path.Base(request) == name {
			return true
		}
	}
	return false
}

// useNetworkMirror has the user install from the network mirror alone, and trust its certificate.
func (w *user) useNetworkMirror(t *testing.T, m *mirror) {
	t.Helper()
	certificate := filepath.Join(t.TempDir(), "mirror.pem")
	write(t, certificate, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: m.Certificate().Raw})))
	w.env = append(w.env, "SSL_CERT_FILE="+certificate)
	write(t, w.config, "provider_installation {\n  network_mirror {\n    url = \""+m.URL+"/\"\n  }\n}\n")
}
