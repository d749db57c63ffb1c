package page

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"runtime"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"
)

// without is the environment variable that makes tests skip what needs Chromium.
const without = "BUNSUI_WITHOUT_CHROMIUM"

// programs are the names of the browser, as scripts/chromium.sh looks for it.
var programs = []string{
	"chromium", "chromium-browser", "google-chrome", "google-chrome-stable",
	"/Applications/Chromium.app/Contents/MacOS/Chromium",
	"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
}

// browser is the only one: a test has a tab of it, in a session of its own.
var browser struct {
	once   sync.Once
	ctx    context.Context
	cancel context.CancelFunc
	err    error
}

var errNoBrowser = errors.New("there is no Chromium")

// inBrowser returns the context of the browser, which it starts the first time.
func inBrowser(t testing.TB) context.Context {
	t.Helper()
	browser.once.Do(startBrowser)
	switch {
	case browser.err == nil:
	case errors.Is(browser.err, errNoBrowser) && os.Getenv(without) == "1":
		t.Skipf("%v; %s is 1", browser.err, without)
	case errors.Is(browser.err, errNoBrowser):
		t.Fatalf("%v: run make chromium, or skip such tests with %s=1", browser.err, without)
	default:
		t.Fatal(browser.err)
	}
	return browser.ctx
}

func startBrowser() {
	path, err := find()
	if err != nil {
		browser.err = err
		return
	}
	// The folder of the user's data is a new one, and removed in the end.
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.WindowSize(1280, 900),
		chromedp.Flag("disable-gpu", true),
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("no-proxy-server", true),
	)
	if runtime.GOOS == "linux" && os.Getuid() == 0 {
		// Chromium's sandbox gives up the rights of the user, and refuses to do so for root,
		// as whom tests run in containers. The only pages that it shows are ours.
		options = append(options, chromedp.NoSandbox)
	}
	allocator, cancelAllocator := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, cancel := chromedp.NewContext(allocator)
	browser.ctx, browser.cancel = ctx, func() {
		_ = chromedp.Cancel(ctx) // waits for its end
		cancel()
		cancelAllocator()
	}
	browser.err = chromedp.Do(ctx)
}

func find() (string, error) {
	for _, name := range programs {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errNoBrowser
}

func stopBrowser() {
	if browser.cancel != nil {
		browser.cancel()
	}
}
