package page

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"github.com/bunsui/bunsui-go/runtime/monitor"
)

// From the overview to a function, and into its call tree.
func TestFunction(t *testing.T) {
	t.Parallel()
	s := serve(t, monitor.ShowArguments())
	c := newTab(t)
	c.open(s.at(""))
	c.click(fmt.Sprintf(`.name[title=%q] a`, shopPath+"page"))
	c.until(`document.body?.dataset.page === 'function'`)
	c.live()
	if h1, name := c.text("h1"), c.text(".subject code"); h1 != "shop.page" || name != shopPath+"page" {
		t.Errorf("it is about %q, %q", h1, name)
	}
	for _, label := range []string{"Calls", "Errors", "p50", "p99", "Max"} {
		if value := c.tile(label); value == "" {
			t.Errorf("no figure %s", label)
		}
	}
	c.objectives()
	c.flame()
	c.heatmap()
	c.slowCalls()
	c.charts("Calls", "Latency", "Errors and panics", "In flight")
}

// objectives reads what the function promises, and whether that is kept.
func (c *tab) objectives() {
	c.Helper()
	c.until(`document.querySelectorAll('table[aria-label=Objectives] tbody tr').length === 2`)
	for i, want := range []string{"p99", "errors"} {
		o := c.table("Objectives")[i]
		if o["Objective"] != want || o["Limit"] == "" || o["State"] != "✓ met" && o["State"] != "▲ missed" {
			c.Errorf("an objective: %v", o)
		}
	}
}

// tile is the figure with a label.
func (c *tab) tile(label string) string {
	c.Helper()
	find := fmt.Sprintf(`[...document.querySelectorAll('.tile')].find((t) => t.querySelector('dt').innerText === %q)?.querySelector('.main')`, label)
	c.until(find)
	return strings.TrimSpace(evaluate[string](c, find+".innerText"))
}

// painted waits until a canvas has something on it.
func (c *tab) painted(selector string) {
	c.Helper()
	c.until(fmt.Sprintf(`(() => {
		const canvas = document.querySelector(%q);
		if (!canvas?.width || !canvas.height) return false;
		const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
		return pixels.some((p, i) => i %% 4 === 3 && p > 0);
	})()`, selector))
}

// flame walks through the flame graph by keyboard, zooms into a child, and out.
func (c *tab) flame() {
	c.Helper()
	const read = `document.querySelector('.flame').parentNode.querySelector('.readout').innerText`
	c.painted(".flame")
	c.focus(".flame")
	c.keys(kb.ArrowDown)
	c.until(read + fmt.Sprintf(`.startsWith(%q)`, shopPath+"page: "))
	c.keys(kb.ArrowDown)
	c.until("!" + read + fmt.Sprintf(`.startsWith(%q)`, shopPath+"page: "))
	child := evaluate[string](c, read)
	if !strings.Contains(child, "of its caller") || !strings.Contains(child, "total") {
		c.Errorf("a child is described as %q", child)
	}
	c.keys(kb.Enter)
	out := `[...document.querySelectorAll('button')].find((b) => b.innerText === 'Zoom out')`
	c.until(out + ".checkVisibility()")
	c.keys(kb.Escape)
	c.until("!" + out + ".checkVisibility()")
	c.clickIn(".flame", 0.1, 36) // in the second row
	c.until(out + ".checkVisibility()")
	evaluate[bool](c, "("+out+".click(), true)")
	c.until("!" + out + ".checkVisibility()")
}

// heatmap moves the cursor by keyboard.
func (c *tab) heatmap() {
	c.Helper()
	const read = `document.querySelector('.heat').parentNode.querySelector('.readout').innerText`
	c.painted(".heat")
	c.focus(".heat")
	seen := map[string]bool{}
	for _, key := range []string{kb.End, kb.ArrowUp, kb.ArrowUp, kb.ArrowDown} {
		c.keys(key)
		c.until(read + ".includes(' took ')")
		seen[evaluate[string](c, read)] = true
	}
	if len(seen) < 2 {
		c.Errorf("the cursor stands still: %v", seen)
	}
}

// slowCalls looks for those that the warehouse has made slow.
func (c *tab) slowCalls() {
	c.Helper()
	c.until(`document.querySelectorAll('table[aria-label="Slow calls"] tbody tr').length > 0`)
	last := c.table("Slow calls")[0]
	if !strings.Contains(last["Arguments"], "customer = ") || !strings.Contains(last["Arguments"], "product = ") || !strings.Contains(last["Took"], "s") {
		c.Errorf("a slow call: %v", last)
	}
}

// charts waits until all of them are drawn.
func (c *tab) charts(titles ...string) {
	c.Helper()
	for i, title := range titles {
		c.until(fmt.Sprintf(`[...document.querySelectorAll('.charts .panel h2')].some((h) => h.innerText === %q)`, title))
		c.until(fmt.Sprintf(`document.querySelectorAll('.chart canvas').length > %d`, i))
	}
	c.painted(".chart canvas")
}

// Arguments are for those who ask for them, and never those that are redacted.
func TestArguments(t *testing.T) {
	t.Parallel()
	without, with := serve(t), serve(t, monitor.ShowArguments())
	hidden, shown := newTab(t), newTab(t)
	hidden.open(without.at("function", "name", shopPath+"order"))
	shown.open(with.at("function", "name", shopPath+"order"))
	for _, c := range []*tab{hidden, shown} {
		c.until(`document.querySelectorAll('table[aria-label="Slow calls"] tbody tr').length > 0`)
		if text := c.text("body"); strings.Contains(text, "4000123412341234") {
			t.Error("the number of a card is shown")
		}
	}
	if text := shown.text(`table[aria-label="Slow calls"]`); !strings.Contains(text, "card = (redacted)") {
		t.Errorf("slow calls: %s", text)
	}
	if text := hidden.text(`table[aria-label="Slow calls"]`); strings.Contains(text, "Arguments") || strings.Contains(text, "customer =") || strings.Contains(text, "card") {
		t.Errorf("arguments are shown: %s", text)
	}
}
