package page

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// TestRecord shows that a page that does what it should not is noticed: the other tests
// rest on that.
func TestRecord(t *testing.T) {
	foreign := httptest.NewServer(http.NotFoundHandler())
	defer foreign.Close()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", "default-src 'self'; connect-src *")
		_, _ = w.Write([]byte(`<!doctype html><html lang=en><title>wrong</title><p style="color: red">styled in place</p><script src=wrong.js></script>`))
	})
	mux.HandleFunc("GET /wrong.js", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/javascript")
		_, _ = fmt.Fprintf(w, `console.warn("beware"); fetch("missing.json"); fetch(%q); throw new Error("thrown");`, foreign.URL)
	})
	server := httptest.NewServer(mux)
	defer server.Close()
	u, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	c := newTab(t)
	c.visit(u)
	for _, want := range []string{
		`console.warning: "beware"`, "exception: ", "Error: thrown", "/missing.json: 404",
		"a request leaves " + u.Host + ": " + foreign.URL, "security error: ", "ContentSecurityPolicyIssue",
	} {
		eventually(t, want, func() bool {
			return slices.ContainsFunc(c.problems(), func(p string) bool { return strings.Contains(p, want) })
		})
	}
	c.forgive()
}
