package cachetest

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache/store"
)

func valueCases() []storeCase {
	return []storeCase{
		{"values", testValues},
		{"values of another process", testShared},
		{"values belong to their callers", testCopies},
		{"values expire", testExpiry},
		{"any bytes", testBytes},
		{"any keys", testKeys},
		{"many keys", testManyKeys},
		{"no keys", testNoKeys},
	}
}

func testValues(t testing.TB, a, _ store.Store) {
	must(t, a.Delete(t.Context(), "suite:v1:1", "suite:v1:2", "suite:v1:3"))
	must(t, a.Set(t.Context(), "suite:v1:1", []byte("one"), long))
	must(t, a.Set(t.Context(), "suite:v1:3", []byte{}, long))
	values, versions, err := a.Get(t.Context(), []string{"suite:v1:3", "suite:v1:2", "suite:v1:1", "suite:v1:3"}, []string{"suite:t"})
	must(t, err)
	if len(values) != 4 || len(versions) != 1 {
		t.Fatalf("Get returned %d values and %d versions, want 4 and 1", len(values), len(versions))
	}
	if values[0] == nil || len(values[0]) != 0 || values[3] == nil {
		t.Errorf("an empty value is %#v, want one that is not nil", values[0])
	}
	if values[1] != nil {
		t.Errorf("the value of a key without one is %q, want nil", values[1])
	}
	if string(values[2]) != "one" {
		t.Errorf("got %q, want %q", values[2], "one")
	}
	must(t, a.Set(t.Context(), "suite:v1:1", []byte("two"), long))
	want(t, a, "suite:v1:1", []byte("two"))
	must(t, a.Delete(t.Context(), "suite:v1:1", "suite:v1:2"))
	want(t, a, "suite:v1:1", nil)
	want(t, a, "suite:v1:3", []byte{})
}

func testShared(t testing.TB, a, b store.Store) {
	for i := range 20 {
		key := fmt.Sprint("suite:v1:shared", i)
		must(t, a.Set(t.Context(), key, []byte("a"), long))
		want(t, b, key, []byte("a"))
		must(t, b.Set(t.Context(), key, []byte("b"), long))
		want(t, a, key, []byte("b"))
		must(t, a.Delete(t.Context(), key))
		want(t, b, key, nil)
	}
}

func testCopies(t testing.TB, a, _ store.Store) {
	value := []byte("value")
	must(t, a.Set(t.Context(), "suite:v1:copy", value, long))
	value[0] = 'X'
	got := get(t, a, "suite:v1:copy")
	if string(got) != "value" {
		t.Fatalf("got %q: the store keeps the caller's slice", got)
	}
	got[0] = 'Y'
	want(t, a, "suite:v1:copy", []byte("value"))
	g, err := a.Acquire(t.Context(), "suite:v1:copy", nil, "copy", long)
	must(t, err)
	if string(g.Value) != "value" {
		t.Fatalf("Acquire = %+v, want the value", g)
	}
	g.Value[0] = 'Z'
	want(t, a, "suite:v1:copy", []byte("value"))
}

func testExpiry(t testing.TB, a, b store.Store) {
	must(t, a.Set(t.Context(), "suite:v1:short", []byte("1"), 50*time.Millisecond))
	must(t, a.Set(t.Context(), "suite:v1:long", []byte("1"), 50*time.Millisecond))
	must(t, a.Set(t.Context(), "suite:v1:long", []byte("2"), store.MaxTTL))
	must(t, b.Delete(t.Context(), "suite:v1:filled"))
	acquire(t, a, "suite:v1:filled", "filled", long)
	stored, err := a.Fill(t.Context(), "suite:v1:filled", "filled", []byte("1"), 50*time.Millisecond)
	must(t, err)
	if !stored {
		t.Fatal("Fill has stored nothing")
	}
	eventually(t, "a value is gone after its time", func() bool { return get(t, b, "suite:v1:short") == nil })
	eventually(t, "a filled value is gone after its time", func() bool { return get(t, b, "suite:v1:filled") == nil })
	want(t, b, "suite:v1:long", []byte("2"))
}

func testBytes(t testing.TB, a, b store.Store) {
	every := make([]byte, 256)
	for i := range every {
		every[i] = byte(i)
	}
	large := make([]byte, 4<<20)
	random := rand.NewChaCha8([32]byte{1})
	_, _ = random.Read(large)
	for i, value := range [][]byte{every, {0}, []byte("\r\n"), []byte("$-1\r\n"), large} {
		key := fmt.Sprint("suite:v1:bytes", i)
		must(t, a.Set(t.Context(), key, value, long))
		if got := get(t, b, key); !bytes.Equal(got, value) {
			t.Errorf("value %d, of %d bytes, came back as %d others", i, len(value), len(got))
		}
		must(t, a.Delete(t.Context(), key))
		acquire(t, a, key, fmt.Sprint("bytes", i), long)
		fill(t, a, key, fmt.Sprint("bytes", i), value, true)
		g, err := b.Acquire(t.Context(), key, every[1:10], "other", long)
		must(t, err)
		if !bytes.Equal(g.Value, value) {
			t.Errorf("value %d, of %d bytes, was filled as %d others", i, len(value), len(g.Value))
		}
		must(t, a.Delete(t.Context(), key))
	}
}

// oddKeys are keys that a store might take for others, or not for keys.
func oddKeys() []string {
	return []string{
		"suite", "suite:", "suite::", "suite:v1", "suite:v1:", "suite:v1:a b", "suite:v1:a\tb", "suite:v1:a\nb", "suite:v1:a\r\nb",
		"suite:v1:\x00", "suite:v1:\x00\x00", "suite:v1:\xff\xfe", "suite:v1:ä", "suite:v1:a\u0308", "suite:v1:日本", "suite:v1:A", "suite:v1:a",
		"suite:v1:*", "suite:v1:?", "suite:v1:[a]", "suite:v1:'", "suite:v1:\"", "suite:v1:\\", "suite:v1:%s", "suite:v1:$1",
		"~suite", "~lease:suite", "~tag:suite", "~suite:v1:1", "suite:v1:" + strings.Repeat("k", 4000),
	}
}

func testKeys(t testing.TB, a, b store.Store) {
	keys := oddKeys()
	for i, key := range keys {
		must(t, a.Set(t.Context(), key, []byte(fmt.Sprint(i)), long))
	}
	must(t, a.Bump(t.Context(), keys...))
	acquireAll(t, a, keys)
	values, _, err := b.Get(t.Context(), keys, keys)
	must(t, err)
	for i := range keys {
		if string(values[i]) != fmt.Sprint(i) {
			t.Errorf("the value of %.40q is %q, want %d", keys[i], values[i], i)
		}
	}
	for i, key := range keys {
		must(t, b.Delete(t.Context(), key))
		values, _, err := a.Get(t.Context(), keys, nil)
		must(t, err)
		for j := range keys {
			if (values[j] == nil) != (j <= i) {
				t.Fatalf("after %d deletions, the value of %.40q is %q", i+1, keys[j], values[j])
			}
		}
	}
}

// acquireAll takes leases of keys that have values, as if these were too old.
func acquireAll(t testing.TB, s store.Store, keys []string) {
	t.Helper()
	for i, key := range keys {
		g, err := s.Acquire(t.Context(), key, []byte(fmt.Sprint(i)), fmt.Sprint("token", i), long)
		must(t, err)
		if !g.Leased {
			t.Errorf("Acquire of %.40q = %+v, want a lease", key, g)
		}
	}
}

func testManyKeys(t testing.TB, a, b store.Store) {
	w := watch(t, b)
	var keys []string
	for i := range 2000 {
		keys = append(keys, fmt.Sprint("suite:v1:many", i))
	}
	for i := 0; i < len(keys); i += 2 {
		must(t, a.Set(t.Context(), keys[i], []byte(keys[i]), long))
	}
	values, versions, err := b.Get(t.Context(), keys, keys[:100])
	must(t, err)
	for i := range keys {
		if want := i%2 == 0; string(values[i]) != keys[i] && want || values[i] != nil && !want {
			t.Fatalf("the value of key %d is %q", i, values[i])
		}
	}
	if len(versions) != 100 {
		t.Fatalf("Get returned %d versions for 100 tags", len(versions))
	}
	must(t, a.Delete(t.Context(), keys...))
	for _, key := range []string{keys[0], keys[999], keys[1999]} {
		w.await(t, "Changed of "+key, about(store.Changed, key))
		want(t, b, key, nil)
	}
}

func testNoKeys(t testing.TB, a, b store.Store) {
	w := watch(t, b)
	values, versions, err := a.Get(t.Context(), nil, nil)
	must(t, err)
	if len(values) != 0 || len(versions) != 0 {
		t.Errorf("Get of nothing = %q, %v", values, versions)
	}
	must(t, a.Delete(t.Context()))
	must(t, a.Bump(t.Context()))
	w.none(t, a, "of no key or tag", func(e store.Event) bool {
		return (e.Kind == store.Changed || e.Kind == store.Bumped) && len(e.Keys)+len(e.Tags) == 0
	})
}
