package page

import (
	"encoding/json"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"testing"
)

// source is the text of axe-core, a checker of accessibility, which scripts/chromium.sh
// fetches where there is npm. It is empty where there is none.
func source(t testing.TB) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", ".tools", "axe", "node_modules", "axe-core", "axe.min.js"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	if err != nil {
		t.Log("axe-core is not there: what it would find is not looked for")
	}
	return string(text)
}

// axe checks the page by the rules of WCAG 2.2, levels A and AA. Colours are those of the
// system here, and are checked by TestContrast.
func (c *tab) axe(text string, rules ...string) {
	c.Helper()
	evaluate[bool](c, text+"; true") // by the browser's own door, which the policy of the page does not close
	options := map[string]any{
		"resultTypes": []string{"violations"},
		"runOnly":     []string{"wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"},
	}
	if len(rules) > 0 {
		options["runOnly"] = rules
	}
	o, err := json.Marshal(options)
	if err != nil {
		c.Fatal(err)
	}
	violations := evaluate[[]string](c, `axe.run(document, `+string(o)+`).then((r) => r.violations.map((v) =>
		v.id + ': ' + v.help + '\n' + v.nodes.slice(0, 3).map((n) => n.html.slice(0, 200) + '\n' + n.failureSummary).join('\n')))`)
	for _, v := range violations {
		c.Errorf("axe: %s", v)
	}
}

// TestContrast looks at the colours of both themes.
func TestContrast(t *testing.T) {
	t.Parallel()
	text := source(t)
	if text == "" {
		t.Skip("it takes axe-core")
	}
	s := serve(t)
	c := newTab(t)
	for _, theme := range []string{"light", "dark"} {
		c.media("prefers-color-scheme", theme)
		for _, address := range []*url.URL{s.at(""), s.at("function", "name", shopPath+"page"), s.at("alerts")} {
			c.open(address)
			c.axe(text, "color-contrast")
			if t.Failed() {
				t.Fatalf("that was %s, %s", address, theme)
			}
		}
	}
}
