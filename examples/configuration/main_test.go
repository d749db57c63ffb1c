package main

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
)

// ask sends a request and returns what is answered.
func ask(t *testing.T, method, path string) (int, string) {
	t.Helper()
	w := httptest.NewRecorder()
	handler().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), method, path, http.NoBody))
	return w.Code, w.Body.String()
}

// expect asks for the list of caches, which must have a line with each of wants.
func expect(t *testing.T, wants ...string) {
	t.Helper()
	_, list := ask(t, "GET", "/caches")
	for _, want := range wants {
		if !strings.Contains(list, "configuration."+want+"\n") {
			t.Errorf("%s\nlacks %s", list, want)
		}
	}
}

// again runs a test as a process of its own, because a process is configured once, and
// returns what it has printed.
func again(t *testing.T, environ ...string) (string, error) {
	t.Helper()
	command := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
	command.Env = append(os.Environ(), append(environ, "CONFIGURE=1")...)
	command.WaitDelay = time.Second
	out, err := command.CombinedOutput()
	return string(out), err
}

func TestService(t *testing.T) {
	if os.Getenv("CONFIGURE") == "" {
		if out, err := again(t, "BUNSUI_CACHE_STOCK_TTL=5s"); err != nil {
			t.Errorf("%v:\n%s", err, out)
		}
		return
	}
	switches := filepath.Join(t.TempDir(), "switches")
	if err := os.WriteFile(switches, []byte("stock = memory\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := configure(switches); err != nil {
		t.Fatal(err)
	}
	if code, price := ask(t, "GET", "/price/tea"); code != http.StatusOK || price != "300\n" {
		t.Errorf("%d %s", code, price)
	}
	expect(t, "price TTL 5m0s mode on map[TTL:Configure]", "stock TTL 5s mode memory map[Mode:switch file TTL:environment]")

	if code, text := ask(t, "POST", "/switch?name=price&mode=off"); code != http.StatusOK {
		t.Errorf("%d %s", code, text)
	}
	expect(t, "price TTL 5m0s mode off map[Mode:Switch TTL:Configure]")
	if n := PriceCache.Stats().Size; n != 0 {
		t.Errorf("%d prices are kept", n)
	}
	ask(t, "POST", "/switch?name=price&mode=usual")
	expect(t, "price TTL 5m0s mode on map[TTL:Configure]")

	for path, want := range map[string]int{
		"/switch?name=prices&mode=off": http.StatusNotFound, "/switch?name=price&mode=of": http.StatusBadRequest,
	} {
		if code, text := ask(t, "POST", path); code != want {
			t.Errorf("%s: %d %s", path, code, text)
		}
	}
}

// A process that finds a mistake in its environment does not start.
func TestMistakes(t *testing.T) {
	if os.Getenv("CONFIGURE") != "" {
		err := configure("")
		if e, ok := errors.AsType[*cache.SettingError](err); ok {
			t.Log("the first is in", e.Place)
		}
		t.Fatal(err)
	}
	out, err := again(t, "BUNSUI_CACHE_STOK_TTL=5s", "BUNSUI_CACHE_STOCK_TTL=soon", "BUNSUI_CACHE_PRICE_MODE=memory")
	page, readErr := os.ReadFile("../../docs/configuration.md")
	if err == nil || readErr != nil {
		t.Fatalf("%v, %v:\n%s", err, readErr, out)
	}
	for line := range strings.Lines(out) {
		if _, message, ok := strings.Cut(line, "cache: BUNSUI_"); ok && !strings.Contains(string(page), "cache: BUNSUI_"+message) {
			t.Errorf("docs/configuration.md does not show this:\n%s", line)
		}
	}
	if n := strings.Count(out, "cache: BUNSUI_"); n != 2 {
		t.Errorf("%d mistakes, want 2:\n%s", n, out)
	}
}
