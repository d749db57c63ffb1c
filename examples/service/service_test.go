package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/internal/pgtest"
	"github.com/bunsui/bunsui-go/internal/redistest"
)

// TestService asks the whole program, as Wire has put it together.
func TestService(t *testing.T) {
	s := start(t, config{database: pgtest.Start(t).URL()})
	for _, test := range []struct{ method, path, want string }{
		{"GET", "/users/1", "404 user 1: no such user"},
		{"POST", "/teams/red/users?name=Ada", `200 {"id":1,"name":"Ada","team":"red"}`},
		{"GET", "/users/1", `200 {"id":1,"name":"Ada","team":"red"}`},
		{"GET", "/teams/red", `200 [{"id":1,"name":"Ada","team":"red"}]`},
		{"PUT", "/users/1/name?name=Augusta", `200 {"id":1,"name":"Augusta","team":"red"}`},
		{"GET", "/users/1", `200 {"id":1,"name":"Augusta","team":"red"}`},
		{"GET", "/teams/red", `200 [{"id":1,"name":"Augusta","team":"red"}]`},
		{"POST", "/teams/blue/transfer?id=1&id=2", "404 user 2: no such user"},
		{"GET", "/teams/blue", "200 []"},
		{"POST", "/teams/blue/transfer?id=1", `200 [{"id":1,"name":"Augusta","team":"blue"}]`},
		{"GET", "/teams/red", "200 []"},
		{"GET", "/users/x", `400 bad request: "x" is not the id of a user`},
	} {
		if got := ask(t, s.handler, test.method, test.path); got != test.want {
			t.Errorf("%s %s: %s, want %s", test.method, test.path, got, test.want)
		}
	}
	if got := ask(t, s.handler, "GET", "/profile"); !strings.Contains(got, "store.Users.ListByTeam") {
		t.Errorf("the profile does not have what asks the database:\n%s", got)
	}
}

// TestTwoProcesses has two of them, which share through Redis what either has read.
func TestTwoProcesses(t *testing.T) {
	c := config{database: pgtest.Start(t).URL(), redis: redistest.Start(t).Addr()}
	here, there := start(t, c), start(t, c)
	const ada = `200 {"id":1,"name":"Ada","team":"red"}`
	for _, s := range []*service{here, there} {
		if got := ask(t, s.handler, "GET", "/users/1"); !strings.HasPrefix(got, "404") {
			t.Errorf("GET /users/1: %s, want that there is none", got)
		}
	}
	if got := ask(t, here.handler, "POST", "/teams/red/users?name=Ada"); got != ada {
		t.Errorf("POST /teams/red/users: %s, want %s", got, ada)
	}
	// An event tells the other one, which takes it the time that an event takes.
	for end := time.Now().Add(10 * time.Second); ; {
		got := ask(t, there.handler, "GET", "/users/1")
		if got == ada {
			break
		}
		if time.Now().After(end) {
			t.Fatalf("GET /users/1 of the other process: %s, want %s", got, ada)
		}
	}
	// Of all these questions only the first reached the database.
	if n := there.caches.Stats().Loads + here.caches.Stats().Loads; n != 1 {
		t.Errorf("the database was asked %d times, want once", n)
	}
}

// TestSettings shows that variables of the environment reach caches that nothing but
// the program's own manager knows, and that one which means nothing is a mistake.
func TestSettings(t *testing.T) {
	s := start(t, config{database: pgtest.Start(t).URL()})
	t.Setenv("BUNSUI_CACHE_USERS_GETUSER_TTL", "5s")
	if err := s.caches.ReadEnvironment(); err != nil {
		t.Error(err)
	}
	t.Setenv("BUNSUI_CACHE_USERS_GETUSR_TTL", "5s")
	if err := s.caches.ReadEnvironment(); err == nil || !strings.Contains(err.Error(), "GETUSER") {
		t.Errorf("a name that is misspelt: %v, want an error with the right one", err)
	}
}

// start puts a service together, as main does.
func start(t *testing.T, c config) *service {
	t.Helper()
	s, cleanup, err := newService(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cleanup)
	return s
}

// ask returns the status and the text of an answer.
func ask(t *testing.T, handler http.Handler, method, path string) string {
	t.Helper()
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), method, path, nil))
	return fmt.Sprint(w.Code, " ", strings.TrimSpace(w.Body.String()))
}

// TestWire checks that Wire would write what it has written.
func TestWire(t *testing.T) {
	if out, err := exec.CommandContext(t.Context(), "go", "tool", "wire", "diff", ".").CombinedOutput(); err != nil {
		t.Errorf("go tool wire diff: %v: run make generate\n%s", err, out)
	}
}
