package cache_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
	"github.com/bunsui/bunsui-go/runtime/cache/cachetest"
)

// ours lists the goroutines that run code of this package, but for tests.
func ours() (stacks []string) {
	text := make([]byte, 1<<20)
	text = text[:runtime.Stack(text, true)]
	for stack := range bytes.SplitSeq(text, []byte("\n\n")) {
		if s := string(stack); strings.Contains(s, "bunsui-go/runtime/cache.") || strings.Contains(s, "runtime/cache/internal/tier.") || strings.Contains(s, "runtime/internal/flight.") {
			stacks = append(stacks, s)
		}
	}
	return stacks
}

// Close ends whatever a manager has begun: loads in the background and for waiting
// callers, the watch of the store, tries to repay failed invalidations, and the watch of
// a file. The bubble would not end with one of these left.
func TestCloseLeavesNoGoroutine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := cachetest.NewStore()
		m := cache.NewManager(cache.Config{Store: store})
		path := filepath.Join(t.TempDir(), "switches")
		must(t, os.WriteFile(path, nil, 0o666))
		must(t, m.WatchSwitches(path, time.Second))
		users := cache.New(cache.Options[int, person]{
			Name: "store.get", Manager: m, TTL: time.Minute, Refresh: time.Second, Shared: true, Codec: jsonCodec{"1"},
			KeyText: func(id int) string { return cache.KeyText("user:", id) },
		})
		mustLoad(t, users, 1, person{1, 1}, loadPerson(1))
		mustLoad(t, users, 2, person{2, 1}, loadPerson(1))
		time.Sleep(2 * time.Second)
		refused := errors.New("refused")
		slow := func(ctx context.Context, id int) (person, error) {
			<-ctx.Done()
			time.Sleep(time.Second) // it has something to put in order
			return person{}, context.Cause(ctx)
		}
		mustLoad(t, users, 1, person{1, 1}, slow) // is renewed in the background
		joined := start(func() (person, error) { return users.Load(t.Context(), 3, slow) })
		synctest.Wait()
		store.Fail(refused)
		must(t, users.Delete(t.Context(), 2)) // is owed to the store
		synctest.Wait()
		if n := len(ours()); n < 4 {
			t.Errorf("only %d goroutines to end:\n%s", n, strings.Join(ours(), "\n\n"))
		}
		must(t, m.Close(t.Context()))
		if got := <-joined; got.err == nil {
			t.Error("the caller of a load that was ended got a result")
		}
		synctest.Wait()
		if left := ours(); len(left) > 0 {
			t.Errorf("%d goroutines are left:\n%s", len(left), strings.Join(left, "\n\n"))
		}
	})
}
