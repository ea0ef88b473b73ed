package page

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// pictures is a folder to write pictures of the page to.
var pictures = flag.String("pictures", "", "write pictures of the page to this folder")

// chromium returns the path of the browser, or says in one line how to get it.
func chromium() (string, error) {
	if path := os.Getenv("CHROMIUM"); path != "" {
		return path, nil
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errors.New("no Chromium: install it (apt-get install chromium), or set CHROMIUM to the path of one")
}

// browser is one tab, and what went wrong in it.
type browser struct {
	t   *testing.T
	ctx context.Context // The context of the tab.

	// stop ends the current wait with an error.
	stop context.CancelCauseFunc

	mu     sync.Mutex
	errors []string
}

// openBrowser starts a Chromium with an empty profile and without requests of its own.
func openBrowser(t *testing.T, more ...chromedp.ExecAllocatorOption) *browser {
	t.Helper()
	path, err := chromium()
	if err != nil {
		t.Fatal(err)
	}
	options := append([]chromedp.ExecAllocatorOption{
		chromedp.ExecPath(path), chromedp.UserDataDir(t.TempDir()), chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.NoFirstRun, chromedp.NoDefaultBrowserCheck, chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true), chromedp.Flag("hide-scrollbars", true), chromedp.WindowSize(1100, 900),
		chromedp.WSURLReadTimeout(5 * time.Minute), // A busy machine takes its time.
	}, more...)
	allocator, end := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(end)
	b := &browser{t: t}
	allocator, b.stop = context.WithCancelCause(allocator)
	t.Cleanup(func() { b.stop(nil) })
	ctx, closeTab := chromedp.NewContext(allocator, chromedp.WithListener(b.listen))
	t.Cleanup(func() { _ = chromedp.Cancel(ctx); closeTab() }) // Until the browser has gone, and its files can be removed.
	b.ctx = ctx
	return b
}

// listen remembers what goes wrong in the page.
func (b *browser) listen(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch event := event.(type) {
	case *runtime.EventExceptionThrown:
		b.errors = append(b.errors, event.ExceptionDetails.Text)
	case *log.EventEntryAdded:
		if event.Entry.Level == log.EntryLevelError {
			b.errors = append(b.errors, event.Entry.Text+" "+event.Entry.URL)
		}
	}
}

// run does something in the tab.
func (b *browser) run(what string, actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, actions...); err != nil {
		b.t.Fatalf("%s: %v", what, err)
	}
}

// until waits until a condition in JavaScript is true. It is looked at whenever the document changes.
func (b *browser) until(condition string) {
	b.t.Helper()
	script := `new Promise((resolve) => {
		const observer = new MutationObserver(() => look());
		const look = () => { if (` + condition + `) { observer.disconnect(); resolve(true); } };
		observer.observe(document, {subtree: true, childList: true, attributes: true, characterData: true});
		look();
	})`
	if _, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](script, chromedp.EvalAwaitPromise)); err != nil {
		b.t.Fatalf("waiting for %s: %v (%v)", condition, err, context.Cause(b.ctx))
	}
}

// text returns what JavaScript returns.
func (b *browser) text(script string) string {
	b.t.Helper()
	text, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](script, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("%s: %v", script, err)
	}
	return text
}

// errorsSoFar returns what has gone wrong in the page.
func (b *browser) errorsSoFar() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]string{}, b.errors...)
}

// dark turns the dark mode on or off.
func (b *browser) dark(on bool) {
	b.t.Helper()
	scheme := map[bool]string{false: "light", true: "dark"}[on]
	b.run("turning on "+scheme, chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
		features := []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}
		_, err := cdp.Call(ctx, tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: features})
		return err
	}))
}

// picture takes a picture of the page, if pictures are wanted.
func (b *browser) picture(name string, width, height int64) {
	b.t.Helper()
	if *pictures == "" {
		return
	}
	b.run("setting the size", chromedp.EmulateViewport(width, height))
	image, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		b.t.Fatal(err)
	}
	path := filepath.Join(*pictures, name+".png")
	if err := os.WriteFile(path, image, 0o600); err != nil {
		b.t.Fatal(err)
	}
	b.t.Logf("%s: %d bytes", path, len(image))
}

// badge is JavaScript that returns the phase that the page shows of a cluster.
func badge(id string) string {
	return fmt.Sprintf(`document.querySelector('[data-cluster="%s"] .badge span:last-child')?.textContent`, id)
}

// press presses a button of a cluster by its keyboard, as everybody can.
func (b *browser) press(id, action string) {
	b.t.Helper()
	selector := fmt.Sprintf(`[data-cluster="%s"] button[value=%s]`, id, action)
	b.run("pressing "+action, chromedp.WaitVisible(selector), chromedp.Focus(selector), chromedp.KeyEvent("\r"))
}

func indent(text string) string {
	return "  " + strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n  ")
}
