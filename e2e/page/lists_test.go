package page

import (
	"fmt"
	"strings"
	"testing"
)

// The pages of all else that there is, one click away.
func TestOthers(t *testing.T) {
	t.Parallel()
	s := serve(t)
	c := newTab(t)
	for _, step := range []struct {
		list, kind, name string
		tiles, charts    []string
	}{
		{"pools", "pool", "newConn", []string{"In use", "Idle", "Waiting", "Acquires"}, nil},
		{"batches", "batch", "reserve", []string{"Items", "Failed", "Retries"}, []string{"Items", "Retries", "Running"}},
		{"batches", "loader", "loadItem", []string{"Asked for", "Keys a batch", "Largest batch"}, []string{"Keys", "Keys a batch", "Failed", "Under way"}},
	} {
		c.open(s.at(""))
		c.click(fmt.Sprintf("nav a[href=%q]", step.list))
		c.until(fmt.Sprintf("document.body?.dataset.page === %q", step.list))
		c.live()
		c.click(fmt.Sprintf(".name[title$=%q] a", shopPath+step.name))
		c.until(fmt.Sprintf("document.body?.dataset.page === %q", step.kind))
		c.live()
		for _, label := range step.tiles {
			if c.tile(label) == "" {
				t.Errorf("%s: no figure %s", step.kind, label)
			}
		}
		c.charts(step.charts...)
	}
}

// An alert is told in words on every page, and leads to what it is about.
func TestAlerts(t *testing.T) {
	t.Parallel()
	s := serve(t)
	c := newTab(t)
	c.open(s.at("pools"))
	c.until(`document.querySelector('.banner')?.checkVisibility()`)
	if text := c.text(".banner"); !strings.Contains(text, "▲ "+hitRate) || !strings.Contains(text, "shop.recommend") || !strings.Contains(text, "limit 80") {
		t.Errorf("the banner says %q", text)
	}
	if title := evaluate[string](c, "document.title"); !strings.HasPrefix(title, "▲ 1 alert") {
		t.Errorf("the title is %q", title)
	}
	c.click(".banner a")
	c.until(`document.body?.dataset.page === 'cache'`)
	c.live()
	c.click(`nav a[href="alerts"]`)
	c.until(`document.body?.dataset.page === 'alerts'`)
	c.live()
	if raised := c.text(`table[aria-label="Raised now"]`); !strings.Contains(raised, hitRate) {
		t.Errorf("raised now: %q", raised)
	}
	watched := c.text(`table[aria-label="Watched"]`)
	if !strings.Contains(watched, "the moon is blue") || !strings.Contains(watched, "✓ not raised") || !strings.Contains(watched, "▲ raised for 1") {
		t.Errorf("watched: %q", watched)
	}
	if events := c.text(`table[aria-label="Events"]`); !strings.Contains(events, "▲ raised") || !strings.Contains(events, hitRate) {
		t.Errorf("events: %q", events)
	}
}

// A name that does not exist is told, and what ceases to.
func TestUnknown(t *testing.T) {
	t.Parallel()
	s := serve(t)
	c := newTab(t)
	c.outage(true) // the browser complains about 404
	c.visit(s.at("function", "name", "nobody"))
	c.until(`document.querySelector('h1')?.innerText === 'Not found'`)
	if text := c.text("main"); !strings.Contains(text, "nothing of that name") {
		t.Errorf("it says %q", text)
	}
}
