package rediscache_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/bunsui/bunsui-go/internal/redistest"
	"github.com/bunsui/bunsui-go/runtime/cache/rediscache"
	"github.com/bunsui/bunsui-go/runtime/cache/store"
)

// refused tests that an error is the server's, and says why.
func refused(t *testing.T, what string, err error, why string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), why) || errors.Is(err, store.ErrUnavailable) {
		t.Errorf("%s = %v, want one with %s that is not store.ErrUnavailable", what, err, why)
	}
}

func TestServerFull(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	a, b := newStore(server.Client()), newStore(server.Client())
	events := watch(t, b)
	must(t, a.Set(t.Context(), "f:v1:set", []byte("old"), long))
	_, before, err := a.Get(t.Context(), nil, []string{"tag"})
	must(t, err)
	if _, err := a.Acquire(t.Context(), "f:v1:leased", nil, "token", long); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Acquire(t.Context(), "f:v1:leased", nil, "other", long); err != nil {
		t.Fatal(err)
	}
	server.MaxMemory(1, "noeviction")

	refused(t, "Set", a.Set(t.Context(), "f:v1:set", []byte("new"), long), "OOM")
	events.await(t, store.Changed, "f:v1:set")
	values, versions, err := b.Get(t.Context(), []string{"f:v1:set"}, []string{"tag", "new"})
	must(t, err)
	if values[0] != nil || versions[0] != before[0] {
		t.Errorf("after a Set that failed, the value is %q, and the version of the tag %d, before %d", values[0], versions[0], before[0])
	}
	_, again, err := b.Get(t.Context(), nil, []string{"tag", "new"})
	must(t, err)
	if again[1] == versions[1] {
		t.Error("a version that could not be stored was given twice")
	}
	_, err = a.Fill(t.Context(), "f:v1:leased", "token", []byte("new"), long)
	refused(t, "Fill", err, "OOM")
	events.await(t, store.Ended, "f:v1:leased")
	_, err = a.Acquire(t.Context(), "f:v1:none", nil, "token", long)
	refused(t, "Acquire", err, "OOM")
	must(t, a.Delete(t.Context(), "f:v1:set"))
	events.await(t, store.Changed, "f:v1:set")
	must(t, a.Bump(t.Context(), "tag"))
	events.await(t, store.Bumped, "tag")

	server.MaxMemory(0, "noeviction")
	_, after, err := b.Get(t.Context(), nil, []string{"tag"})
	must(t, err)
	if after[0] == before[0] {
		t.Error("Bump changed nothing")
	}
}

// TestEviction removes what a server may evict at any time.
func TestEviction(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	admin := server.Client()
	a, b := newStore(server.Client()), newStore(server.Client())
	events := watch(t, b)
	epoch, err := a.Revoke(t.Context(), store.Rule{Function: "f"})
	must(t, err)
	if e := events.await(t, store.Revoked); e.Revocation.Rule != (store.Rule{}) {
		t.Errorf("the first event is about %+v, want all values", e.Revocation)
	}
	if e := events.await(t, store.Revoked); e.Revocation.Function != "f" || e.Revocation.Epoch != epoch {
		t.Errorf("the second event is %+v", e.Revocation)
	}
	_, before, err := a.Get(t.Context(), nil, []string{"tag"})
	must(t, err)
	keys, err := admin.Keys(t.Context(), "*~*").Result()
	must(t, err)
	must(t, admin.Del(t.Context(), keys...).Err())

	r, err := a.Revocations(t.Context())
	must(t, err)
	if r.Floor <= epoch || r.Epoch != r.Floor || len(r.Rules) != 0 {
		t.Errorf("Revocations = %+v after epoch %d was evicted", r, epoch)
	}
	if e := events.await(t, store.Revoked); e.Revocation.Rule != (store.Rule{}) || e.Revocation.Epoch != r.Floor || e.Own {
		t.Errorf("the event is %+v, want one about all values and epoch %d", e, r.Floor)
	}
	_, after, err := b.Get(t.Context(), nil, []string{"tag"})
	must(t, err)
	if after[0] == before[0] {
		t.Error("a tag has the same version after it was evicted")
	}
}

func TestRights(t *testing.T) {
	t.Parallel()
	server := redistest.StartTLS(t, rediscache.DefaultNamespace, "get", "mget", "subscribe", "ping", "publish", "eval", "evalsha")
	s := newStore(server.Client())
	values, _, err := s.Get(t.Context(), []string{"f:v1:secret", "f:v1:other"}, nil)
	if err != nil || values[0] != nil {
		t.Errorf("Get = %q, %v", values, err)
	}
	err = s.Delete(t.Context(), "f:v1:secret")
	refused(t, "Delete", err, "NOPERM")
	if err != nil && strings.Contains(err.Error(), "secret") {
		t.Errorf("the error names the key: %v", err)
	}
	_, _, err = rediscache.New(server.Client(), rediscache.Options{Namespace: "other"}).Get(t.Context(), []string{"f:v1:secret"}, nil)
	refused(t, "Get in another namespace", err, "NOPERM")
}

// TestUnknownCommand uses a server that repeats what it does not know.
func TestUnknownCommand(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t, "--rename-command", "EVALSHA", "", "--rename-command", "MGET", "")
	s := newStore(server.Client())
	err := s.Set(t.Context(), "f:v1:secret", []byte("hidden"), long)
	refused(t, "Set", err, "unknown command")
	_, _, missing := s.Get(t.Context(), []string{"f:v1:secret", "f:v1:more"}, nil)
	refused(t, "Get", missing, "unknown command")
	if text := fmt.Sprint(err, missing); strings.Contains(text, "secret") || strings.Contains(text, "hidden") {
		t.Errorf("the errors name arguments: %s", text)
	}
}

func TestScriptsForgotten(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	s := newStore(server.Client())
	must(t, s.Set(t.Context(), "f:v1:k", nil, long))
	must(t, server.Client().ScriptFlush(t.Context()).Err())
	must(t, s.Set(t.Context(), "f:v1:k", nil, long))
}

const holder = "BUNSUI_TEST_HOLDER"

// TestHolder is the process of TestHolderDies: it takes a lease and stays.
func TestHolder(t *testing.T) {
	addr := os.Getenv(holder)
	if addr == "" {
		t.Skip("it is started by TestHolderDies")
	}
	s := newStore(redis.NewClient(&redis.Options{Addr: addr}))
	g, err := s.Acquire(t.Context(), "f:v1:held", nil, "holder", 2*time.Second)
	fmt.Println("leased", g.Leased, err)
	for held := true; held && err == nil; time.Sleep(100 * time.Millisecond) {
		held, err = s.Extend(t.Context(), "f:v1:held", "holder", 2*time.Second)
	}
}

func TestHolderDies(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	s := newStore(server.Client())
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^TestHolder$")
	cmd.Env = append(os.Environ(), holder+"="+server.Addr())
	out, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	line := make([]byte, 64)
	n, _ := out.Read(line)
	if got := string(line[:n]); got != "leased true <nil>\n" {
		t.Fatalf("the other process says %q", got)
	}
	for range 2 {
		g, err := s.Acquire(t.Context(), "f:v1:held", nil, "waiter", long)
		must(t, err)
		if g.Leased || g.Wait <= 0 || g.Wait > 2*time.Second {
			t.Fatalf("Acquire = %+v, want to wait for at most two seconds", g)
		}
		time.Sleep(g.Wait)
	}
	must(t, cmd.Process.Kill())
	_ = cmd.Wait()
	eventually(t, "the lease of a dead process is free", func() error {
		g, err := s.Acquire(t.Context(), "f:v1:held", nil, "waiter", long)
		must(t, err)
		if !g.Leased {
			return errors.New("it has it still")
		}
		return nil
	})
}
