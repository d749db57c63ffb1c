package cache_test

import (
	"bytes"
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
)

// source is what a cache loads from. Its value is the number of the call.
type source struct {
	calls atomic.Int64
	// took is how long a call takes, unless its context ends before.
	took atomic.Int64

	mu  sync.Mutex
	end func() error // nil for success
}

func (s *source) load(ctx context.Context, _ int) (int64, error) {
	n := s.calls.Add(1)
	if took := s.took.Load(); took > 0 {
		select {
		case <-time.After(time.Duration(took)):
		case <-ctx.Done():
			return 0, context.Cause(ctx)
		}
	}
	s.mu.Lock()
	end := s.end
	s.mu.Unlock()
	if end != nil {
		return 0, end()
	}
	return n, nil
}

// takes makes calls take so long from now on.
func (s *source) takes(d time.Duration) { s.took.Store(int64(d)) }

// ends makes calls end so from now on.
func (s *source) ends(how func() error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.end = how
}

// fails makes calls fail from now on, unless err is nil.
func (s *source) fails(err error) {
	if err == nil {
		s.ends(nil)
		return
	}
	s.ends(func() error { return err })
}

// called checks how often it was called.
func (s *source) called(t *testing.T, want int64) {
	t.Helper()
	if n := s.calls.Load(); n != want {
		t.Fatalf("%d calls of the loader, want %d", n, want)
	}
}

// journal is a log that tests read.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(b []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(b)
}

func (j *journal) lines() (n int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return bytes.Count(j.text.Bytes(), []byte("level=WARN"))
}

func (j *journal) has(text string) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return bytes.Contains(j.text.Bytes(), []byte(text))
}

// newJournal returns a manager whose log can be read, and is closed with the test.
func newJournal(t *testing.T) (*cache.Manager, *journal) {
	j := &journal{}
	m := cache.NewManager(cache.Config{Logger: slog.New(slog.NewTextHandler(j, nil))})
	t.Cleanup(func() { _ = m.Close(context.Background()) })
	return m, j
}

func mustConfigure(t *testing.T, m *cache.Manager, s cache.Settings) {
	t.Helper()
	if err := m.Configure("test.get", s); err != nil {
		t.Fatal(err)
	}
}
