package page

import (
	"fmt"
	"slices"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"github.com/bunsui/bunsui-go/runtime/monitor"
)

// size is how many entries a cache of the shop has.
func size(t testing.TB, name string) int {
	t.Helper()
	caches := monitor.Snapshot().Caches
	i := slices.IndexFunc(caches, func(c monitor.Cache) bool { return c.Name == shopPath+name })
	if i < 0 {
		t.Fatalf("there is no cache %s", name)
	}
	return caches[i].Size
}

// button is the one with a text.
func button(text string) string {
	return fmt.Sprintf(`[...document.querySelectorAll('dialog button, button')].find((b) => b.innerText === %q)`, text)
}

func (c *tab) press(text string) {
	c.Helper()
	c.until(button(text) + "?.checkVisibility()")
	evaluate[bool](c, "("+button(text)+".click(), true)")
}

// Who may act can empty a cache, after a question, and switch it off and on.
func TestInvalidate(t *testing.T) {
	s := serve(t, monitor.AllowActions())
	c := newTab(t)
	c.open(s.at("caches"))
	eventually(t, "entries", func() bool { return size(t, "recommend") > 0 })
	quiet(t)
	c.click(fmt.Sprintf(`.name[title=%q] a`, shopPath+"recommend"))
	c.until(`document.body?.dataset.page === 'cache'`)
	c.live()
	c.charts("Hit rate", "Lookups", "Loads", "Entries", "Removed")
	if size(t, "recommend") == 0 {
		t.Fatal("nothing is cached")
	}
	c.press("Invalidate all entries")
	c.until("document.querySelector('dialog[open]')")
	c.keys(kb.Escape)
	c.until("!document.querySelector('dialog')")
	if size(t, "recommend") == 0 {
		t.Fatal("the entries are gone though nobody has said yes")
	}
	c.press("Invalidate all entries")
	c.until("document.querySelector('dialog[open]')")
	c.keys(kb.Tab + kb.Enter) // the first button is that of a no
	eventually(t, "no entries", func() bool { return size(t, "recommend") == 0 })
	c.until(`document.querySelector('.answer').innerText !== '' && document.querySelector('.answer').innerText !== 'Working …'`)
	eventually(t, "0 entries on the page", func() bool { return c.tile("Entries") == "0" })

	c.press("Memory only")
	eventually(t, "the mode", func() bool { return c.tile("Mode") == "memory only" })
	c.press("Mode as usual")
	eventually(t, "the usual mode", func() bool { return c.tile("Mode") == "on" })
}

// Without AllowActions there is no button, and nobody is listened to.
func TestNoActions(t *testing.T) {
	t.Parallel()
	s := serve(t)
	c := newTab(t)
	c.open(s.at("cache", "manager", "default", "name", shopPath+"price"))
	c.tile("Entries")
	for _, text := range []string{"Invalidate all entries", "Switch off", "Memory only"} {
		if evaluate[bool](c, "Boolean("+button(text)+")") {
			t.Errorf("there is a button %q", text)
		}
	}
	c.outage(true) // the browser complains about the answer
	status := evaluate[int](c, fmt.Sprintf(`fetch('action', {method: 'POST', headers: {'Content-Type': 'application/json'},
		body: JSON.stringify({do: 'invalidate', manager: 'default', name: %q})}).then((r) => r.status)`, shopPath+"price"))
	if status != 405 {
		t.Errorf("an action is answered by %d", status)
	}
}
