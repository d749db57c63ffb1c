package cache_test

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
	"github.com/bunsui/bunsui-go/runtime/cache/cachetest"
)

type people = cache.Cache[int, person]

// lasting makes a cache whose results can be saved, with options beside.
func lasting(t testing.TB, with func(*peopleOptions)) *people {
	t.Helper()
	o := peopleOptions{Name: "test.get", TTL: time.Hour, Codec: jsonCodec{"v1"}, KeyText: strconv.Itoa}
	if with != nil {
		with(&o)
	}
	return newCache(t, o)
}

func mustSave(t testing.TB, c *people, want int) []byte {
	t.Helper()
	var b bytes.Buffer
	if n, err := c.SaveTo(t.Context(), &b); n != want || err != nil {
		t.Fatalf("SaveTo() = %d, %v, want %d", n, err, want)
	}
	return b.Bytes()
}

func mustRestore(t testing.TB, c *people, b []byte, want int) {
	t.Helper()
	if n, err := c.LoadFrom(t.Context(), bytes.NewReader(b)); n != want || err != nil {
		t.Fatalf("LoadFrom() = %d, %v, want %d", n, err, want)
	}
}

// filled is a snapshot of persons 0 up to n, of version 1.
func filled(t testing.TB, n int) []byte {
	t.Helper()
	c := lasting(t, nil)
	for id := range n {
		_ = c.Set(t.Context(), id, person{id, 1})
	}
	return mustSave(t, c, n)
}

// version loads persons of one version, and counts.
type version struct {
	n     int64
	loads int
}

func (v *version) load(_ context.Context, id int) (person, error) {
	v.loads++
	return person{id, v.n}, nil
}

func TestSnapshot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := lasting(t, nil)
		_ = c.Set(t.Context(), 1, person{1, 1})
		time.Sleep(50 * time.Minute)
		_ = c.Set(t.Context(), 2, person{2, 1})
		b := mustSave(t, c, 2)
		time.Sleep(5 * time.Minute) // while no process runs
		next, now := lasting(t, nil), &version{n: 2}
		mustRestore(t, next, b, 2)
		mustInspect(t, next, 1, cache.Inspection{Saved: true, SavedAge: 55 * time.Minute})
		if s := next.Stats(); s.Size != 0 {
			t.Errorf("%+v", s)
		}
		ctx, log := cache.Trace(t.Context())
		for range 2 {
			if v, err := next.Load(ctx, 1, now.load); v != (person{1, 1}) || err != nil {
				t.Errorf("Load(1) = %v, %v", v, err)
			}
		}
		wantSteps(t, log, "test.get: saved, 55m0s old", "test.get: memory, 55m0s old")
		if s := next.Stats(); s.Misses != 1 || s.Hits != 1 || s.Loads != 0 {
			t.Errorf("%+v", s)
		}
		time.Sleep(6 * time.Minute)
		mustLoad(t, next, 1, person{1, 2}, now.load)
		mustSave(t, next, 2) // with what nobody has asked for
		mustLoad(t, next, 2, person{2, 1}, now.load)
		time.Sleep(time.Hour)
		mustLoad(t, next, 2, person{2, 2}, now.load)
	})
}

func TestSnapshotLeavesOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := lasting(t, func(o *peopleOptions) {
			o.Stale, o.ErrorsTTL, o.Policy = time.Hour, time.Hour, agePolicy{}
			o.Tags = func(id int) []string {
				if id == 3 {
					return []string{"tag"}
				}
				return nil
			}
		})
		_ = c.Set(t.Context(), 1, person{1, 1}) // lives for a minute
		time.Sleep(2 * time.Minute)
		_ = c.Set(t.Context(), 2, person{2, unwritable})
		_ = c.Set(t.Context(), 3, person{3, 3})
		_, _ = c.Load(t.Context(), 4, func(context.Context, int) (person, error) { return person{}, errLoad })
		_ = c.Set(t.Context(), 5, person{5, 7})
		_ = c.Set(t.Context(), 6, person{6, 1})
		b := mustSave(t, c, 2)
		next := lasting(t, nil)
		time.Sleep(2 * time.Minute)
		mustRestore(t, next, b, 1) // 6 is too old by a ttl of its own
		mustLoad(t, next, 5, person{5, 7}, (&version{}).load)
		tagged := lasting(t, func(o *peopleOptions) { o.Tags = func(int) []string { return []string{"new"} } })
		mustRestore(t, tagged, b, 1)
		mustLoad(t, tagged, 5, person{5, 9}, (&version{n: 9}).load)
	})
}

// agePolicy keeps the first version for a minute.
type agePolicy struct{ cache.DefaultPolicy[person] }

func (agePolicy) TTL(v person, usual time.Duration) time.Duration {
	if v.Version == 1 {
		return time.Minute
	}
	return usual
}

// fickleCodec reads nothing, or panics.
type fickleCodec struct {
	jsonCodec
	panics bool
}

func (c fickleCodec) Decode([]byte) (person, error) {
	if c.panics {
		panic("unreadable")
	}
	return person{9, 9}, errLoad
}

func TestSnapshotThatDoesNotDecode(t *testing.T) {
	b := filled(t, 1)
	for _, panics := range []bool{false, true} {
		c := lasting(t, func(o *peopleOptions) { o.Codec = fickleCodec{jsonCodec{"v1"}, panics} })
		mustRestore(t, c, b, 1)
		mustLoad(t, c, 0, person{0, 2}, (&version{n: 2}).load)
		if s := c.Stats(); s.DecodeErrors != 1 || s.Loads != 1 {
			t.Errorf("%+v", s)
		}
	}
}

const snapshotEnv = "BUNSUI_TEST_SNAPSHOT"

// TestSnapshotOfAnotherProcess reads what another process has saved.
func TestSnapshotOfAnotherProcess(t *testing.T) {
	if path := os.Getenv(snapshotEnv); path != "" {
		if err := os.WriteFile(path, filled(t, 100), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	path := filepath.Join(t.TempDir(), "snapshot")
	cmd := exec.Command(os.Args[0], "-test.run=^TestSnapshotOfAnotherProcess$")
	cmd.Env = append(os.Environ(), snapshotEnv+"="+path)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	c := lasting(t, nil)
	if n, err := c.LoadFrom(t.Context(), f); n != 100 || err != nil {
		t.Fatalf("LoadFrom() = %d, %v", n, err)
	}
	ctx, log := cache.Trace(t.Context())
	for id := range 100 {
		if v, err := c.Load(ctx, id, (&version{n: 2}).load); v != (person{id, 1}) || err != nil {
			t.Errorf("Load(%d) = %v, %v", id, v, err)
		}
	}
	for _, step := range log.Steps() {
		if !strings.HasPrefix(step.String(), "test.get: saved") || step.Age > time.Hour {
			t.Error(step)
		}
	}
}

// What was read counts as too old, too, if a test says so; what nobody asks for meanwhile
// stays.
func TestForceStaleOfWhatWasRead(t *testing.T) {
	c := lasting(t, func(o *peopleOptions) { o.Manager = cachetest.New(t) })
	mustRestore(t, c, filled(t, 3), 3)
	restore := cachetest.ForceStale(t, c)
	if i, err := c.Inspect(t.Context(), 0); err != nil || i.Saved {
		t.Errorf("%+v, %v", i, err)
	}
	mustLoad(t, c, 0, person{0, 2}, loadPerson(2))
	mustSave(t, c, 0)
	restore()
	mustLoad(t, c, 0, person{0, 2}, loadPerson(3))
	mustLoad(t, c, 1, person{1, 1}, loadPerson(3))
	cachetest.Loads(t, c, 1)
}
