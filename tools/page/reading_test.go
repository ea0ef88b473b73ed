package page

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// contrast lists the texts that are hard to read: those whose contrast with what is behind them is below 4.5, which the Web
// Content Accessibility Guidelines require.
const contrast = `(() => {
  const channels = (color) => {
    const numbers = (color.match(/[\d.]+(?:e-?\d+)?/g) ?? []).map(Number);
    return color.startsWith("color(") ? [...numbers.slice(0, 3).map((n) => n * 255), numbers[3] ?? 1] : [...numbers.slice(0, 3), numbers[3] ?? 1];
  };
  const luminance = (rgb) => rgb.slice(0, 3).map((n) => n / 255)
    .map((n) => n <= 0.03928 ? n / 12.92 : ((n + 0.055) / 1.055) ** 2.4)
    .reduce((sum, n, i) => sum + n * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const color = channels(getComputedStyle(at).backgroundColor);
      if (color[3] > 0.99) return color;
    }
    return [255, 255, 255, 1];
  };
  const bad = [];
  let looked = 0;
  for (const node of document.querySelectorAll("body *")) {
    const own = [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim());
    if (!own || !node.checkVisibility() || node.closest(".hidden, .skip, noscript, script")) continue;
    looked++;
    const [one, other] = [luminance(channels(getComputedStyle(node).color)), luminance(behind(node))].sort((a, b) => b - a);
    const ratio = (one + 0.05) / (other + 0.05);
    if (ratio < 4.5) bad.push(node.tagName + "." + node.className + " " + ratio.toFixed(2) + " " + node.textContent.slice(0, 30));
  }
  return looked + " looked at\n" + bad.join("\n");
})()`

func TestEveryPhaseIsReadableInLightAndDark(t *testing.T) {
	s := startSimulator(t, "default")
	b := openBrowser(t)
	b.run("opening the page", chromedp.Navigate(s.page))
	b.until(`document.querySelectorAll("article").length > 20`)
	for _, dark := range []bool{false, true} {
		b.dark(dark)
		looked, bad, _ := strings.Cut(b.text(contrast), "\n")
		if bad != "" || len(looked) < len("100 looked at") {
			t.Errorf("dark: %v, %s, too faint:\n%s", dark, looked, bad)
		}
	}
	unnamed := `[...document.querySelectorAll("button, input, summary")].filter((n) => n.checkVisibility() &&
		!(n.getAttribute("aria-label") || n.textContent.trim() || n.closest("label"))).map((n) => n.outerHTML).join("\n")`
	if without := b.text(unnamed); without != "" {
		t.Errorf("without a name for a screen reader: %s", without)
	}
	if problems := b.errorsSoFar(); len(problems) > 0 {
		t.Errorf("the browser complains: %s", problems)
	}
}

func TestAThousandClustersDoNotChokeThePage(t *testing.T) {
	var clusters []string
	for i := range 1000 {
		clusters = append(clusters, fmt.Sprintf(`"c-%03d": {"timeline": [{"for": "1h", "phase": "running"}, {"phase": "succeeded"}]}`, i))
	}
	s := startSimulator(t, `{"access_keys": [{"id": "testak", "secret": "testsk"}], "clusters": {`+strings.Join(clusters, ",\n")+`}}`)
	b := openBrowser(t)
	b.run("opening the page", chromedp.Navigate(s.page))
	shown := func(want string) string {
		return fmt.Sprintf(`document.getElementById("shown").textContent === %q`, want)
	}
	b.until(shown("Clusters 1 to 25 of 1000"))
	if nodes := b.text(`String(document.querySelectorAll("*").length)`); len(nodes) > 4 || nodes > "2000" && len(nodes) == 4 {
		t.Errorf("the page has %s elements", nodes)
	}
	b.run("turning the page", chromedp.Click("#next"))
	b.until(shown("Clusters 26 to 50 of 1000"))
	b.run("finding one", chromedp.SendKeys("#text", "c-77"))
	b.until(shown("10 clusters match, of 1000"))
	b.press("c-775", "fail")
	b.until(badge("c-775") + " === 'failed'")
	b.run("choosing a phase", chromedp.Click(`#phases button[value=failed]`))
	b.until(shown("1 cluster matches, of 1000"))
	b.run("choosing those with requests", chromedp.Click("#active"))
	b.until(shown("No cluster matches, of 1000"))
}

func TestThePageSaysThatTheSimulatorHasEnded(t *testing.T) {
	s := startSimulator(t, "upgrade-fails")
	b := openBrowser(t)
	b.run("opening the page", chromedp.Navigate(s.page))
	b.until(badge("c-upgrade") + " === 'running'")
	s.end()
	b.until(`document.getElementById("connection").textContent === "The simulator has ended. This is the last state."`)
	if able := b.text(`String(document.querySelectorAll(".actions button:enabled").length)`); able != "0" {
		t.Errorf("%s buttons can still be pressed", able)
	}
}
