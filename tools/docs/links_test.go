package docs

import (
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
)

const (
	repository = "https://github.com/ackupgrade/terraform-provider-ackupgrade/blob/main/"
	registry   = "https://registry.terraform.io/providers/ackupgrade/ackupgrade/latest/docs/"
)

// TestEveryLinkLeadsSomewhere checks files and anchors of the repository, and the form of addresses elsewhere.
func TestEveryLinkLeadsSomewhere(t *testing.T) {
	t.Parallel()
	all := documents(t)
	var inside, anchors, outside int
	for _, d := range all {
		for _, link := range d.links {
			target, isOurs := strings.CutPrefix(link, repository)
			if page, ok := strings.CutPrefix(link, registry); ok {
				name, anchor, _ := strings.Cut(page, "#")
				target, isOurs = "docs/"+name+".md", true
				if anchor != "" {
					target += "#" + anchor
				}
			}
			address, err := url.Parse(link)
			switch {
			case err != nil:
				t.Errorf("%s: %q: %v", d.file, link, err)
				continue
			case isOurs:
			case address.Scheme != "" || address.Host != "":
				outside++
				if address.Scheme != "https" || !strings.Contains(address.Hostname(), ".") {
					t.Errorf("%s: %q is not an address of the web over HTTPS", d.file, link)
				}
				continue
			default:
				target = path.Join(path.Dir(d.file), address.Path)
				if address.Path == "" {
					target = d.file
				}
				if address.Fragment != "" {
					target += "#" + address.Fragment
				}
			}
			inside++
			file, anchor, _ := strings.Cut(target, "#")
			if _, err := os.Stat(filepath.Join(root, filepath.FromSlash(file))); err != nil {
				t.Errorf("%s: %q: there is no file %s", d.file, link, file)
				continue
			}
			if anchor == "" {
				continue
			}
			anchors++
			if to, ok := all[file]; !ok || !to.anchors[anchor] {
				t.Errorf("%s: %q: %s has no heading #%s", d.file, link, file, anchor)
			}
		}
	}
	t.Logf("%d documents, %d links inside the repository (%d to an anchor), %d elsewhere (their form alone)", len(all), inside, anchors, outside)
	if inside == 0 || anchors == 0 || outside == 0 {
		t.Error("nothing was checked")
	}
}
