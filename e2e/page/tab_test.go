package page

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// patience bounds how long anything may take that the page does by itself.
const patience = 60 * time.Second

// A tab is a page in the browser. Its methods fail the test if they cannot do what they
// are for, and are for the test's goroutine.
type tab struct {
	testing.TB
	ctx context.Context
	*record
}

// newTab opens one, with no page in it. When the test ends, what the record has found
// wrong until then fails it: what is opened in it must be served already, so that it does
// not end before.
func newTab(t testing.TB) *tab {
	t.Helper()
	b := inBrowser(t)
	r := newRecord()
	ctx, cancel := chromedp.NewContext(b, chromedp.WithNewBrowserContext(), chromedp.WithListener(r.take))
	t.Cleanup(cancel)
	c := &tab{TB: t, ctx: ctx, record: r}
	if err := chromedp.Do(ctx, r.enable()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		for _, problem := range r.problems() {
			t.Error(problem)
		}
	})
	return c
}

func (c *tab) do(what string, steps ...chromedp.Action[chromedp.Void]) {
	c.Helper()
	ctx, cancel := context.WithTimeout(c.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		c.Fatalf("%s: %v%s", what, err, c.evidence())
	}
}

// open goes to a page, and waits until it is live.
func (c *tab) open(u *url.URL) {
	c.Helper()
	c.visit(u)
	c.live()
}

// visit goes to a page.
func (c *tab) visit(u *url.URL) {
	c.Helper()
	c.origin(u)
	c.do("open "+u.String(), chromedp.Navigate(u.String()))
}

// evaluate returns the value of an expression.
func evaluate[T any](c *tab, expression string) T {
	c.Helper()
	ctx, cancel := context.WithTimeout(c.ctx, patience)
	defer cancel()
	value, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		c.Fatalf("%s: %v%s", expression, err, c.evidence())
	}
	return value
}

// until waits until an expression is true.
func (c *tab) until(expression string) {
	c.Helper()
	deadline := time.Now().Add(patience)
	for {
		ctx, cancel := context.WithTimeout(c.ctx, patience)
		ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("Boolean("+expression+")"))
		cancel()
		switch {
		case err == nil && ok:
			return
		case time.Now().After(deadline) || c.ctx.Err() != nil:
			c.Fatalf("not within %v: %s (%v)%s", patience, expression, err, c.evidence())
		}
		// In between a page may be on its way to another one, which is no failure.
		time.Sleep(10 * time.Millisecond)
	}
}

// click clicks on the middle of what a selector finds first, as with a mouse. What moved
// away at that moment, because something new came above it, is tried again.
func (c *tab) click(selector string) {
	c.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		c.until(fmt.Sprintf("document.querySelector(%q)?.checkVisibility()", selector))
		c.mouse(selector, "r.left + r.width / 2, r.top + r.height / 2")
		missed, err := chromedp.Run(c.ctx, chromedp.Evaluate[bool]("window.wanted === 'a click' && !window.hit"))
		if err != nil || !missed { // an error is that the page is on its way to the next one
			return
		}
	}
	c.Fatalf("no click reaches %s%s", selector, c.evidence())
}

// clickIn clicks into what a selector finds, at a fraction of its width and so many pixels
// below its top.
func (c *tab) clickIn(selector string, fraction, y float64) {
	c.Helper()
	c.mouse(selector, fmt.Sprintf("r.left + r.width * %g, r.top + %g", fraction, y))
}

// mouse clicks at a place that is given by the rectangle r of what a selector finds.
func (c *tab) mouse(selector, place string) {
	c.Helper()
	at := evaluate[[]float64](c, fmt.Sprintf(`(() => {
		const e = document.querySelector(%q);
		e.scrollIntoView({ block: 'center', behavior: 'instant' });
		Object.assign(window, { wanted: 'a click', hit: false });
		e.addEventListener('click', () => { window.hit = true; }, { once: true, capture: true });
		const r = e.getBoundingClientRect();
		return [%s];
	})()`, selector, place))
	c.do("click on "+selector, chromedp.MouseClickXY(at[0], at[1]))
}

// keys presses keys, one after another, on what has the focus.
func (c *tab) keys(keys string) {
	c.Helper()
	c.do("press keys", chromedp.KeyEvent(keys))
}

// focus puts the focus on what a selector finds, as a script would.
func (c *tab) focus(selector string) {
	c.Helper()
	c.until(fmt.Sprintf("document.querySelector(%q)", selector))
	c.until(fmt.Sprintf("(() => { const e = document.querySelector(%q); e.focus(); return document.activeElement === e; })()", selector))
}

// text is what a person reads in what a selector finds first.
func (c *tab) text(selector string) string {
	c.Helper()
	c.until(fmt.Sprintf("document.querySelector(%q)", selector))
	return strings.TrimSpace(evaluate[string](c, fmt.Sprintf("document.querySelector(%q).innerText", selector)))
}

// media emulates features of the reader's device, such as prefers-color-scheme: dark.
func (c *tab) media(features ...string) {
	c.Helper()
	var all []*emulation.MediaFeature
	for i := 0; i+1 < len(features); i += 2 {
		all = append(all, &emulation.MediaFeature{Name: features[i], Value: features[i+1]})
	}
	if _, err := chromedp.Call(c.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: all}); err != nil {
		c.Fatal(err)
	}
}

// phone makes the window that of a phone.
func (c *tab) phone() {
	c.Helper()
	c.do("be a phone", chromedp.EmulateViewport(390, 844, chromedp.EmulateMobile, chromedp.EmulateTouch, chromedp.EmulateScale(2)))
}

// evidence is what may help to understand a failure.
func (c *tab) evidence() string {
	ctx, cancel := context.WithTimeout(c.ctx, 2*time.Second)
	defer cancel()
	text, err := chromedp.Run(ctx, chromedp.Evaluate[string](`location.href + "\n" + document.body?.innerText.slice(0, 3000)`))
	if err != nil {
		text = err.Error()
	}
	return "\n" + strings.Join(append(c.problems(), text), "\n")
}

// eventually waits until f is true.
func eventually(t testing.TB, what string, f func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !f(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not within %v: %s", patience, what)
		}
	}
}

// live waits until the page's stream is there, and what it has said is shown.
func (c *tab) live() {
	c.Helper()
	c.until(`document.querySelector('.state')?.dataset.state === 'live' && document.querySelector('.live time').dateTime`)
}
