package rediscache_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/internal/redistest"
	"github.com/bunsui/bunsui-go/runtime/cache/store"
)

// TestClusterNodeLost kills the very node that a watcher listens to.
func TestClusterNodeLost(t *testing.T) {
	t.Parallel()
	cluster := redistest.StartCluster(t)
	a, b := newStore(cluster.Client()), newStore(cluster.Client())
	events := watch(t, b)
	for i := range 10 {
		told(t, a, events, fmt.Sprint("f:v1:before", i))
	}
	listened := -1
	for i, n := range cluster.Nodes {
		sessions, err := n.Client().PubSubChannels(t.Context(), "bunsui:~session:*").Result()
		must(t, err)
		if len(sessions) > 0 {
			listened = i
		}
	}
	if listened < 0 {
		t.Fatal("nobody listens")
	}
	cluster.Nodes[listened].Kill()
	events.await(t, store.Lost)
	events.await(t, store.Restored)
	for i := range 20 {
		told(t, a, events, fmt.Sprint("f:v1:after", i))
	}
	must(t, a.Delete(t.Context(), "f:v1:after1", "f:v1:after2", "f:v1:after3"))
	events.await(t, store.Changed, "f:v1:after2")
}

// TestSentinelFailover kills a master while it is in use.
func TestSentinelFailover(t *testing.T) {
	t.Parallel()
	servers := redistest.StartSentinel(t)
	a, b := newStore(servers.Client()), newStore(servers.Client())
	events := watch(t, b)
	told(t, a, events, "f:v1:before")
	before, err := a.Revoke(t.Context(), store.Rule{Function: "f"})
	must(t, err)
	stop, failures := make(chan struct{}), make(chan int, 4)
	for i := range cap(failures) {
		go func() { failures <- use(t, []store.Store{a, b}[i%2], fmt.Sprint("f:v1:used", i), stop) }()
	}
	servers.Master.Kill()
	events.await(t, store.Lost)
	events.await(t, store.Restored)
	told(t, a, events, "f:v1:after")
	close(stop)
	for range cap(failures) {
		if <-failures == 0 {
			t.Error("no call has failed, so that nothing was tested")
		}
	}
	after, err := b.Revoke(t.Context(), store.Rule{Function: "f"})
	must(t, err)
	if after <= before {
		t.Errorf("epoch %d after %d", after, before)
	}
}

// use writes ever higher numbers to a key and reads them, until stop is closed, and
// tests that what fails does so because the store cannot be reached. It returns how
// often that was.
func use(t *testing.T, s store.Store, key string, stop chan struct{}) (failures int) {
	for n := 1; ; n++ {
		select {
		case <-stop:
			return failures
		default:
		}
		ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
		err := s.Set(ctx, key, []byte(strconv.Itoa(n)), long)
		var values [][]byte
		if err == nil {
			values, _, err = s.Get(ctx, []string{key}, []string{"tag"})
		}
		cancel()
		if err != nil {
			failures++
			if !errors.Is(err, store.ErrUnavailable) {
				t.Errorf("a call fails with %v", err)
			}
			continue
		}
		// What was not replicated is lost, but never is there what was not written.
		if got, _ := strconv.Atoi(string(values[0])); got > n || values[0] != nil && got == 0 {
			t.Errorf("got %q after %d", values[0], n)
		}
	}
}
