package page

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/bunsui/bunsui-go/runtime/monitor"
)

const shopPath = "github.com/bunsui/bunsui-go/examples/dashboard/shop."

// The page shows what Snapshot says, to the last digit, when nothing goes on.
func TestNumbers(t *testing.T) {
	s := serve(t)
	pages := map[string]*tab{}
	for _, name := range []string{"", "caches", "pools", "batches"} {
		pages[name] = newTab(t)
		pages[name].open(s.at(name))
	}
	quiet(t)
	calm := time.Now()
	for _, c := range pages {
		c.newer(calm)
	}
	r := monitor.Snapshot()
	pages[""].same("Functions", functionRows(r))
	pages["caches"].same("Caches", cacheRows(r))
	pages["pools"].same("Pools", poolRows(r))
	pages["batches"].same("Batch processors", processorRows(r))
	pages["batches"].same("Loaders", loaderRows(r))
	for _, c := range pages {
		c.counts(r)
	}
}

// counts compares the figures in the navigation.
func (c *tab) counts(r monitor.Report) {
	c.Helper()
	for link, n := range map[string]int{"./": len(functionRows(r)), "caches": len(r.Caches), "pools": len(r.Pools), "batches": len(r.Processors) + len(r.Loaders)} {
		if got := c.text(fmt.Sprintf("nav a[href=%q] .count", link)); got != fmt.Sprint(n) {
			c.Errorf("%s: %s, want %d", link, got, n)
		}
	}
}

// functionRows are those of the overview. A name that is of a function and of others has
// the calls of the function.
func functionRows(r monitor.Report) map[string]row {
	rows := make(map[string]row)
	add := func(name string, more row) {
		if rows[name] == nil {
			rows[name] = make(row)
		}
		for title, text := range more {
			if _, there := rows[name][title]; !there {
				rows[name][title] = text
			}
		}
	}
	for _, f := range r.Functions {
		failed := f.Errors + f.Panics
		add(f.Name, row{
			"Calls": count(f.Calls), "Errors": share(failed, f.Calls), "In flight": count(uint64(f.InFlight)),
			"p50": duration(f.Quantile(0.5)), "p99": duration(f.Quantile(0.99)), "Max": duration(f.Max),
		})
	}
	for _, c := range r.Caches {
		lookups := c.Hits + c.Misses
		add(c.Name, row{
			"Calls": count(lookups), "Errors": share(c.LoadErrors, lookups), "In flight": none,
			"Hit rate": percent(c.Hits, lookups),
		})
	}
	for _, p := range r.Processors {
		items := p.Succeeded + p.Failed
		add(p.Name, row{"Calls": count(items), "Errors": share(p.Failed+p.Panics, items), "In flight": count(uint64(p.Running))})
	}
	for _, l := range r.Loaders {
		failed := l.Errors + l.KeyErrors + l.Panics
		add(l.Name, row{"Calls": count(l.Calls), "Errors": share(failed, l.Calls), "In flight": count(uint64(l.InFlight))})
	}
	for _, more := range rows {
		for _, title := range []string{"p50", "p99", "Max", "Hit rate"} {
			if _, there := more[title]; !there {
				more[title] = none
			}
		}
	}
	return rows
}

func cacheRows(r monitor.Report) map[string]row {
	rows := make(map[string]row)
	for _, c := range r.Caches {
		rows[c.Name] = row{
			"Mode": c.Settings.Mode.String(), "Entries": count(uint64(c.Size)) + " / " + count(uint64(c.Settings.MaxEntries)),
			"Hit rate": percent(c.Hits, c.Hits+c.Misses), "Loads": count(c.Loads), "Evicted": count(c.Evictions),
			"Failed": bad(c.LoadErrors > 0, count(c.LoadErrors)),
		}
	}
	return rows
}

func poolRows(r monitor.Report) map[string]row {
	rows := make(map[string]row)
	for _, p := range r.Pools {
		waited := none
		if p.Waits > 0 {
			waited = duration(p.WaitTime / time.Duration(p.Waits))
		}
		rows[p.Name] = row{
			"State": "open", "In use": fmt.Sprintf("%d / %d", p.InUse, p.Max), "Idle": count(uint64(p.Idle)), "Waiting": "0",
			"Had to wait": percent(p.Waits, p.Acquired), "Mean wait": waited, "Leaks": bad(p.Leaks > 0, count(p.Leaks)),
		}
	}
	return rows
}

func processorRows(r monitor.Report) map[string]row {
	rows := make(map[string]row)
	for _, p := range r.Processors {
		rows[p.Name] = row{
			"Running": "0", "Batches": count(uint64(p.Runs)), "Succeeded": count(p.Succeeded), "Failed": bad(p.Failed > 0, count(p.Failed)),
			"Retries": count(p.Retries), "Not started": count(p.NotStarted), "Panics": bad(p.Panics > 0, count(p.Panics)),
		}
	}
	return rows
}

func loaderRows(r monitor.Report) map[string]row {
	rows := make(map[string]row)
	for _, l := range r.Loaders {
		rows[l.Name] = row{
			"Asked for": count(l.Calls), "Batches": count(l.Batches), "Keys a batch": fmt.Sprintf("%.1f", float64(l.Keys)/float64(l.Batches)),
			"Largest": count(uint64(l.Largest)), "Shared": count(l.Deduplicated), "Failed": bad(l.Errors > 0, count(l.Errors)),
		}
	}
	return rows
}

// While the load goes on, cells change without a reload, and only until the page is paused.
func TestLive(t *testing.T) {
	t.Parallel()
	s := serve(t)
	c := newTab(t)
	c.open(s.at(""))
	evaluate[bool](c, "window.same = true")
	calls := func() string { return c.table("Functions")[0]["Calls"] + c.text(".live time") }
	for range 3 {
		before := calls()
		eventually(t, "other figures than "+before, func() bool { return calls() != before })
	}
	if !evaluate[bool](c, "window.same") {
		t.Error("the page was loaded again")
	}
	c.keys("p")
	c.until("document.querySelector('.state')?.dataset.state === 'paused'")
	before := calls()
	time.Sleep(4 * often) // nothing may happen
	if after := calls(); after != before {
		t.Errorf("paused: %s, and then %s", before, after)
	}
	c.keys("p")
	c.live()
	eventually(t, "figures after the pause", func() bool { return calls() != before })
}

func TestSort(t *testing.T) {
	t.Parallel()
	s := serve(t)
	c := newTab(t)
	c.open(s.at(""))
	order := func() []string {
		var short []string
		for _, r := range c.table("Functions") {
			short = append(short, strings.SplitN(r["Function"], "\n", 2)[0])
		}
		return short
	}
	lower := func(a, b string) int { return strings.Compare(strings.ToLower(a), strings.ToLower(b)) }
	if names := order(); len(names) < 8 || !slices.IsSortedFunc(names, lower) {
		t.Errorf("at first: %q", names)
	}
	c.click(`th[role=columnheader]:nth-child(1) button`)
	c.until(`document.querySelector('th:nth-child(1)[aria-sort=descending]')`)
	if names := order(); !slices.IsSortedFunc(names, func(a, b string) int { return lower(b, a) }) {
		t.Errorf("after a click: %q", names)
	}
	// By the keyboard: the third column is that of calls.
	c.focus(`th:nth-child(3) button`)
	c.keys(kb.Enter)
	c.until(`document.querySelector('th:nth-child(3)[aria-sort=descending]')`)
	if title := c.text(`th[aria-sort=descending]`); !strings.HasPrefix(title, "Calls") {
		t.Errorf("sorted by %q", title)
	}
	c.keys(" ")
	c.until(`document.querySelector('th:nth-child(3)[aria-sort=ascending]')`)
	// A reload keeps it.
	c.do("reload", chromedp.Reload())
	c.live()
	c.until(`document.querySelector('th:nth-child(3)[aria-sort=ascending]')`)
}

func TestSearch(t *testing.T) {
	t.Parallel()
	s := serve(t)
	c := newTab(t)
	c.open(s.at(""))
	c.keys("/") // from anywhere on the page
	c.until(`document.activeElement.id === 'search'`)
	c.keys("shop PRICE")
	c.until(`document.querySelectorAll('table[aria-label=Functions] tbody tr:not([hidden])').length === 1`)
	if names := c.names("Functions"); !slices.Equal(names, []string{shopPath + "price"}) {
		t.Errorf("found: %q", names)
	}
	if text := c.text(".tools [role=status]"); !strings.HasPrefix(text, "1 of ") {
		t.Errorf("it says %q", text)
	}
	c.keys("zzz")
	c.until(`document.querySelector('.empty').checkVisibility()`)
	if text := c.text(".empty"); !strings.Contains(text, "Nothing matches") {
		t.Errorf("it says %q", text)
	}
}
