package redistest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

// fake is a test that says how it ends instead of ending.
type fake struct {
	testing.TB
	end string
}

func (f *fake) Skipf(format string, args ...any) { f.end = "skip: " + fmt.Sprintf(format, args...) }

func (f *fake) Fatalf(format string, args ...any) { f.end = "fatal: " + fmt.Sprintf(format, args...) }

func TestFind(t *testing.T) {
	dir := t.TempDir()
	inner := filepath.Join(dir, "a", "b")
	must(t, os.MkdirAll(inner, 0o700))
	t.Chdir(inner)
	t.Setenv("PATH", "")
	t.Setenv(without, "")
	f := &fake{TB: t}
	if path := program(f); path != "" || !strings.HasPrefix(f.end, "fatal: ") || !strings.Contains(f.end, "make redis") {
		t.Errorf("program = %q, and the test ends with %q", path, f.end)
	}
	t.Setenv(without, "1")
	if path := program(f); path != "" || !strings.HasPrefix(f.end, "skip: ") {
		t.Errorf("program = %q, and the test ends with %q", path, f.end)
	}
	bin := filepath.Join(dir, ".tools", "redis", "bin")
	must(t, os.MkdirAll(bin, 0o700))
	must(t, os.WriteFile(filepath.Join(bin, "redis-server"), nil, 0o700))
	path, err := find()
	if err != nil || !strings.HasSuffix(path, filepath.Join(".tools", "redis", "bin", "redis-server")) {
		t.Errorf("find = %q, %v", path, err)
	}
}

func TestServer(t *testing.T) {
	t.Parallel()
	s := Start(t, "--maxmemory-policy", "volatile-lru")
	c := s.Client()
	ctx := t.Context()
	must(t, c.Set(ctx, "k", "v", 0).Err())
	if got := c.ConfigGet(ctx, "maxmemory-policy").Val(); got["maxmemory-policy"] != "volatile-lru" {
		t.Errorf("the configuration is %v", got)
	}
	s.MaxMemory(1, "noeviction")
	if err := c.Set(ctx, "k", "v", 0).Err(); !redis.IsOOMError(err) {
		t.Errorf("SET of a full server = %v", err)
	}
	s.Kill()
	s.Kill()
	if err := ping(s.Addr()); err == nil {
		t.Error("a killed server answers")
	}
	s.Restart()
	if n, err := c.Exists(ctx, "k").Result(); n != 0 || err != nil {
		t.Errorf("EXISTS after a restart = %d, %v", n, err)
	}
	if runtime.GOOS == "windows" {
		return
	}
	s.Pause()
	short, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
	defer cancel()
	if err := c.Ping(short).Err(); err == nil {
		t.Error("a paused server answers")
	}
	s.Resume()
	must(t, c.Ping(ctx).Err())
}

func TestProxy(t *testing.T) {
	t.Parallel()
	s := Start(t)
	p := NewProxy(t, s.Addr())
	c := s.ClientVia(p)
	ctx := t.Context()
	must(t, c.Set(ctx, "k", strings.Repeat("v", 1<<20), 0).Err())
	if got, err := c.Get(ctx, "k").Result(); len(got) != 1<<20 || err != nil {
		t.Errorf("GET = %d bytes, %v", len(got), err)
	}
	fails := func(what string) {
		t.Helper()
		short, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
		defer cancel()
		if err := c.Ping(short).Err(); err == nil {
			t.Errorf("a connection works that is %s", what)
		}
	}
	p.Latency(time.Second)
	fails("slow")
	p.Latency(0)
	must(t, c.Ping(ctx).Err())
	p.Swallow()
	fails("half open")
	p.Heal()
	must(t, c.Ping(ctx).Err())
	p.Refuse()
	fails("refused")
	if _, err := net.Dial("tcp", p.Addr()); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("a connection that is refused has the error %v", err)
	}
	p.Heal()
	must(t, c.Ping(ctx).Err())
	p.Cut()
	fails("cut")
	p.Heal()
	must(t, c.Ping(ctx).Err())
}
