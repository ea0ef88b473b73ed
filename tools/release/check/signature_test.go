package check

import (
	"bytes"
	"cmp"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/armor"
	"github.com/ProtonMail/go-crypto/openpgp/packet"
)

// owner is whom the throw-away keys belong to. They are RSA keys: the Terraform Registry takes no others.
const owner = "Throw-away key of a test"

// Both command lines check a signature with this library, and the public key that the registry has. It is on every machine.
func TestASignatureIsOneThatTheCommandLinesAccept(t *testing.T) {
	r := theRelease(t)
	key, err := openpgp.NewEntity(owner, "", "test@example.com", &packet.Config{Algorithm: packet.PubKeyAlgoRSA, RSABits: 3072})
	if err != nil {
		t.Fatal(err)
	}
	public := armored(t, key)
	for _, name := range r.signed() {
		document, err := os.ReadFile(r.path(name))
		if err != nil {
			t.Fatal(err)
		}
		var signature bytes.Buffer
		if err := openpgp.DetachSign(&signature, key, bytes.NewReader(document), nil); err != nil {
			t.Fatal(err)
		}
		checkSignature(t, name, public, document, signature.Bytes())
	}
}

// TestGnuPGSignsAsTheConfigurationSays runs the very command that goreleaser runs. Where there is no gpg, the test above signs.
func TestGnuPGSignsAsTheConfigurationSays(t *testing.T) {
	r := theRelease(t)
	if len(r.signs) != 2 {
		t.Fatalf("%d entries sign something, want two: of the checksums, and of the inventory", len(r.signs))
	}
	for _, entry := range r.signs {
		if got := cmp.Or(entry.Cmd, "gpg"); got != "gpg" {
			t.Errorf("%s are signed by %s: this test is about gpg", entry.Artifacts, got)
		}
		if slices.Contains(entry.Args, "--armor") || slices.Contains(entry.Args, "-a") {
			t.Errorf("%s get an armored signature, which the registries do not take", entry.Artifacts)
		}
	}
	if _, err := exec.LookPath("gpg"); err != nil {
		t.Log("no gpg on this machine: only the arguments were looked at")
		return
	}
	g := newGnuPG(t)
	fingerprint := g.generate(t)
	public := g.run(t, "--armor", "--export", fingerprint)
	for _, name := range r.signed() {
		document, err := os.ReadFile(r.path(name))
		if err != nil {
			t.Fatal(err)
		}
		artifact := filepath.Join(t.TempDir(), name)
		write(t, artifact, string(document))
		for _, entry := range r.signs {
			_ = os.Remove(artifact + ".sig") // That of the entry before.
			var args []string
			for _, arg := range entry.Args {
				args = append(args, strings.NewReplacer("{{ .Env.GPG_FINGERPRINT }}", fingerprint, "${artifact}", artifact,
					"${signature}", artifact+".sig").Replace(arg))
			}
			g.run(t, args...)
			signature, err := os.ReadFile(artifact + ".sig")
			if err != nil {
				t.Fatal(err)
			}
			checkSignature(t, name, public, document, signature)
		}
		t.Logf("gpg --verify %s.sig %s\n%s", name, name, g.run(t, "--verify", artifact+".sig", artifact))

		write(t, artifact, string(document)+"\n")
		if output, err := g.command(t, "--verify", artifact+".sig", artifact).CombinedOutput(); err == nil {
			t.Errorf("gpg accepts the signature of %s for another file:\n%s", name, output)
		}
	}
}

// signed are the files that a release has a signature of.
func (r release) signed() []string {
	return []string{
		project + "_" + r.version + "_SHA256SUMS",
		simulator + "_" + r.version + "_checksums.txt",
		project + "_" + r.version + "_sbom.cdx.json",
		simulator + "_" + r.version + "_sbom.cdx.json",
	}
}

// checkSignature checks a signature as the command lines do, and that it holds for this document alone.
func checkSignature(t *testing.T, name, public string, document, signature []byte) {
	t.Helper()
	keys, err := openpgp.ReadArmoredKeyRing(strings.NewReader(public))
	if err != nil {
		t.Fatal(err)
	}
	signer, err := openpgp.CheckDetachedSignature(keys, bytes.NewReader(document), bytes.NewReader(signature), nil)
	if err != nil {
		t.Errorf("the signature of %s: %v", name, err)
		return
	}
	if got := signer.PrimaryIdentity().UserId.Name; got != owner {
		t.Errorf("%s is signed by %q", name, got)
	}
	changed := slices.Clone(document)
	changed[0] ^= 1
	if _, err := openpgp.CheckDetachedSignature(keys, bytes.NewReader(changed), bytes.NewReader(signature), nil); err == nil {
		t.Errorf("the signature of %s holds for another file", name)
	}
}

func armored(t *testing.T, key *openpgp.Entity) string {
	t.Helper()
	var text bytes.Buffer
	w, err := armor.Encode(&text, openpgp.PublicKeyType, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := key.Serialize(w); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return text.String()
}

// gnuPG runs gpg with a folder of its own for keys.
type gnuPG struct{ home string }

func newGnuPG(t *testing.T) gnuPG {
	t.Helper()
	home, err := os.MkdirTemp("", "gpg-") //nolint:usetesting // The socket of gpg's agent is in it, and its path must be short.
	if err != nil {
		t.Fatal(err)
	}
	g := gnuPG{home: home}
	t.Cleanup(func() {
		agent := exec.Command("gpgconf", "--homedir", home, "--kill", "gpg-agent") //nolint:noctx // The test's context has ended.
		_ = agent.Run()                                                            // It ends by itself when its folder is gone.
		_ = os.RemoveAll(home)
	})
	return g
}

func (g gnuPG) command(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	command := exec.CommandContext(t.Context(), "gpg", args...)
	command.Env = append(os.Environ(), "GNUPGHOME="+g.home, "LC_ALL=C")
	return command
}

func (g gnuPG) run(t *testing.T, args ...string) string {
	t.Helper()
	output, err := g.command(t, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("gpg %s: %v\n%s", strings.Join(args, " "), err, output)
	}
	return string(output)
}

// generate makes a key without a passphrase, and returns its fingerprint.
func (g gnuPG) generate(t *testing.T) string {
	t.Helper()
	g.run(t, "--batch", "--passphrase", "", "--quick-generate-key", owner+" <test@example.com>", "rsa3072", "sign", "1d")
	for line := range strings.Lines(g.run(t, "--with-colons", "--list-secret-keys")) {
		if fields := strings.Split(line, ":"); fields[0] == "fpr" {
			return fields[9]
		}
	}
	t.Fatal("gpg lists no key")
	return ""
}
