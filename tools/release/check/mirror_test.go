package check

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// A user without access to the registries puts the archives into a folder, in the layout that both command lines call a
// filesystem mirror. Nothing but the archives is taken: no development override, and nothing of the working copy.
func TestTheArchivesInstallFromAMirrorPlanAndApply(t *testing.T) {
	r := theRelease(t)
	acksim := unpackSimulator(t, r)
	for _, cli := range commandLines(t) {
		name := identify(t, cli)
		t.Run(name, func(t *testing.T) {
			w := newUser(t, r)
			w.mustRun(t, cli, "init", "-no-color", "-input=false")
			w.checkInstalled(t, r)
			w.lockPlanAndApply(t, r, cli, acksim, "-fs-mirror="+w.mirror)

			// The archive in the mirror is replaced.
			w.tamper(t, r)
			if err := os.RemoveAll(filepath.Join(w.dir, ".terraform")); err != nil {
				t.Fatal(err)
			}
			output, err := w.run(t, cli, "init", "-no-color", "-input=false", "-lockfile=readonly")
			if err == nil || !strings.Contains(output, "checksum") {
				t.Errorf("init took an archive that is not the locked one: %v\n%s", err, output)
			}
		})
	}
}

// lockPlanAndApply adds the platforms of the release to the lock file from a mirror, which is the option of the command, and plans and
// applies with a lock file that must not change.
func (w user) lockPlanAndApply(t *testing.T, r release, cli, acksim, mirror string) {
	t.Helper()
	lock := filepath.Join(w.dir, ".terraform.lock.hcl")
	args := []string{"providers", "lock", "-no-color", mirror}
	for _, target := range r.targets {
		args = append(args, "-platform="+target)
	}
	w.mustRun(t, cli, args...)
	checkLock(t, r, lock)
	locked, err := os.ReadFile(lock)
	if err != nil {
		t.Fatal(err)
	}

	w.mustRun(t, cli, "init", "-no-color", "-input=false", "-lockfile=readonly")
	w.mustRun(t, acksim, "-quiet", "--", cli, "plan", "-no-color", "-input=false", "-out=saved.tfplan")
	output := w.mustRun(t, acksim, "-quiet", "--", cli, "apply", "-no-color", "-input=false", "saved.tfplan")
	for _, want := range []string{"Apply complete! Resources: 1 added", `phase = "idle"`} {
		if !strings.Contains(output, want) {
			t.Errorf("apply does not show %q:\n%s", want, output)
		}
	}
	if after, err := os.ReadFile(lock); err != nil || !bytes.Equal(after, locked) {
		t.Errorf("the lock file has changed: %v\n%s", err, after)
	}
}

// hosts are those that the two command lines complete a provider's short address with.
var hosts = []string{"registry.terraform.io", "registry.opentofu.org"}

// A user is a folder with a configuration, and a mirror that is the only place that a provider may come from.
type user struct {
	dir, mirror, config string
	env                 []string
}

func newUser(t *testing.T, r release) user {
	t.Helper()
	w := user{dir: t.TempDir(), mirror: filepath.Join(t.TempDir(), "mirror")}
	w.config = filepath.Join(t.TempDir(), "cli.tfrc")
	for _, host := range hosts {
		folder := filepath.Join(w.mirror, host, "ackupgrade", "ackupgrade")
		if err := os.MkdirAll(folder, 0o750); err != nil {
			t.Fatal(err)
		}
		for _, target := range r.targets {
			content, err := os.ReadFile(r.path(r.archive(target)))
			if err != nil {
				t.Fatal(err)
			}
			write(t, filepath.Join(folder, r.archive(target)), string(content))
		}
	}
	write(t, w.config, fmt.Sprintf("provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", filepath.ToSlash(w.mirror)))
	write(t, filepath.Join(w.dir, "main.tf"), fmt.Sprintf(`terraform {
  required_providers {
    ackupgrade = {
      source  = "ackupgrade/ackupgrade"
      version = %q # A snapshot is a pre-release, which only its very number selects.
    }
  }
}

provider "ackupgrade" {
  protocol = "HTTP"
}

data "ackupgrade_status" "this" {
  cluster_id = "c-idle"
}

resource "terraform_data" "guarded" {
  lifecycle {
    precondition {
      condition     = contains(["idle", "succeeded"], data.ackupgrade_status.this.phase)
      error_message = data.ackupgrade_status.this.summary
    }
  }
}

output "phase" {
  value = data.ackupgrade_status.this.phase
}
`, r.version))
	return w
}

// run runs a command in the user's folder. No setting of the user who runs the tests has an effect.
func (w user) run(t *testing.T, name string, args ...string) (string, error) {
	t.Helper()
	command := exec.CommandContext(t.Context(), name, args...)
	command.Dir = w.dir
	command.Env = []string{"HOME=" + w.dir, "USERPROFILE=" + w.dir, "TF_CLI_CONFIG_FILE=" + w.config, "TF_INPUT=0", "CHECKPOINT_DISABLE=1"}
	command.Env = append(command.Env, w.env...)
	for _, variable := range []string{"PATH", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT"} {
		if value, ok := os.LookupEnv(variable); ok {
			command.Env = append(command.Env, variable+"="+value)
		}
	}
	output, err := command.CombinedOutput()
	t.Logf("%s %s\n%s", filepath.Base(name), strings.Join(args, " "), output)
	if strings.Contains(string(output), "development overrides") {
		t.Error("a development override is in effect")
	}
	return string(output), err
}

func (w user) mustRun(t *testing.T, name string, args ...string) string {
	t.Helper()
	output, err := w.run(t, name, args...)
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", filepath.Base(name), strings.Join(args, " "), err, output)
	}
	return output
}

// installed returns the binaries of this provider that init has installed.
func (w user) installed(t *testing.T, r release) []string {
	t.Helper()
	name := binary(project+"_v"+r.version, thisTarget())
	found, err := filepath.Glob(filepath.Join(w.dir, ".terraform", "providers", "*", "ackupgrade", "ackupgrade", r.version, thisTarget(), name))
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// checkInstalled checks that the binary that init has installed is that of the archive.
func (w user) checkInstalled(t *testing.T, r release) {
	t.Helper()
	target := thisTarget()
	name := binary(project+"_v"+r.version, target)
	found := w.installed(t, r)
	if len(found) != 1 {
		t.Fatalf("installed: %q, want one binary", found)
	}
	got, err := sumOf(found[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range membersOfZip(t, r.path(r.archive(target))) {
		if m.name != name {
			continue
		}
		if want, err := sumOfReader(bytes.NewReader(m.content)); err != nil || got != want {
			t.Errorf("the installed binary is not that of the archive: %s, want %s, %v", got, want, err)
		}
	}
}

var (
	ofContent = regexp.MustCompile(`"(h1:[^"]+)"`)
	ofArchive = regexp.MustCompile(`"zh:([0-9a-f]{64})"`)
)

// checkLock checks that the lock file has the hashes of the content of every platform's archive and no others. The checksums of the
// archives themselves are all there or none: which of them a CLI records depends on the kind of the mirror.
func checkLock(t *testing.T, r release, lock string) {
	t.Helper()
	text, err := os.ReadFile(lock)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%s", text)
	var contents, archives []string
	for _, target := range r.targets {
		contents = append(contents, hashOfContent(t, r.path(r.archive(target))))
		archives = append(archives, r.sums[r.archive(target)])
	}
	slices.Sort(contents)
	slices.Sort(archives)
	if got := submatches(ofContent, text); !slices.Equal(got, contents) {
		t.Errorf("the lock file has the hashes %q, want %q", got, contents)
	}
	if got := submatches(ofArchive, text); len(got) > 0 && !slices.Equal(got, archives) {
		t.Errorf("the lock file has the checksums %q, want %q", got, archives)
	}
}

// submatches returns what the first group of a pattern matches, sorted.
func submatches(pattern *regexp.Regexp, text []byte) []string {
	var found []string
	for _, match := range pattern.FindAllSubmatch(text, -1) {
		found = append(found, string(match[1]))
	}
	slices.Sort(found)
	return found
}

// hashOfContent computes what a lock file calls h1: a checksum of the checksums and names of an archive's files.
func hashOfContent(t *testing.T, file string) string {
	t.Helper()
	members := membersOfZip(t, file)
	slices.SortFunc(members, func(a, b member) int { return strings.Compare(a.name, b.name) })
	list := sha256.New()
	for _, m := range members {
		list.Write(fmt.Appendf(nil, "%x  %s\n", sha256.Sum256(m.content), m.name))
	}
	return "h1:" + base64.StdEncoding.EncodeToString(list.Sum(nil))
}

// tamper puts another archive in the place of this machine's, with the same files and one more.
func (w user) tamper(t *testing.T, r release) {
	t.Helper()
	target := thisTarget()
	var changed bytes.Buffer
	archive := zip.NewWriter(&changed)
	for _, m := range append(membersOfZip(t, r.path(r.archive(target))), member{name: "README", mode: 0o644, content: []byte("changed")}) {
		header := &zip.FileHeader{Name: m.name, Method: zip.Deflate}
		header.SetMode(m.mode)
		f, err := archive.CreateHeader(header)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write(m.content); err != nil {
			t.Fatal(err)
		}
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	for _, host := range hosts {
		write(t, filepath.Join(w.mirror, host, "ackupgrade", "ackupgrade", r.archive(target)), changed.String())
	}
}

// identify returns what a command line calls itself, such as "OpenTofu v1.12.6".
func identify(t *testing.T, cli string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), cli, "version")
	command.Env = append(os.Environ(), "CHECKPOINT_DISABLE=1", "TF_CLI_CONFIG_FILE=")
	output, err := command.Output()
	if err != nil {
		t.Fatalf("%s version: %v", cli, err)
	}
	first, _, _ := strings.Cut(string(output), "\n")
	return strings.TrimSpace(first)
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
