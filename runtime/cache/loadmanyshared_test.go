package cache_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache/cachetest"
)

// loadMany is database.load for many people.
func (d *database) loadMany(ctx context.Context, ids []int) ([]person, []error) {
	d.loads.Add(1)
	v := d.version.Load()
	people, errs := make([]person, len(ids)), make([]error, len(ids))
	for i, id := range ids {
		people[i] = person{id, v}
		if id >= 1000 {
			errs[i] = errGone
		}
	}
	select {
	case <-time.After(d.takes):
	case <-ctx.Done():
		for i := range errs {
			errs[i] = ctx.Err()
		}
	}
	return people, errs
}

// getMany is get for many people.
func (p *process) getMany(t *testing.T, version int64, ids ...int) {
	t.Helper()
	people, errs := p.LoadMany(t.Context(), ids, p.from.loadMany)
	for i, id := range ids {
		want, missing := person{id, version}, id >= 1000
		if missing && (errs == nil || errs[i] != errGone) || !missing && (people[i] != want || errs != nil && errs[i] != nil) {
			t.Errorf("%d: LoadMany = %v, %v, want version %d", id, people[i], errs, version)
		}
	}
}

// asked returns how often each method of the store was called since.
func (p *process) asked(since map[string]int) string {
	got := ""
	for _, method := range []string{"Get", "Acquire", "Fill"} {
		got += fmt.Sprint(p.store.Calls()[method]-since[method], " ")
	}
	return got
}

func TestLoadManyShared(t *testing.T) {
	missing := func(o *peopleOptions) { o.MissingTTL = time.Hour }
	two(t, missing, func(t *testing.T, a, b *process, d *database) {
		since := a.store.Calls()
		a.getMany(t, 0, 1, 2, 3, 1000, 2)
		if got := a.asked(since); got != "1 4 4 " {
			t.Errorf("calls of the store: %s", got)
		}
		d.loaded(t, 1)
		b.getMany(t, 0, 7, 8) // it makes itself known to the store
		d.loads.Store(1)
		since = b.store.Calls()
		b.getMany(t, 0, 3, 2, 1, 1000)
		if got := b.asked(since); got != "1 0 0 " {
			t.Errorf("calls of the store: %s", got)
		}
		d.loaded(t, 1)
		d.version.Store(1)
		if err := b.Delete(t.Context(), 2); err != nil {
			t.Error(err)
		}
		synctest.Wait()
		a.getMany(t, 0, 1, 3)
		a.getMany(t, 1, 2, 4, 5)
		d.loaded(t, 2)
		b.getMany(t, 1, 5, 2, 4)
		d.loaded(t, 2)
		if s := b.Stats(); s.StoreHits != 8 || s.StoreErrors != 0 {
			t.Errorf("Stats = %+v", s)
		}
	})
}

// Processes that load what the others want do not wait for each other's rest.
func TestLoadManySharedOverlap(t *testing.T) {
	two(t, nil, func(t *testing.T, a, b *process, d *database) {
		began := time.Now()
		var all sync.WaitGroup
		a.store.Delay(2 * time.Millisecond)
		b.store.Delay(2 * time.Millisecond)
		all.Go(func() { a.getMany(t, 0, 1, 2, 3, 4, 5, 6) })
		all.Go(func() { b.getMany(t, 0, 6, 5, 4, 3, 2, 1) })
		all.Wait()
		if took := time.Since(began); took > 100*time.Millisecond {
			t.Errorf("it took %v", took)
		}
		if n := d.loads.Load(); n > 2 {
			t.Errorf("%d loads", n)
		}
	})
}

// If the other process fails, its keys are loaded after all.
func TestLoadManySharedFailure(t *testing.T) {
	two(t, nil, func(t *testing.T, a, b *process, d *database) {
		failing := func(_ context.Context, ids []int) ([]person, []error) {
			time.Sleep(time.Second)
			errs := make([]error, len(ids))
			for i := range errs {
				errs[i] = errLoad
			}
			return nil, errs
		}
		done := make(chan []error)
		go func() {
			_, errs := a.LoadMany(context.Background(), []int{1, 2}, failing)
			done <- errs
		}()
		synctest.Wait()
		b.getMany(t, 0, 1, 2, 3)
		if errs := <-done; len(errs) != 2 || errs[0] != errLoad || errs[1] != errLoad {
			t.Errorf("LoadMany = %v", errs)
		}
		d.loaded(t, 3) // one for 3, and one for each of the others
	})
}

func TestLoadManySharedStoreDown(t *testing.T) {
	two(t, nil, func(t *testing.T, a, b *process, d *database) {
		a.store.Fail(errors.New("down"))
		a.getMany(t, 0, 1, 2, 3)
		a.getMany(t, 0, 1, 2, 3)
		d.loaded(t, 1)
		if s := a.Stats(); s.StoreErrors == 0 {
			t.Errorf("Stats = %+v", s)
		}
	})
}

// Values that cannot be read are loaded anew.
func TestLoadManySharedUnreadable(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, s := &database{}, cachetest.NewStore()
		a := share(t, s, d, nil)
		bad := func(o *peopleOptions) { o.Codec = badCodec{jsonCodec{"v1"}} }
		b := share(t, s.Join(), d, bad)
		a.getMany(t, 0, 1, 2, 3)
		d.version.Store(1)
		people, errs := b.LoadMany(t.Context(), []int{1, 2, 3}, d.loadMany)
		if errs != nil || people[0].Version != 0 || people[1].Version != 1 || people[2].Version != 0 {
			t.Errorf("LoadMany = %v, %v", people, errs)
		}
	})
}

// badCodec cannot read one person.
type badCodec struct{ jsonCodec }

func (c badCodec) Decode(b []byte) (person, error) {
	v, err := c.jsonCodec.Decode(b)
	if v.ID == 2 && v.Version == 0 {
		err = errors.New("unreadable")
	}
	return v, err
}

// Tags of many keys are compared with those of each.
func TestLoadManySharedTags(t *testing.T) {
	tagged := func(o *peopleOptions) {
		o.Tags = func(id int) []string { return []string{textOf(id % 2), "all"} }
	}
	two(t, tagged, func(t *testing.T, a, b *process, d *database) {
		a.getMany(t, 0, 1, 2, 3, 4)
		d.version.Store(1)
		if err := a.manager.InvalidateTags(t.Context(), textOf(1)); err != nil {
			t.Error(err)
		}
		b.getMany(t, 0, 2, 4)
		b.getMany(t, 1, 1, 3, 5)
		d.loaded(t, 2)
	})
}
