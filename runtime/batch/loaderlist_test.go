package batch_test

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/runtime/batch"
)

func loaderOfErrors(_ context.Context, keys []int) ([]int, []error) {
	errs := make([]error, len(keys))
	for i, key := range keys {
		if key < 0 {
			errs[i] = errLoaderOfAKey
		}
	}
	return keys, errs
}

func TestLoaderOfErrors(t *testing.T) {
	l := batch.NewErrorsLoader(loaderOfErrors)
	r := l.LoadMany(t.Context(), []int{1, -2, 3})
	if r.Succeeded != 2 || r.Outcomes[1].Err != errLoaderOfAKey || r.Outcomes[1].Value != 0 || r.Outcomes[2].Value != 3 {
		t.Errorf("LoadMany = %+v", r)
	}
	if s := l.Stats(); s.KeyErrors != 1 || s.Largest != 3 || !strings.HasSuffix(s.Name, "batch_test.loaderOfErrors") {
		t.Errorf("Stats = %+v", s)
	}
}

// Loaders finds what is in use, and nothing else.
func TestLoaders(t *testing.T) {
	used := batch.NewErrorsLoader(loaderOfErrors, batch.LoaderName("used"))
	_ = batch.NewErrorsLoader(loaderOfErrors, batch.LoaderName("dropped"))
	find := func(name string) (n int) {
		for _, s := range batch.Loaders() {
			if s.Name == name {
				n++
			}
		}
		return n
	}
	for deadline := time.Now().Add(10 * time.Second); find("dropped") > 0 && time.Now().Before(deadline); {
		runtime.GC()
	}
	if find("used") != 1 || find("dropped") != 0 {
		t.Errorf("Loaders = %+v", batch.Loaders())
	}
	runtime.KeepAlive(used)
}

// A key that is no map's key panics in its caller, and harms no other call.
func TestLoaderUnhashable(t *testing.T) {
	l := batch.NewSliceLoader(func(_ context.Context, keys []any) ([]any, error) { return keys, nil })
	for _, call := range []func(){
		func() { _, _ = l.Load(t.Context(), []int{1}) },
		func() { l.LoadMany(t.Context(), []any{1, []int{1}}) },
	} {
		func() {
			defer func() {
				var p runtime.Error
				if err, _ := recover().(error); !errors.As(err, &p) {
					t.Errorf("it panicked with %v", err)
				}
			}()
			call()
		}()
	}
	if v, err := l.Load(t.Context(), 1); v != 1 || err != nil {
		t.Errorf("Load = %v, %v", v, err)
	}
	if s := l.Stats(); s.Calls != 1 || s.Waiting != 0 || s.InFlight != 0 {
		t.Errorf("Stats = %+v", s)
	}
}

func TestLoaderOptionsPanic(t *testing.T) {
	for name, option := range map[string]func(){
		"MaxKeys":      func() { batch.MaxKeys(0) },
		"Window":       func() { batch.Window(-1) },
		"InFlight":     func() { batch.InFlight(0) },
		"BatchTimeout": func() { batch.BatchTimeout(0) },
	} {
		func() {
			defer func() {
				if text, _ := recover().(string); !strings.Contains(text, name+" is ") {
					t.Errorf("%s panicked with %q", name, text)
				}
			}()
			option()
		}()
	}
}
