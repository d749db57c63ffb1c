package cache_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"
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

// What is changed while records wait takes them away, and so does what is loaded.
func TestSnapshotAndChanges(t *testing.T) {
	b := filled(t, 10)
	for name, change := range map[string]func(t *testing.T, c *people, m *cache.Manager) (gone func(int) bool){
		"delete": func(t *testing.T, c *people, _ *cache.Manager) func(int) bool {
			_ = c.Delete(t.Context(), 3)
			return func(id int) bool { return id == 3 }
		},
		"set, evicted": func(t *testing.T, c *people, m *cache.Manager) func(int) bool {
			_ = c.Set(t.Context(), 4, person{4, 2})
			mustConfigure(t, m, cache.Settings{MaxEntries: 1})
			_ = c.Set(t.Context(), 100, person{})
			_ = c.Set(t.Context(), 101, person{})
			return func(id int) bool { return id == 4 }
		},
		"refresh": func(t *testing.T, c *people, m *cache.Manager) func(int) bool {
			if v, err := c.Refresh(t.Context(), 5, (&version{n: 2}).load); v.Version != 2 || err != nil {
				t.Errorf("Refresh() = %v, %v", v, err)
			}
			_, _ = c.Refresh(t.Context(), 6, func(context.Context, int) (person, error) { return person{}, errLoad })
			return func(id int) bool { return id == 5 }
		},
		"warm": func(t *testing.T, c *people, _ *cache.Manager) func(int) bool {
			mustWarm(t, c, func(yield func(int, person) bool) { yield(7, person{7, 2}) }, 1)
			return func(id int) bool { return id == 7 }
		},
		"clear": func(t *testing.T, c *people, _ *cache.Manager) func(int) bool {
			_ = c.Clear(t.Context())
			return func(int) bool { return true }
		},
		"matching": func(t *testing.T, c *people, m *cache.Manager) func(int) bool {
			_, _ = m.InvalidateMatching(t.Context(), "test.get:8*")
			_, _ = m.InvalidateMatching(t.Context(), "9")
			return func(id int) bool { return id == 8 || id == 9 }
		},
		"off": func(t *testing.T, _ *people, m *cache.Manager) func(int) bool {
			mustConfigure(t, m, cache.Settings{Mode: cache.Off})
			mustConfigure(t, m, cache.Settings{Mode: cache.On})
			return func(int) bool { return true }
		},
		"closed": func(t *testing.T, _ *people, m *cache.Manager) func(int) bool {
			_ = m.Close(t.Context())
			return func(int) bool { return true }
		},
	} {
		for _, when := range []string{"after", "during"} {
			t.Run(name+" "+when, func(t *testing.T) {
				m := newManager(t)
				c := lasting(t, func(o *peopleOptions) { o.Manager = m })
				var gone func(int) bool
				if when == "after" {
					mustRestore(t, c, b, 10)
					gone = change(t, c, m)
				} else {
					r := &pausing{from: bytes.NewReader(b), at: len(b) / 20, do: func() { gone = change(t, c, m) }}
					if _, err := c.LoadFrom(t.Context(), r); err != nil {
						t.Error(err)
					}
				}
				for id := range 10 {
					want := int64(1)
					if gone(id) {
						want = 2
					}
					mustLoad(t, c, id, person{id, want}, (&version{n: 2}).load)
				}
			})
		}
	}
}

// pausing calls do before it reads on from a place.
type pausing struct {
	from io.Reader
	at   int
	do   func()
}

func (p *pausing) Read(b []byte) (int, error) {
	if p.at <= 0 && p.do != nil {
		p.do()
		p.do = nil
	}
	n, err := p.from.Read(b)
	p.at -= n
	return n, err
}

func TestSnapshotTakesNoPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := filled(t, 3)
		c := lasting(t, func(o *peopleOptions) { o.MaxEntries = 2 })
		_ = c.Set(t.Context(), 1, person{1, 5})
		loading := start(func() (person, error) {
			return c.Load(t.Context(), 2, func(_ context.Context, id int) (person, error) { time.Sleep(time.Second); return person{id, 6}, nil })
		})
		synctest.Wait()
		mustRestore(t, c, b, 1) // there is room for one more
		if out := <-loading; out.value != (person{2, 6}) {
			t.Error(out)
		}
		mustLoad(t, c, 1, person{1, 5}, (&version{n: 9}).load)
		light := lasting(t, func(o *peopleOptions) { o.MaxBytes = 400 })
		mustRestore(t, light, b, 2)
	})
}

func TestSnapshotOfSomethingElse(t *testing.T) {
	b := filled(t, 3)
	for name, with := range map[string]func(*peopleOptions){
		"name":    func(o *peopleOptions) { o.Name = "test.other" },
		"results": func(o *peopleOptions) { o.Codec = jsonCodec{"v2"} },
		"given":   func(o *peopleOptions) { o.Fingerprint = "v1x" },
		"keys":    func(o *peopleOptions) { o.KeyShape = "k2" },
	} {
		c := lasting(t, with)
		n, err := c.LoadFrom(t.Context(), bytes.NewReader(b))
		if n != 0 || !errors.Is(err, cache.ErrOtherSnapshot) || errors.Is(err, cache.ErrDamagedSnapshot) {
			t.Errorf("another %s: LoadFrom() = %d, %v", name, n, err)
		}
	}
	later := bytes.Clone(b)
	later[7]++
	if _, err := lasting(t, nil).LoadFrom(t.Context(), bytes.NewReader(later)); !errors.Is(err, cache.ErrOtherSnapshot) {
		t.Errorf("a later version: %v", err)
	}
	for name, with := range map[string]func(*peopleOptions){
		"codec": func(o *peopleOptions) { o.Codec = nil },
		"text":  func(o *peopleOptions) { o.KeyText = nil },
	} {
		c := lasting(t, with)
		_, saved := c.SaveTo(t.Context(), io.Discard)
		_, loaded := c.LoadFrom(t.Context(), bytes.NewReader(b))
		if !errors.Is(saved, cache.ErrNoCodec) || !errors.Is(loaded, cache.ErrNoCodec) {
			t.Errorf("without %s: %v, %v", name, saved, loaded)
		}
	}
}

// Cut off at any byte, or with any byte changed, a snapshot is damaged, and what was
// taken is right.
func TestSnapshotDamage(t *testing.T) {
	b := filled(t, 3)
	check := func(what string, b []byte) {
		c := lasting(t, nil)
		n, err := c.LoadFrom(t.Context(), bytes.NewReader(b))
		if !errors.Is(err, cache.ErrDamagedSnapshot) && !errors.Is(err, cache.ErrOtherSnapshot) {
			t.Errorf("%s: LoadFrom() = %d, %v", what, n, err)
		}
		now := &version{n: 1}
		for id := range 3 {
			mustLoad(t, c, id, person{id, 1}, now.load)
		}
		if now.loads != 3-n {
			t.Errorf("%s: %d were taken, and %d loaded", what, n, now.loads)
		}
	}
	for i := range b {
		check(fmt.Sprintf("cut off at %d", i), b[:i])
		changed := bytes.Clone(b)
		changed[i] ^= 0x55
		check(fmt.Sprintf("changed at %d", i), changed)
	}
}

func TestSnapshotStreams(t *testing.T) {
	b := filled(t, 3)
	both := bytes.NewReader(append(bytes.Clone(b), b...)) // two in one
	for range 2 {
		if n, err := lasting(t, nil).LoadFrom(t.Context(), both); n != 3 || err != nil {
			t.Errorf("LoadFrom() = %d, %v", n, err)
		}
	}
	if n, err := lasting(t, nil).LoadFrom(t.Context(), iotest.OneByteReader(bytes.NewReader(b))); n != 3 || err != nil {
		t.Errorf("LoadFrom() = %d, %v", n, err)
	}
	broken := io.MultiReader(bytes.NewReader(b[:len(b)/2]), iotest.ErrReader(errLoad))
	if _, err := lasting(t, nil).LoadFrom(t.Context(), broken); !errors.Is(err, errLoad) || errors.Is(err, cache.ErrDamagedSnapshot) {
		t.Errorf("LoadFrom() = %v", err)
	}
	c := lasting(t, nil)
	_ = c.Set(t.Context(), 1, person{1, 1})
	if _, err := c.SaveTo(t.Context(), failing{}); !errors.Is(err, errLoad) {
		t.Errorf("SaveTo() = %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.SaveTo(ctx, io.Discard); !errors.Is(err, context.Canceled) {
		t.Errorf("SaveTo() = %v", err)
	}
	if n, err := lasting(t, nil).LoadFrom(ctx, bytes.NewReader(b)); n != 0 || !errors.Is(err, context.Canceled) {
		t.Errorf("LoadFrom() = %d, %v", n, err)
	}
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errLoad }

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

// With a store, what others have changed meanwhile counts.
func TestSnapshotShared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &database{}
		s := cachetest.NewStore()
		a, b := share(t, s, d, nil), share(t, s.Join(), d, nil)
		a.get(t, 0, 0)
		synctest.Wait() // it watches
		_ = a.Clear(t.Context())
		a.get(t, 1, 0)
		saved := mustSave(t, a.Cache, 1)
		_ = a.manager.Close(t.Context())
		d.version.Store(1)
		_ = b.Delete(t.Context(), 1)
		again := share(t, s.Join(), d, nil)
		mustRestore(t, again.Cache, saved, 0)
		again.get(t, 1, 1)

		alone := share(t, s.Join(), d, nil)
		alone.manager.SetStore(nil)
		mustRestore(t, alone.Cache, saved, 1)
		alone.get(t, 1, 0)
		mustRestore(t, alone.Cache, saved, 0) // it is kept
		_ = alone.Delete(t.Context(), 1)
		mustRestore(t, alone.Cache, saved, 1)
		alone.manager.SetStore(s.Join()) // which knows better
		alone.get(t, 1, 1)
	})
}

// Concurrent loads of a key share what was read, and none is lost or doubled.
func TestSnapshotRaces(t *testing.T) {
	const keys = 200
	b := filled(t, keys)
	c := lasting(t, func(o *peopleOptions) { o.MaxEntries = 50 })
	done := make(chan struct{})
	for g := range 4 {
		go func() {
			defer func() { done <- struct{}{} }()
			for i := range 2000 {
				id := (i*7 + g) % keys
				switch {
				case g == 0 && i%5 == 0:
					_ = c.Delete(t.Context(), id)
					if v, err := c.Load(t.Context(), id, (&version{n: 2}).load); v.Version != 2 || err != nil {
						t.Errorf("Load() = %v, %v after Delete", v, err)
					}
				case g == 1 && i%500 == 0:
					if _, err := c.SaveTo(t.Context(), io.Discard); err != nil {
						t.Error(err)
					}
				default:
					if v, err := c.Load(t.Context(), id, (&version{n: 2}).load); v.ID != id || err != nil {
						t.Errorf("Load() = %v, %v", v, err)
					}
				}
			}
		}()
	}
	// Each key is deleted after this began, or before: only what was read then counts.
	_, _ = c.LoadFrom(t.Context(), bytes.NewReader(b))
	for range 4 {
		<-done
	}
}

func FuzzLoadFrom(f *testing.F) {
	whole := filled(f, 3)
	f.Add(whole)
	f.Add(whole[:len(whole)/2])
	f.Add([]byte("bunsui\x00\x01H\x00\x00\x00\xff"))
	f.Add(append(bytes.Clone(whole[:len(whole)-17]), frameOf('R', make([]byte, 28))...))
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, b := range [][]byte{b, append(headOf(), resealed(b)...)} {
			c := lasting(t, func(o *peopleOptions) { o.MaxEntries = 100 })
			n, err := c.LoadFrom(t.Context(), bytes.NewReader(b))
			if n > 100 || n*28 > len(b) {
				t.Errorf("LoadFrom() = %d, %v of %d bytes", n, err, len(b))
			}
			for id := range 3 {
				if i, err := c.Inspect(t.Context(), id); err != nil || i.SavedAge < 0 {
					t.Errorf("Inspect(%d) = %+v, %v", id, i, err)
				}
				if v, err := c.Load(t.Context(), id, (&version{n: 1}).load); err != nil {
					t.Errorf("Load(%d) = %v, %v", id, v, err)
				}
			}
		}
	})
}

// frameOf and headOf write what SaveTo would, so that a fuzz test comes past the
// checksums; resealed does so for arbitrary bytes.
func frameOf(kind byte, content []byte) []byte {
	b := binary.BigEndian.AppendUint32([]byte{kind}, uint32(len(content)))
	b = append(b, content...)
	return binary.BigEndian.AppendUint32(b, crc32.Checksum(b, crc32.MakeTable(crc32.Castagnoli)))
}

func headOf() []byte {
	content := append(binary.BigEndian.AppendUint32(nil, uint32(len("test.get"))), "test.getv1"...)
	return append([]byte("bunsui\x00\x01"), frameOf('H', content)...)
}

func resealed(b []byte) (sealed []byte) {
	for len(b) > 1 {
		kind, length := "RE"[b[0]&1], min(int(b[1]), len(b)-2)
		sealed = append(sealed, frameOf(kind, b[2:2+length])...)
		b = b[2+length:]
	}
	return sealed
}

// A claim of a great length does not allocate it.
func TestSnapshotLengths(t *testing.T) {
	b := append(headOf(), 'R', 0x1f, 0xff, 0xff, 0xff, 1, 2, 3)
	c := lasting(t, nil)
	allocated := testing.Benchmark(func(tb *testing.B) {
		for tb.Loop() {
			if _, err := c.LoadFrom(context.Background(), bytes.NewReader(b)); !errors.Is(err, cache.ErrDamagedSnapshot) {
				t.Fatal(err)
			}
		}
	}).AllocedBytesPerOp()
	if allocated > 64<<10 {
		t.Errorf("%d bytes were allocated", allocated)
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
