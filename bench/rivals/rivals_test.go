package rivals

import (
	"testing"

	"github.com/bunsui/bunsui-go/bench/sample"
)

// TestStores checks that each adapter keeps what it is given: a benchmark of one that
// does not would be fast, and wrong.
func TestStores(t *testing.T) {
	const size = 1000
	for _, s := range []Named[int64]{
		{"wrapper", WrapperByID{}},
		{"by hand", NewBunsui[int64](size)},
		{"xsync", NewXsync[int64]()},
		{"otter", NewOtter[int64](size)},
		{"otter coarse", NewCoarseOtter[int64](size)},
		{"otter synchronous", NewSynchronousOtter[int64](size)},
		{"theine", NewTheine[int64](size)},
		{"ristretto", NewRistretto[int64](size)},
		{"expirable", NewExpirable[int64](size)},
		{"sync.Map", &SyncMap[int64]{}},
		{"mutex+map", NewMutexMap[int64]()},
	} {
		t.Run(s.Name, func(t *testing.T) { check(t, s.Store, []int64{1, 2, 3, 4}, []int64{5, 6}) })
	}
}

func TestStringStores(t *testing.T) {
	for _, s := range []Named[string]{
		{"wrapper", WrapperByName{}},
		{"sturdyc", NewSturdyc(1000)},
		{"ristretto", NewRistretto[string](1000)},
	} {
		t.Run(s.Name, func(t *testing.T) { check(t, s.Store, []string{"a", "b", "c", "d"}, []string{"e", "f"}) })
	}
}

func TestStructStores(t *testing.T) {
	some := []sample.Place{{Tenant: 1, Name: "a"}, {Tenant: 1, Name: "b"}}
	check(t, WrapperAt{}, some, []sample.Place{{Tenant: 2, Name: "a"}})
}

// check stores some users and reads all, from some position and around the ring.
func check[K comparable](t *testing.T, s Store[K], some, others []K) {
	t.Helper()
	defer s.Close()
	for i, key := range some {
		s.Set(key, &sample.User{ID: int64(i)})
	}
	if s, ok := s.(interface{ Settle() }); ok {
		s.Settle()
	}
	if found := s.Read(some, 1, 3*len(some)); found != 3*len(some) {
		t.Errorf("found %d of %d", found, 3*len(some))
	}
	switch any(s).(type) {
	case WrapperByID, WrapperByName, WrapperAt:
		return // these load what they do not have
	}
	if found := s.Read(others, 0, len(others)); found != 0 {
		t.Errorf("found %d that were not stored", found)
	}
}
