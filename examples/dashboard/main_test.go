package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"runtime/pprof"
	"strings"
	"testing"
	"time"
)

// asProgram in the environment makes the test's program the example's.
const asProgram = "BUNSUI_TEST_DASHBOARD"

// patience bounds how long anything may take.
const patience = 30 * time.Second

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) == "" {
		os.Exit(m.Run())
	}
	if err := program(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// program runs the example until it is interrupted, and fails if it leaves a goroutine.
func program() error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	before := runtime.NumGoroutine()
	if err := run(ctx, config{addr: "127.0.0.1:0", rate: 500, functions: 50, calls: 500, actions: true}, os.Stdout); err != nil {
		return err
	}
	for end := time.Now().Add(patience); runtime.NumGoroutine() > before; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			_ = pprof.Lookup("goroutine").WriteTo(os.Stderr, 1)
			return fmt.Errorf("%d goroutines at first, %d at the end", before, runtime.NumGoroutine())
		}
	}
	return nil
}

func TestProgram(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("one process cannot interrupt another there")
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), asProgram+"=1")
	var problems strings.Builder
	cmd.Stderr = &problems
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("it prints no URL: %v\n%s", err, problems.String())
	}
	base, err := url.Parse(strings.TrimSpace(line))
	if err != nil {
		t.Fatal(err)
	}
	s := site{T: t, base: base}
	s.buy()
	s.look()
	s.change()
	stream := s.stream()
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	// An open page does not keep the program from ending.
	if _, err := io.Copy(io.Discard, stream); err != nil && !strings.Contains(err.Error(), "EOF") {
		t.Errorf("the stream ends with %v", err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("%v\n%s", err, problems.String())
	}
}

// site is what the program serves.
type site struct {
	*testing.T
	base *url.URL
}

// get fails the test unless the answer has a status, and returns it.
func (s site) get(path string, status int) string {
	s.Helper()
	return s.answer(http.MethodGet, path, status)
}

func (s site) answer(method, path string, status int) string {
	s.Helper()
	target, err := s.base.Parse(path)
	if err != nil {
		s.Fatal(err)
	}
	req, err := http.NewRequestWithContext(s.Context(), method, target.String(), nil)
	if err != nil {
		s.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		s.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		s.Fatal(err)
	}
	if res.StatusCode != status && res.StatusCode != http.StatusServiceUnavailable { // busy, which happens
		s.Errorf("%s %s: %s, want %d\n%s", method, path, res.Status, status, body)
	}
	return string(body)
}

func (s site) buy() {
	s.get("/products/12", http.StatusOK)
	s.get("/products/5001", http.StatusNotFound)
	s.get("/products/tea", http.StatusNotFound)
	s.answer(http.MethodPost, "/orders?product=12&card=4000123412341234", http.StatusOK)
	s.answer(http.MethodPost, "/orders?product=tea", http.StatusBadRequest)
}

// look asks for the page, and the JSON beside it.
func (s site) look() {
	if page := s.get("", http.StatusOK); !strings.Contains(page, "<title>") {
		s.Errorf("no page: %s", page)
	}
	var document struct {
		Head struct {
			Counts struct{ Overview, Caches, Pools int }
		}
		Functions struct{ Rows []json.RawMessage }
	}
	if err := json.Unmarshal([]byte(s.get("overview.json", http.StatusOK)), &document); err != nil {
		s.Fatal(err)
	}
	// Five of the shop are caches, and two thirds of the others.
	if n, c := len(document.Functions.Rows), document.Head.Counts; n < 60 || c.Overview != n || c.Caches != 5+33 || c.Pools != 1 {
		s.Errorf("%d rows, and %+v", n, c)
	}
}

func (s site) change() {
	if got := s.get("/customers", http.StatusOK); got != "500\n" {
		s.Errorf("%q customers a second", got)
	}
	if got := s.answer(http.MethodPost, "/customers?rate=20", http.StatusOK); got != "20\n" {
		s.Errorf("%q customers a second", got)
	}
	s.answer(http.MethodPost, "/customers?rate=many", http.StatusBadRequest)
}

// stream opens the stream of a page, and waits for the first of it.
func (s site) stream() io.Reader {
	req, err := http.NewRequestWithContext(s.Context(), http.MethodGet, s.base.JoinPath("events").String()+"?page=overview", nil)
	if err != nil {
		s.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() { _ = res.Body.Close() })
	first := make([]byte, 16)
	if _, err := io.ReadFull(res.Body, first); err != nil || res.StatusCode != http.StatusOK {
		s.Fatalf("the stream: %s, %q, %v", res.Status, first, err)
	}
	return res.Body
}
