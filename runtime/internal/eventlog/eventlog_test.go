package eventlog

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
)

func textLog(l slog.Level) (*Log, *bytes.Buffer) {
	b := new(bytes.Buffer)
	return &Log{To: slog.New(slog.NewTextHandler(b, &slog.HandlerOptions{Level: l}))}, b
}

func TestSwitch(t *testing.T) {
	heard := 0
	Hear(func() { heard++ })
	l, b := textLog(slog.LevelDebug)
	Switch(l)
	if !On() || For(t.Context(), "any") != l {
		t.Error("the log is off")
	}
	l.Tell(t.Context(), "done", slog.Attr{}, Error(nil), Error(errors.New("torn")), l.Key(func() string { return "k" }))
	Switch(nil)
	if On() || For(t.Context(), "any") != nil || heard != 2 {
		t.Errorf("the log is on, after %d changes", heard)
	}
	if got := b.String(); !strings.HasSuffix(got, "level=DEBUG msg=done error=torn\n") {
		t.Errorf("%q", got)
	}
}

func TestWhoWantsNothing(t *testing.T) {
	defer Switch(nil)
	l, _ := textLog(slog.LevelInfo)
	Switch(l)
	if For(t.Context(), "any") != nil {
		t.Error("a logger of level Info gets events")
	}
	l, _ = textLog(slog.LevelDebug)
	l.Only = func(name string) bool { return name == "one" }
	Switch(l)
	if For(t.Context(), "two") != nil || For(t.Context(), "one") == nil {
		t.Error("names do not matter")
	}
}

// deep calls f from so many frames further down.
func deep(n int, f func()) {
	if n == 0 {
		f()
		return
	}
	deep(n-1, f)
}

type nested struct {
	slog.Handler
	then func(ctx context.Context)
}

func (n nested) Handle(ctx context.Context, _ slog.Record) error {
	n.then(ctx)
	return nil
}

// A handler is known by its stack, however deep, and what it begins by its context.
func TestQuiet(t *testing.T) {
	defer Switch(nil)
	l, _ := textLog(slog.LevelDebug)
	called := false
	none := context.Background()
	then := func(ctx context.Context) {
		called = true
		deep(500, func() {
			if !Quiet(none) || For(none, "any") != nil {
				t.Error("it is not known by its stack")
			}
		})
		own, done := Under(none), make(chan struct{})
		go func() {
			defer close(done)
			if Quiet(none) || !Quiet(ctx) || !Quiet(own) {
				t.Error("what it has begun is not known by its context")
			}
		}()
		<-done
	}
	l.To = slog.New(nested{l.To.Handler(), then})
	Switch(l)
	ended, end := context.WithCancel(none)
	end()
	l.Tell(ended, "done")
	if !called || Quiet(none) || Under(none) != none {
		t.Error("there is no handler at work")
	}
}

func TestBounded(t *testing.T) {
	for text, want := range map[string]string{
		"":                             "",
		strings.Repeat("x", 200):       strings.Repeat("x", 200),
		strings.Repeat("x", 201):       strings.Repeat("x", 200) + "…",
		"x" + strings.Repeat("é", 100): "x" + strings.Repeat("é", 99) + "…",
	} {
		if got := bounded(text); got != want {
			t.Errorf("%q becomes %q", text, got)
		}
	}
}
