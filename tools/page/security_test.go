package page

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// hostile is a foreign page, open in the same browser, that knows the address of the simulator's page.
const hostile = `<!doctype html><title>hostile</title><iframe id="frame" src="%[1]s"></iframe><img id="image" src="%[1]sicon.svg">
<script>
const attempt = async (name, options) => {
  try {
    const response = await fetch("%[1]s" + name, options);
    return name + " " + response.type + " " + response.status + " " + (await response.text()).length;
  } catch (e) {
    return name + " refused";
  }
};
const action = JSON.stringify({cluster: "c-idle", action: "start"});
window.results = Promise.all([
  attempt("state"),
  attempt("state", {mode: "no-cors"}),
  attempt("act", {method: "POST", body: action}),
  attempt("act", {method: "POST", body: action, mode: "no-cors"}),
  attempt("act", {method: "POST", body: action, headers: {"X-Acksim-Token": "x"}}),
  new Promise((resolve) => { document.getElementById("image").onerror = () => resolve("image refused"); }),
]).then((all) => all.join("\n"));
</script>`

func TestAnotherSiteInTheBrowserNeitherReadsNorChanges(t *testing.T) {
	s := startSimulator(t, "default")
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = fmt.Fprintf(w, hostile, s.page)
	}))
	defer other.Close()
	// The name rebound.example is like one that resolves to this machine after the page is loaded.
	b := openBrowser(t, chromedp.Flag("host-resolver-rules", "MAP rebound.example 127.0.0.1, MAP other.example 127.0.0.1"))

	for _, site := range []string{other.URL, strings.Replace(other.URL, "127.0.0.1", "other.example", 1)} {
		b.run("opening the hostile page", chromedp.Navigate(site))
		results := b.text("window.results")
		want := "state refused\nstate refused\nact refused\nact refused\nact refused\nimage refused"
		if results != want {
			t.Errorf("%s gets\n%s\nwant\n%s", site, results, want)
		}
		if seen := b.text(`(() => { try { return document.getElementById("frame").contentDocument.body.textContent; } catch { return ""; } })()`); seen != "" {
			t.Errorf("%s reads its frame: %s", site, seen)
		}
	}

	rebound := strings.Replace(s.page, "127.0.0.1", "rebound.example", 1)
	b.run("opening the page by another name", chromedp.Navigate(rebound))
	if text := b.text("document.body.textContent"); strings.Contains(text, "Scenario") || strings.Contains(text, "cluster") {
		t.Errorf("by another name, the page is served: %s", text)
	}

	b.run("opening the page", chromedp.Navigate(s.page))
	b.until(badge("c-idle") + " === 'idle'")
}

func TestWhatAScenarioSaysIsTextAlone(t *testing.T) {
	const bad = `<img src=x onerror='window.ran=1'><script>window.ran=2</script>`
	s := startSimulator(t, fmt.Sprintf(`{"about": %[1]q, "access_keys": [{"id": "testak", "secret": "testsk"}], "clusters": {
		"c-%[2]s": {"name": %[1]q, "about": %[1]q, "region": "cn-beijing", "timeline": [{"phase": "paused", "message": %[1]q}]}}}`,
		bad, strings.ReplaceAll(bad, `"`, "")))
	b := openBrowser(t)
	b.run("opening the page", chromedp.Navigate(s.page))
	b.until(`document.querySelectorAll("article").length === 1`)
	if text := b.text(`document.querySelector("article").textContent`); strings.Count(text, bad) < 2 {
		t.Errorf("the page shows %s", text)
	}
	if text := b.text(`document.querySelector("header").textContent`); !strings.Contains(text, bad) {
		t.Errorf("the page is headed %s", text)
	}
	if ran := b.text("String(window.ran)"); ran != "undefined" {
		t.Errorf("a script of the scenario has run: %s", ran)
	}
	b.run("resuming", chromedp.Click("button[value=resume]"))
	b.until(`document.querySelector(".badge").textContent.includes("running")`)
	if problems := b.errorsSoFar(); len(problems) > 0 {
		t.Errorf("the browser complains: %s", problems)
	}
}
