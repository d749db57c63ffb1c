package monitor_test

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
	"github.com/bunsui/bunsui-go/runtime/monitor"
)

// A recorder is a handler that keeps what it gets, as text.
type recorder struct {
	level slog.Level
	then  func(context.Context, slog.Record) // or nil

	mu    sync.Mutex
	lines []string
}

func (r *recorder) Enabled(_ context.Context, l slog.Level) bool { return l >= r.level }
func (r *recorder) WithAttrs([]slog.Attr) slog.Handler           { return r }
func (r *recorder) WithGroup(string) slog.Handler                { return r }

func (r *recorder) Handle(ctx context.Context, record slog.Record) error {
	var b strings.Builder
	b.WriteString(record.Message)
	record.Attrs(func(a slog.Attr) bool {
		fmt.Fprintf(&b, " %v", a)
		return true
	})
	if record.Level != slog.LevelDebug || record.Time.IsZero() {
		fmt.Fprintf(&b, " at %v, %v", record.Level, record.Time)
	}
	r.mu.Lock()
	r.lines = append(r.lines, b.String())
	r.mu.Unlock()
	if r.then != nil {
		r.then(ctx, record)
	}
	return nil
}

// take returns the lines since it was called last.
func (r *recorder) take() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	lines := r.lines
	r.lines = nil
	return lines
}

// count returns how many lines begin with a message.
func (r *recorder) count(message string) (n uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, line := range r.lines {
		if strings.HasPrefix(line, message) {
			n++
		}
	}
	return n
}

// record logs events until the test ends.
func record(t *testing.T, opts ...monitor.LogOption) *recorder {
	t.Helper()
	r := &recorder{level: slog.LevelDebug}
	r.start(t, opts...)
	return r
}

func (r *recorder) start(t *testing.T, opts ...monitor.LogOption) {
	t.Helper()
	monitor.LogEvents(slog.New(r), opts...)
	t.Cleanup(func() { monitor.LogEvents(nil) })
}

// wants checks the lines since the last check. Their order is that of a single goroutine.
func (r *recorder) wants(t *testing.T, lines ...string) {
	t.Helper()
	if got := r.take(); !slices.Equal(got, lines) {
		t.Errorf("the log has\n\t%s\nand should have\n\t%s", strings.Join(got, "\n\t"), strings.Join(lines, "\n\t"))
	}
}

// shop is what the tests of caches call.
func shop(_ context.Context, id int) (string, error) {
	time.Sleep(2 * time.Second)
	if id < 0 {
		return "", errShop
	}
	return fmt.Sprint("goods of ", id), nil
}

var errShop = fmt.Errorf("no such shop")

func newShop(t *testing.T, change func(*cache.Options[int, string])) *cache.Cache[int, string] {
	m := cache.NewManager(cache.Config{})
	t.Cleanup(func() {
		if err := m.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	o := cache.Options[int, string]{Name: "log.shop", TTL: time.Minute, Manager: m}
	if change != nil {
		change(&o)
	}
	return cache.New(o)
}

func TestLogOnlyAndKeys(t *testing.T) {
	r := record(t, monitor.LogKeys(), monitor.LogOnly("other.*"), monitor.LogOnly("log.sh*", "nothing"))
	wanted := newShop(t, nil)
	unwanted := newShop(t, func(o *cache.Options[int, string]) { o.Name = "log.bank" })
	long := cache.New(cache.Options[string, int]{Name: "log.short", TTL: time.Minute})
	bad := cache.New(cache.Options[int, int]{Name: "log.shaky", TTL: time.Minute, KeyText: func(int) string { panic("no") }})
	wanted.Get(7)
	unwanted.Get(7)
	long.Get(strings.Repeat("é", 150))
	bad.Get(1)
	r.wants(t,
		"cache miss cache=log.shop key=log.shop:7",
		"cache miss cache=log.short manager=default key=log.short:"+strings.Repeat("é", 95)+"…",
		"cache miss cache=log.shaky manager=default key=(no text: a panic)",
	)
}

// Nothing is asked for if nobody wants it.
func TestLogOfAnotherLevel(t *testing.T) {
	r := &recorder{level: slog.LevelInfo}
	r.start(t, monitor.LogKeys())
	asked := false
	c := newShop(t, func(o *cache.Options[int, string]) {
		o.KeyText = func(int) string { asked = true; return "" }
	})
	c.Get(1)
	if r.wants(t); asked {
		t.Error("the text of a key was made for nothing")
	}
}

func TestLogEnds(t *testing.T) {
	r := record(t, monitor.LogOnly("log.*"))
	second := &recorder{level: slog.LevelDebug}
	c := newShop(t, nil)
	c.Get(1)
	second.start(t, monitor.LogOnly("log.*"))
	c.Get(2)
	monitor.LogEvents(nil)
	c.Get(3)
	r.wants(t, "cache miss cache=log.shop")
	second.wants(t, "cache miss cache=log.shop")
}
