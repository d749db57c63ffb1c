package page

import (
	"fmt"
	"time"

	"github.com/google/go-cmp/cmp"
)

// A row is what the page shows of one thing in a table: the texts of its cells by the
// titles of their columns. "name" is the whole name.
type row map[string]string

// table reads those rows that are shown of the table with a label, in their order.
func (c *tab) table(label string) []row {
	c.Helper()
	return evaluate[[]row](c, fmt.Sprintf(`[...document.querySelectorAll('table[aria-label=%q] tbody tr')].filter((tr) => tr.checkVisibility()).map((tr) =>
		Object.fromEntries([['name', tr.querySelector('.name')?.title], ...[...tr.cells].map((td) => [td.dataset.label, td.innerText.trim()])]))`, label))
}

// names are those of the rows.
func (c *tab) names(label string) []string {
	c.Helper()
	var names []string
	for _, r := range c.table(label) {
		names = append(names, r["name"])
	}
	return names
}

// newer waits for a document of after a time.
func (c *tab) newer(t time.Time) {
	c.Helper()
	c.until(fmt.Sprintf("Date.parse(document.querySelector('.live time').dateTime) > %d", t.UnixMilli()))
}

// same compares what a table shows with what it should; only columns that a row of want
// names are looked at.
func (c *tab) same(label string, want map[string]row) {
	c.Helper()
	got := make(map[string]row)
	for _, r := range c.table(label) {
		some := make(row)
		for title := range want[r["name"]] {
			some[title] = r[title]
		}
		got[r["name"]] = some
	}
	if diff := cmp.Diff(want, got); diff != "" {
		c.Errorf("the table of %s (- what there is, + what is shown):\n%s", label, diff)
	}
}
