package page

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// fleet has two clusters whose upgrades would take an hour, and one behind a proxy.
const fleet = `{
  "about": "two upgrades that take an hour, unless somebody ends them",
  "access_keys": [{"id": "testak", "secret": "testsk"}],
  "faults": [{"kind": "throttled", "cluster": "c-billing", "after": 2, "count": 2, "time_left": "1s"}],
  "clusters": {
    "c-billing": {"name": "billing", "timeline": [
      {"polls": 3, "phase": "running", "message": "checking the cluster before the upgrade"},
      {"for": "1h", "phase": "running"}, {"for": "30s", "phase": "finishing"}, {"phase": "succeeded"}
    ]},
    "c-search": {"name": "search", "timeline": [{"for": "1h", "phase": "running"}, {"phase": "succeeded"}]},
    "c-shop": {"name": "shop", "timeline": [{"phase": "idle"}]}
  }
}`

func TestSomebodyPausesAndEndsUpgradesByHandWhileAPlanWaits(t *testing.T) {
	s := startSimulator(t, fleet)
	b := openBrowser(t)
	b.run("opening the page", chromedp.EmulateViewport(1100, 700), chromedp.Navigate(s.page))
	b.until(badge("c-billing") + " === 'running'")
	waiting := startPlan(t, b, s, "c-billing", "c-search")
	requests := func(id string) string {
		return fmt.Sprintf(`(parseInt(document.querySelector('[data-cluster="%s"] summary')?.textContent) || 0)`, id)
	}
	b.until(requests("c-billing") + " >= 8 && " + requests("c-search") + " >= 6")
	b.picture("running", 1000, 600)

	b.press("c-billing", "pause")
	b.until(badge("c-billing") + " === 'paused'")
	if focus := b.text(`document.activeElement.getAttribute("aria-label") ?? ""`); focus != "Resume: c-billing" {
		t.Errorf("after Pause, the focus is on %q", focus)
	}
	if news := b.text(`document.getElementById("news").textContent`); news != "c-billing: paused" {
		t.Errorf("a screen reader gets %q", news)
	}
	b.until(requests("c-billing") + " >= 13")
	b.picture("paused", 1000, 600)
	b.run("opening the requests", chromedp.Click(`[data-cluster="c-billing"] summary`))
	b.until(`document.querySelectorAll('[data-cluster="c-billing"] tbody tr').length >= 13`)
	select {
	case r := <-waiting.ended:
		t.Fatalf("the plan does not wait out a pause: %v\n%s", r.err, r.output)
	default:
	}

	b.press("c-billing", "resume")
	b.until(badge("c-billing") + " === 'running'")
	b.press("c-search", "fail")
	b.until(badge("c-search") + " === 'failed'")
	b.press("c-billing", "finish")
	b.until(badge("c-billing") + " === 'succeeded'")
	r := <-waiting.ended
	if r.err != nil {
		t.Fatalf("the plan: %v\n%s", r.err, r.output)
	}
	for _, want := range []string{"failed", "c-search", "succeeded", "c-billing"} {
		if !strings.Contains(r.output, want) {
			t.Errorf("the plan does not show %s", want)
		}
	}
	b.run("closing the requests", chromedp.Click(`[data-cluster="c-billing"] summary`))
	b.dark(true)
	b.picture("ended", 1000, 600)
	b.run("making the window narrow", chromedp.EmulateViewport(360, 900))
	if wide := b.text(`String(document.documentElement.scrollWidth)`); wide != "360" {
		t.Errorf("in a window of 360 pixels, the page is %s wide", wide)
	}
	if problems := b.errorsSoFar(); len(problems) > 0 {
		t.Errorf("the browser complains: %s", problems)
	}
	t.Logf("%s %s, after Pause, Resume and Finish of c-billing, and Fail of c-search:\n%s", cli.Name, cli.Version, indent(r.output))
}
