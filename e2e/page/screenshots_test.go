package page

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/bunsui/bunsui-go/runtime/monitor"
)

// pictures in the environment is the folder that TestScreenshots writes to: see make
// screenshots.
const pictures = "BUNSUI_SCREENSHOTS"

// TestScreenshots takes pictures of the page, for the documentation.
func TestScreenshots(t *testing.T) {
	folder := os.Getenv(pictures)
	if folder == "" {
		t.Skipf("%s names no folder", pictures)
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	customers.SetRate(100)
	s := serve(t, monitor.AllowActions(), monitor.ShowArguments(), monitor.PageEvery(time.Second))
	function, cache := s.at("function", "name", shopPath+"page"), s.at("cache", "manager", "default", "name", shopPath+"loadItem")
	for _, p := range []struct {
		name, theme string
		phone       bool
		page        string
	}{
		{"overview-light", "light", false, s.at("").String()},
		{"overview-dark", "dark", false, s.at("").String()},
		{"function-light", "light", false, function.String()},
		{"function-dark", "dark", false, function.String()},
		{"cache-light", "light", false, cache.String()},
		{"caches-light", "light", false, s.at("caches").String()},
		{"pool-light", "light", false, s.at("pool", "name", shopPath+"newConn").String()},
		{"batches-light", "light", false, s.at("batches").String()},
		{"loader-dark", "dark", false, s.at("loader", "name", shopPath+"loadItem").String()},
		{"alerts-light", "light", false, s.at("alerts").String()},
		{"overview-phone", "light", true, s.at("").String()},
		{"function-phone", "dark", true, function.String()},
	} {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel() // all of them gather figures meanwhile
			c := newTab(t)
			c.origin(s.at(""))
			c.media("prefers-color-scheme", p.theme)
			if p.phone {
				c.phone()
			} else {
				c.do("be a screen", chromedp.EmulateViewport(1280, 900, chromedp.EmulateScale(1.5)))
			}
			c.do("open "+p.page, chromedp.Navigate(p.page))
			c.live()
			for range 30 { // looks
				c.newer(time.Now())
			}
			picture, err := chromedp.Run(c.ctx, chromedp.FullScreenshot(100))
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(folder, p.name+".png"), picture, 0o644); err != nil {
				t.Fatal(err)
			}
		})
	}
}
