package rediscache

import (
	"reflect"
	"strings"
	"testing"

	"github.com/bunsui/bunsui-go/runtime/cache/store"
)

const self, other = "0123456789abcdef", "fedcba9876543210"

func TestMessages(t *testing.T) {
	long := strings.Repeat("x", 300)
	rule := store.Rule{Function: "a.F:1", Text: "te:xt", Prefix: true}
	for _, c := range []struct {
		text []byte
		want store.Event
	}{
		{message(changed, self, "a", "", long), store.Event{Kind: store.Changed, Keys: []string{"a", "", long}, Own: true}},
		{message(changed, other, "\x00\xff"), store.Event{Kind: store.Changed, Keys: []string{"\x00\xff"}}},
		{message(bumped, other, "a"), store.Event{Kind: store.Bumped, Tags: []string{"a"}}},
		{message(ended, self, "a:b"), store.Event{Kind: store.Ended, Keys: []string{"a:b"}, Own: true}},
		{append(message(revoked, other), "12:"+field(rule)...), store.Event{Kind: store.Revoked, Revocation: store.Revocation{Rule: rule, Epoch: 12}}},
		{append(message(revoked, other), "12:"...), store.Event{Kind: store.Revoked, Revocation: store.Revocation{Epoch: 12}}},
	} {
		if got, ok := eventOf(string(c.text), self); !ok || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%q is read as %+v, %v; want %+v", c.text, got, ok, c.want)
		}
	}
}

func FuzzMessages(f *testing.F) {
	f.Add(string(message(changed, self, "a", "b")))
	f.Add(string(append(message(revoked, other), "12:=1:fx"...)))
	f.Add("c" + self + "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01")
	f.Fuzz(func(t *testing.T, text string) {
		e, ok := eventOf(text, self)
		size := 0
		for _, s := range append(e.Keys, e.Tags...) {
			size += len(s)
		}
		if ok && size > len(text) {
			t.Errorf("%d bytes come from %d", size, len(text))
		}
		if r := e.Revocation.Rule; ok && r != (store.Rule{}) {
			if again, ok := ruleOf(field(r)); !ok || again != r {
				t.Errorf("%+v comes back as %+v", r, again)
			}
		}
	})
}
