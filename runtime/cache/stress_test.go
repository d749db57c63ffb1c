package cache_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
)

// versions is a database: a number for each key that only grows. What a reader
// gets must not be older than what was there when it asked, unless the cache
// was not told of the change yet.
type versions struct {
	current  [8]atomic.Int64 // in the database
	promised [8]atomic.Int64 // at least this, since the cache was told
}

// change writes, and tells the cache.
func (v *versions) change(ctx context.Context, c *cache.Cache[int, int64], key int) {
	n := v.current[key].Add(1)
	_ = c.Delete(ctx, key)
	for {
		old := v.promised[key].Load()
		if old >= n || v.promised[key].CompareAndSwap(old, n) {
			return
		}
	}
}

type stress struct {
	*testing.T
	manager *cache.Manager
	cache   *cache.Cache[int, int64]
	other   *cache.Cache[int, int64]
	db      versions
	// lookups counts the calls that must be counted as hit or miss.
	lookups, loads, failed atomic.Int64
	// most bounds the number of entries.
	most int
}

var errStress = errors.New("stress")

func (s *stress) load(ctx context.Context, key int) (int64, error) {
	s.loads.Add(1)
	v := s.db.current[key].Load()
	switch rand.IntN(12) {
	case 0:
		s.failed.Add(1)
		panic(errStress)
	case 1:
		s.failed.Add(1)
		runtime.Goexit()
	case 2:
		s.failed.Add(1)
		return 0, errStress
	case 3:
		time.Sleep(time.Duration(rand.IntN(200)) * time.Microsecond)
	case 4:
		runtime.Gosched()
	case 5:
		select {
		case <-ctx.Done():
			s.failed.Add(1)
			return 0, ctx.Err()
		case <-time.After(50 * time.Microsecond):
		}
	case 6: // another cache, which may load this key in turn
		_, _ = s.other.Load(ctx, key, func(ctx context.Context, key int) (int64, error) {
			_, _ = s.cache.Peek(ctx, key)
			if rand.IntN(2) == 0 {
				s.lookups.Add(1)
				_, err := s.cache.Load(ctx, (key+1)%8, s.load)
				return 0, err
			}
			return 0, nil
		})
	}
	return v, nil
}

// one makes a random call. It runs in a goroutine of its own, since that may
// end by Goexit.
func (s *stress) one() {
	ctx, key := context.Background(), rand.IntN(8)
	if rand.IntN(2) == 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, time.Duration(rand.IntN(300))*time.Microsecond)
		defer cancel()
	}
	defer func() {
		v := recover()
		err, ok := v.(*cache.PanicError)
		if v != nil && (!ok || !errors.Is(err, errStress) && !errors.Is(err, cache.ErrGoexit)) {
			s.Errorf("panic %v", v)
		}
	}()
	switch n := rand.IntN(40); {
	case n < 30:
		s.read(ctx, key)
	case n < 34:
		s.db.change(ctx, s.cache, key)
	case n < 35:
		_ = s.cache.Clear(ctx)
	case n < 37:
		s.configure()
	case n < 38:
		_, _ = s.cache.Refresh(ctx, key, s.load)
	case n < 39:
		s.lookups.Add(1)
		s.cache.Get(key)
	default:
		for k, v := range s.cache.All() {
			if v < 0 || k < 0 {
				s.Error("impossible entry")
			}
		}
	}
}

func (s *stress) read(ctx context.Context, key int) {
	promised := s.db.promised[key].Load()
	s.lookups.Add(1)
	v, err := s.cache.Load(ctx, key, s.load)
	switch {
	case err == nil && v < promised:
		s.Errorf("key %d: read version %d after %d was promised", key, v, promised)
	case err != nil && !errors.Is(err, errStress) && ctx.Err() == nil && !isRecursion(err, "stress"):
		s.Errorf("error %v", err)
	}
	if n := s.cache.Stats().Size; n > s.most {
		s.Errorf("%d entries, at most %d are allowed", n, s.most)
	}
}

func (s *stress) configure() {
	jitter := rand.Float64() / 2
	err := s.manager.Configure("stress", cache.Settings{
		TTL:        time.Duration(rand.IntN(2000)+1) * time.Microsecond,
		Idle:       time.Duration(rand.IntN(2000)+1) * time.Microsecond,
		MaxEntries: rand.IntN(s.most) + 1,
		LoadLimit:  rand.IntN(5) - 1,
		Jitter:     &jitter,
		Mode:       cache.Mode(rand.IntN(4)),
	})
	if err != nil {
		s.Error(err)
	}
}

func TestStress(t *testing.T) {
	began := runtime.NumGoroutine()
	s := &stress{T: t, most: 6}
	s.manager = newManager(t)
	s.cache = newCache(t, cache.Options[int, int64]{Name: "stress", Manager: s.manager, TTL: time.Millisecond, MaxEntries: s.most})
	s.other = newCache(t, cache.Options[int, int64]{Name: "stress", Manager: newManager(t), TTL: time.Millisecond})
	end := time.Now().Add(1500 * time.Millisecond)
	if testing.Short() {
		end = time.Now().Add(300 * time.Millisecond)
	}
	var wait sync.WaitGroup
	for range 16 {
		wait.Go(func() {
			for time.Now().Before(end) {
				done := make(chan struct{})
				go func() { defer close(done); s.one() }()
				<-done
			}
		})
	}
	wait.Wait()
	for range 2000 { // loads that everybody left end by themselves
		if runtime.NumGoroutine() <= began {
			break
		}
		time.Sleep(time.Millisecond)
	}
	if n := runtime.NumGoroutine(); n > began {
		buf := make([]byte, 1<<16)
		t.Errorf("%d goroutines, %d at the start\n%s", n, began, buf[:runtime.Stack(buf, true)])
	}
	got := s.cache.Stats()
	if lookups := uint64(s.lookups.Load()); got.Hits+got.Misses != lookups {
		t.Errorf("%d hits + %d misses != %d lookups", got.Hits, got.Misses, lookups)
	}
	if loads, failed := uint64(s.loads.Load()), uint64(s.failed.Load()); got.Loads != loads || got.LoadErrors < failed {
		t.Errorf("Loads = %d of %d, LoadErrors = %d of %d", got.Loads, loads, got.LoadErrors, failed)
	}
	t.Logf("%+v", got)
}
