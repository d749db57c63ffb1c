package cache_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
	"github.com/bunsui/bunsui-go/runtime/cache/cachetest"
)

type person struct {
	ID      int
	Version int64
}

// jsonCodec is a codec that a user could have written.
type jsonCodec struct{ schema string }

func (jsonCodec) Append(b []byte, v person) ([]byte, error) {
	if v.Version == unwritable {
		return nil, errors.New("it cannot be written")
	}
	text, err := json.Marshal(v)
	return append(b, text...), err
}

func (jsonCodec) Decode(b []byte) (v person, err error) {
	err = json.Unmarshal(b, &v)
	return v, err
}

func (c jsonCodec) Schema() string { return c.schema }

const unwritable = -1

var errGone = errors.New("gone")

// peoplePolicy takes errGone for absence.
type peoplePolicy struct{ cache.DefaultPolicy[person] }

func (peoplePolicy) Missing(err error) bool { return errors.Is(err, errGone) }
func (peoplePolicy) Absence() error         { return errGone }

// database is what all processes load from.
type database struct {
	version atomic.Int64
	loads   atomic.Int64
	takes   time.Duration
	err     atomic.Pointer[error]
}

func (d *database) fail(err error) { d.err.Store(&err) }

func (d *database) load(ctx context.Context, id int) (person, error) {
	d.loads.Add(1)
	v := d.version.Load() // what it reads is from before it is slow
	select {
	case <-time.After(d.takes):
	case <-ctx.Done():
		return person{}, ctx.Err()
	}
	if err := d.err.Load(); err != nil && *err != nil {
		return person{}, *err
	}
	return person{id, v}, nil
}

// process is one of those that share a store.
type process struct {
	*cache.Cache[int, person]
	manager *cache.Manager
	store   *cachetest.Store
	from    *database
}

type peopleOptions = cache.Options[int, person]

// share makes a process whose cache has some options beside those of all.
func share(t *testing.T, s *cachetest.Store, d *database, with func(*peopleOptions)) *process {
	m, _ := newJournal(t)
	m.SetStore(s)
	o := peopleOptions{
		Name: "test/people.get", TTL: time.Hour, Manager: m, Shared: true,
		Codec: jsonCodec{"v1"}, KeyText: strconv.Itoa, Policy: peoplePolicy{},
	}
	if with != nil {
		with(&o)
	}
	p := &process{cache.New(o), m, s, d}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := m.Close(ctx); err != nil {
			t.Errorf("Close() = %v", err)
		}
	})
	return p
}

// get loads a person, and says what is wrong if it is not of a version.
func (p *process) get(t *testing.T, id int, version int64) {
	t.Helper()
	v, err := p.Load(t.Context(), id, p.from.load)
	if want := (person{id, version}); err != nil || v != want {
		t.Errorf("Load(%d) = %v, %v, want %v", id, v, err, want)
	}
}

// loaded says what is wrong if the database was not asked so often.
func (d *database) loaded(t *testing.T, want int64) {
	t.Helper()
	if got := d.loads.Load(); got != want {
		t.Errorf("%d loads, want %d", got, want)
	}
}

// two makes two processes that share a store, in a bubble.
func two(t *testing.T, with func(*peopleOptions), test func(t *testing.T, a, b *process, d *database)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		d := &database{takes: 10 * time.Millisecond}
		s := cachetest.NewStore()
		a, b := share(t, s, d, with), share(t, s.Join(), d, with)
		a.get(t, 0, 0)
		b.get(t, 0, 0)
		synctest.Wait() // both watch
		d.loads.Store(0)
		test(t, a, b, d)
	})
}

// values returns the keys of the values in the store.
func (p *process) values() (n int) { return len(p.store.Keys()) }

func textOf(org int) string { return fmt.Sprintf("org:%d", org) }
