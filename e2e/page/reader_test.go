package page

import (
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/bunsui/bunsui-go/runtime/monitor"
)

// Each page is there for those who see no colours, who have no mouse, and who do not see
// it at all.
func TestReaders(t *testing.T) {
	t.Parallel()
	s := serve(t, monitor.AllowActions())
	c := newTab(t)
	if _, err := chromedp.Call(c.ctx, emulation.SetEmulatedVisionDeficiency,
		emulation.SetEmulatedVisionDeficiencyParams{Type: emulation.SetEmulatedVisionDeficiencyTypeAchromatopsia}); err != nil {
		t.Fatal(err)
	}
	c.media("forced-colors", "active")
	axe := source(t)
	for _, address := range s.all() {
		c.open(address)
		c.colourless()
		c.structure()
		if axe != "" {
			c.axe(axe)
		}
		c.keys("p") // so that nothing new comes meanwhile
		c.until("document.querySelector('.state')?.dataset.state === 'paused'")
		c.tour()
		if t.Failed() {
			t.Logf("that was %s", address)
		}
	}
}

// colourless checks that states are told in words and signs: what is wrong has a mark, the
// order of a table an arrow, and lines of charts have dashes.
func (c *tab) colourless() {
	c.Helper()
	c.until(`[...document.querySelectorAll('.bad')].every((e) => !e.checkVisibility() || /[▲○]/.test(e.innerText))`)
	c.until(`[...document.querySelectorAll('th[aria-sort]')].every((e) => /[↓↑]/.test(e.innerText))`)
	if state := c.text(".state"); state != "live" {
		c.Errorf("the state is %q", state)
	}
	same := evaluate[[]string](c, `[...document.querySelectorAll('.legend')].filter((l) => {
		const dashes = [...l.querySelectorAll('line')].map((e) => e.getAttribute('stroke-dasharray'));
		return new Set(dashes).size < dashes.length;
	}).map((l) => l.innerText)`)
	if len(same) > 0 {
		c.Errorf("lines that only colours tell apart: %q", same)
	}
}

// structure checks that names, headings and landmarks are there.
func (c *tab) structure() {
	c.Helper()
	nameless := evaluate[[]string](c, `[...document.querySelectorAll('a[href], button, input, canvas, [role=img]')]
		.filter((e) => e.checkVisibility() && !e.closest('[aria-hidden=true], [role=img] *') && !(e.innerText || e.getAttribute('aria-label') || e.title || '').trim())
		.map((e) => e.outerHTML.slice(0, 80))`)
	if len(nameless) > 0 {
		c.Errorf("without a name: %q", nameless)
	}
	if n := evaluate[int](c, "document.querySelectorAll('h1').length"); n != 1 {
		c.Errorf("%d main headings", n)
	}
	if twice := evaluate[[]string](c, `[...document.querySelectorAll('[id]')].map((e) => e.id).filter((id, i, all) => all.indexOf(id) !== i)`); len(twice) > 0 {
		c.Errorf("twice: %q", twice)
	}
	roles := evaluate[[]string](c, `[...document.querySelectorAll('header, nav, main')].map((e) => e.tagName)`)
	for _, role := range []string{"HEADER", "NAV", "MAIN"} {
		if !slices.Contains(roles, role) {
			c.Errorf("no %s", strings.ToLower(role))
		}
	}
}

// tour presses Tab until it has been everywhere that something can be done, and checks that
// one sees where one is. It goes by tens, because each key is a trip to the browser.
func (c *tab) tour() {
	c.Helper()
	usable := evaluate[int](c, `(() => {
		window.usable = new Set([...document.querySelectorAll('a[href], button, input, select, summary, canvas[tabindex="0"]')]
			.filter((e) => e.checkVisibility() && !e.disabled));
		window.unseen = [];
		document.activeElement.blur();
		addEventListener('focusin', ({ target }) => {
			usable.delete(target);
			const style = getComputedStyle(target);
			if (!(style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1)) unseen.push(target.tagName + ' ' + target.className + ' ' + target.innerText);
		});
		return usable.size;
	})()`)
	for range usable/10 + 5 {
		c.keys(strings.Repeat(kb.Tab, 10))
		if evaluate[int](c, "usable.size") == 0 {
			break
		}
	}
	if missed := evaluate[[]string](c, "[...usable].map((e) => e.tagName + ' ' + e.className + ' ' + e.innerText.slice(0, 40))"); len(missed) > 0 {
		c.Errorf("not reached by Tab: %q", missed)
	}
	if unseen := evaluate[[]string](c, "unseen"); len(unseen) > 0 {
		c.Errorf("the focus is not to be seen on %q", unseen)
	}
}
