package cachetest

import (
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/bunsui/bunsui-go/runtime/cache/store"
)

func tagCases() []storeCase {
	return []storeCase{
		{"tags", testTags},
		{"versions are new", testVersions},
		{"revocations", testRevocations},
		{"revocations are told in order", testRevoked},
		{"many revocations", testManyRevocations},
	}
}

// version returns the version of a tag.
func version(t testing.TB, s store.Store, tag string) uint64 {
	t.Helper()
	values, versions, err := s.Get(t.Context(), nil, []string{tag})
	must(t, err)
	if len(values) != 0 || len(versions) != 1 {
		t.Fatalf("Get returned %d values and %d versions for one tag", len(values), len(versions))
	}
	return versions[0]
}

func testTags(t testing.TB, a, b store.Store) {
	tags := []string{"suite:a", "suite:b", "suite:c", "suite:new" + fmt.Sprint(version(t, a, "suite:a"))}
	_, before, err := a.Get(t.Context(), nil, tags)
	must(t, err)
	_, again, err := b.Get(t.Context(), []string{"suite:v1:1"}, tags)
	must(t, err)
	if !slices.Equal(before, again) {
		t.Fatalf("versions changed without a bump: %v, then %v", before, again)
	}
	must(t, b.Bump(t.Context(), tags[0], tags[2]))
	_, after, err := a.Get(t.Context(), nil, tags)
	must(t, err)
	for i, bumped := range []bool{true, false, true, false} {
		if (after[i] != before[i]) != bumped {
			t.Errorf("version of tag %d: %d, before %d; bumped: %v", i, after[i], before[i], bumped)
		}
	}
	must(t, a.Set(t.Context(), "suite:a", []byte("value"), long))
	if version(t, a, "suite:a") != after[0] {
		t.Error("a key and a tag of the same name are one")
	}
}

func testVersions(t testing.TB, a, b store.Store) {
	seen := map[uint64]bool{version(t, a, "suite:versions"): true}
	for i := range 100 {
		s := []store.Store{a, b}[i%2]
		must(t, s.Bump(t.Context(), "suite:versions"))
		v := version(t, a, "suite:versions")
		if seen[v] {
			t.Fatalf("the tag had version %d before", v)
		}
		seen[v] = true
	}
}

// testRevocations tests that a rule is in force for both, with its epoch.
func testRevocations(t testing.TB, a, b store.Store) {
	rules := []store.Rule{
		{Function: "suite.F"},
		{Function: "suite.F", Text: "suite:1"},
		{Function: "suite.F", Text: "suite:1", Prefix: true},
		{Text: "suite:ä\x00", Prefix: true},
		{Text: "suite:"},
		{Function: "suite.F"},
	}
	var last uint64
	epochs := map[store.Rule]uint64{}
	for i, rule := range rules {
		epoch, err := []store.Store{a, b}[i%2].Revoke(t.Context(), rule)
		must(t, err)
		if epoch <= last {
			t.Fatalf("epoch %d after %d", epoch, last)
		}
		last = epoch
		epochs[rule] = epoch
	}
	for _, s := range []store.Store{a, b} {
		r, err := s.Revocations(t.Context())
		must(t, err)
		if r.Epoch < last || r.Floor > r.Epoch {
			t.Errorf("epoch %d and floor %d after epoch %d", r.Epoch, r.Floor, last)
		}
		for rule, epoch := range epochs {
			if !inForce(r, rule, epoch) {
				t.Errorf("the rule %+v of epoch %d is not in force: %+v", rule, epoch, r)
			}
		}
	}
}

// inForce reports whether a rule is, or was forgotten together with all before it.
func inForce(r store.Revocations, rule store.Rule, epoch uint64) bool {
	return r.Floor >= epoch || slices.ContainsFunc(r.Rules, func(o store.Revocation) bool {
		return o.Rule == rule && o.Epoch >= epoch
	})
}

func testRevoked(t testing.TB, a, b store.Store) {
	wa, wb := watch(t, a), watch(t, b)
	for i := range 50 {
		rule := store.Rule{Function: "suite.told", Text: fmt.Sprint("suite:", i), Prefix: i%3 == 0}
		epoch, err := []store.Store{a, b}[i%2].Revoke(t.Context(), rule)
		must(t, err)
		for j, w := range []*witness{wa, wb} {
			e := w.await(t, "Revoked", func(e store.Event) bool { return e.Kind == store.Revoked && e.Revocation.Rule == rule })
			if e.Revocation.Epoch != epoch || e.Own != (i%2 == j) {
				t.Errorf("the event is %+v, want epoch %d, own %v", e, epoch, i%2 == j)
			}
		}
	}
	var last uint64
	for _, e := range wb.all() {
		if e.Kind == store.Revoked && e.Revocation.Epoch < last {
			t.Fatalf("epoch %d was told after %d", e.Revocation.Epoch, last)
		}
		last = max(last, e.Revocation.Epoch)
	}
}

func testManyRevocations(t testing.TB, a, b store.Store) {
	const n = 1500
	var mu sync.Mutex
	epochs := map[store.Rule]uint64{}
	var work sync.WaitGroup
	for i := range 4 {
		work.Go(func() {
			for j := i; j < n; j += 4 {
				rule := store.Rule{Function: "suite.many", Text: fmt.Sprint("suite:", j)}
				epoch, err := []store.Store{a, b}[i%2].Revoke(t.Context(), rule)
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				epochs[rule] = epoch
				mu.Unlock()
			}
		})
	}
	work.Wait()
	r, err := a.Revocations(t.Context())
	must(t, err)
	if r.Floor > r.Epoch {
		t.Errorf("floor %d is above epoch %d", r.Floor, r.Epoch)
	}
	used := map[uint64]store.Rule{}
	for rule, epoch := range epochs {
		if !inForce(r, rule, epoch) {
			t.Fatalf("the rule %+v of epoch %d is not in force", rule, epoch)
		}
		if other, ok := used[epoch]; ok {
			t.Fatalf("%+v and %+v have the same epoch", rule, other)
		}
		used[epoch] = rule
	}
}
