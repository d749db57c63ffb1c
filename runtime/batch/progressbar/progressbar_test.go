package progressbar

import (
	"bytes"
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/batch"
)

func second(context.Context, int) (int, error) {
	time.Sleep(time.Second)
	return 0, nil
}

func items(n int) []int { return make([]int, n) }

func TestNoTerminal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		show := Show(&out, "loading")
		batch.Process(t.Context(), items(10), second, show)
		for range batch.Stream(t.Context(), slices.Values(items(10)), second, show) {
			continue
		}
		ctx, cancel := context.WithTimeout(t.Context(), 1500*time.Millisecond)
		defer cancel()
		batch.Process(ctx, items(20), second, show)
		batch.Process(t.Context(), nil, second, show)
		want := "loading: 10 of 10 in 2s, 5/s\n" +
			"loading: 10 in 2s, 5/s\n" +
			"loading: 10 of 20 in 2s, 5/s\n" +
			"loading: 0 of 0 in 0s, 0/s\n"
		if out.String() != want {
			t.Errorf("%q, want %q", out.String(), want)
		}
	})
}

// A file that is no terminal gets a line as well.
func TestFile(t *testing.T) {
	f, err := os.Create(t.TempDir() + "/log")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	batch.Process(t.Context(), items(3), func(context.Context, int) (int, error) { return 0, nil }, Show(f, "x"))
	text, err := os.ReadFile(f.Name())
	if err != nil || !strings.HasPrefix(string(text), "x: 3 of 3 in ") || strings.Count(string(text), "\n") != 1 {
		t.Errorf("%q, %v", text, err)
	}
}

// A screen is a terminal for tests.
type screen struct {
	mu  sync.Mutex
	out bytes.Buffer
}

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.out.Write(p)
}

func onScreen(s *screen, title string) batch.Option {
	return batch.WithMeter(func(total int) batch.Meter { return newBar(s, title, total) })
}

func TestTerminal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &screen{}
		batch.Process(t.Context(), items(20), second, onScreen(s, "loading"))
		checkScreen(t, s, "loading 15 / 20 [", "75%", "/s", "1s left", "20 / 20", "100%")
	})
}

// What was not done leaves the bar as it is, and its line is ended all the same.
func TestTerminalIncomplete(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &screen{}
		fail := func(context.Context, int) (int, error) { return 0, errors.New("no") }
		batch.Process(t.Context(), items(20), fail, onScreen(s, "loading"), batch.StopOnError(), batch.Concurrency(1))
		checkScreen(t, s, "loading 1 / 20", "5%")
	})
}

func TestTerminalStream(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &screen{}
		for range batch.Stream(t.Context(), slices.Values(items(20)), second, onScreen(s, "reading")) {
			continue
		}
		checkScreen(t, s, "reading 15", "reading 20", "for 4")
	})
}

// checkScreen checks what was drawn, and that it is one line that is complete.
func checkScreen(t *testing.T, s *screen, parts ...string) {
	t.Helper()
	out := s.out.String()
	for _, part := range parts {
		if !strings.Contains(out, part) {
			t.Errorf("no %q in %q", part, out)
		}
	}
	if !strings.HasSuffix(out, "\n") || strings.Count(out, "\n") != 1 {
		t.Errorf("not one complete line: %q", out)
	}
}
