package page

import (
	"net/url"
	"testing"

	"github.com/bunsui/bunsui-go/runtime/monitor"
)

// all are pages of each kind.
func (s *site) all() []*url.URL {
	return []*url.URL{
		s.at(""), s.at("caches"), s.at("pools"), s.at("batches"), s.at("alerts"),
		s.at("function", "name", shopPath+"page"), s.at("cache", "manager", "default", "name", shopPath+"price"),
		s.at("pool", "name", shopPath+"newConn"), s.at("batch", "name", shopPath+"reserve"), s.at("loader", "name", shopPath+"loadItem"),
	}
}

// lightness is that of the background and of the text, from 0 to 255.
const lightness = `(() => {
	const light = (c) => { const [r, g, b] = c.match(/[\d.]+/g).map(Number); return 0.3 * r + 0.6 * g + 0.1 * b; };
	const style = getComputedStyle(document.body);
	return [light(style.backgroundColor), light(style.color)];
})()`

// The page follows the system, and the reader's choice before that.
func TestThemes(t *testing.T) {
	t.Parallel()
	s := serve(t)
	c := newTab(t)
	c.media("prefers-color-scheme", "light")
	c.open(s.at(""))
	is := func(dark bool) func() bool {
		return func() bool {
			l := evaluate[[]float64](c, lightness)
			return dark == (l[0] < 60 && l[1] > 180) && dark != (l[0] > 200 && l[1] < 80)
		}
	}
	eventually(t, "light", is(false))
	c.media("prefers-color-scheme", "dark")
	eventually(t, "dark", is(true))
	theme := `[...document.querySelectorAll('button')].find((b) => b.innerText.startsWith('Theme'))`
	evaluate[bool](c, "("+theme+".click(), true)") // from that of the system to light
	eventually(t, "light by choice", is(false))
	c.open(s.at("caches"))
	eventually(t, "light on the next page", is(false))
}

// On a phone nothing but tables and graphs scrolls sideways, and there is nothing too
// small for a finger.
func TestPhone(t *testing.T) {
	t.Parallel()
	s := serve(t, monitor.AllowActions())
	c := newTab(t)
	c.phone()
	for _, address := range s.all() {
		c.open(address)
		if width := evaluate[int](c, "document.documentElement.scrollWidth"); width > 390 {
			wide := evaluate[[]string](c, `[...document.querySelectorAll('body *')].filter((e) => e.getBoundingClientRect().right > 391 && !e.closest('.scroll')).map((e) => e.tagName + '.' + e.className).slice(0, 8)`)
			t.Errorf("%s is %d wide, because of %q", address, width, wide)
		}
		small := evaluate[[]string](c, `[...document.querySelectorAll('button, nav a, input, summary')].filter((e) => e.checkVisibility() && e.getBoundingClientRect().height < 24).map((e) => e.tagName + ' ' + e.innerText)`)
		if len(small) > 0 {
			t.Errorf("%s: too small for a finger: %q", address, small)
		}
	}
}
