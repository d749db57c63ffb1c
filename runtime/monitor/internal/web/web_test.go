package web

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
)

func get(t *testing.T, path string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest("GET", "/"+path, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	Asset(w, r, r.URL.Path[1:])
	return w
}

// TestAssets gets each file, as it is and compressed, and again.
func TestAssets(t *testing.T) {
	if len(assets().assets) < 2 {
		t.Fatal("there are no assets")
	}
	for name, a := range assets().assets {
		plain := get(t, name)
		if plain.Code != 200 || !bytes.Equal(plain.Body.Bytes(), a.text) || plain.Header().Get("Cache-Control") != "no-cache" {
			t.Errorf("%s: status %d, %d bytes, %v", name, plain.Code, plain.Body.Len(), plain.Header())
		}
		for _, encoding := range []string{"", "gzip, br"} {
			first := get(t, name, "Accept-Encoding", encoding)
			again := get(t, name, "Accept-Encoding", encoding, "If-None-Match", `"other", `+first.Header().Get("ETag"))
			if again.Code != http.StatusNotModified || again.Body.Len() > 0 {
				t.Errorf("%s: the second time: status %d", name, again.Code)
			}
			if first.Header().Get("Content-Encoding") == "gzip" && !bytes.Equal(unzip(t, first.Body), a.text) {
				t.Errorf("%s: the compressed one is another", name)
			}
		}
		if kind := plain.Header().Get("Content-Type"); strings.HasSuffix(name, ".js") && kind != "text/javascript; charset=utf-8" {
			t.Errorf("%s is %s", name, kind)
		}
	}
	if got := get(t, "app.js?v="+assets().version).Header().Get("Cache-Control"); !strings.Contains(got, "immutable") {
		t.Errorf("Cache-Control is %q", got)
	}
	if got := get(t, "app.js?v=older").Header().Get("Cache-Control"); got != "no-cache" {
		t.Errorf("Cache-Control is %q", got)
	}
	if got := get(t, "nothing.js"); got.Code != http.StatusNotFound {
		t.Errorf("status %d", got.Code)
	}
}

func unzip(t *testing.T, r io.Reader) []byte {
	t.Helper()
	z, err := gzip.NewReader(r)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

var reference = regexp.MustCompile(`(?:href|src)="([^"]*)"`)

// TestShell finds what the script needs, and no link that leaves the folder.
func TestShell(t *testing.T) {
	var b strings.Builder
	if err := (Shell{Page: "cache", Query: "manager=a&name=%22%3E", Title: `Cache "><script>`, Actions: true}).Write(&b); err != nil {
		t.Fatal(err)
	}
	text := b.String()
	for _, want := range []string{
		`data-page="cache"`, `data-query="manager=a&amp;name=%22%3E"`, `data-actions="true"`, `<main id="app">`,
		`href="caches" aria-current="page"`, `href="cache.json?manager=a&amp;name=%22%3E"`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("there is no %s in\n%s", want, text)
		}
	}
	if strings.Contains(text, "<script>") || strings.Contains(text, " style=") {
		t.Errorf("there is something inline in\n%s", text)
	}
	for _, m := range reference.FindAllStringSubmatch(text, -1) {
		if strings.HasPrefix(m[1], "/") || strings.Contains(m[1], ":") {
			t.Errorf("%s is not relative", m[1])
		}
	}
}
