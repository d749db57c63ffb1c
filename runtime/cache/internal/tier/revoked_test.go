package tier

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/bunsui/bunsui-go/runtime/cache/store"
)

func TestMatches(t *testing.T) {
	tests := []struct {
		rule           store.Rule
		function, text string
		want           bool
	}{
		{store.Rule{}, "f", "a", true},
		{store.Rule{Function: "f"}, "f", "", true},
		{store.Rule{Function: "f"}, "g", "a", false},
		{store.Rule{Text: "a"}, "g", "a", true},
		{store.Rule{Text: "a"}, "g", "ab", false},
		{store.Rule{Text: "a", Prefix: true}, "g", "ab", true},
		{store.Rule{Text: "a", Prefix: true}, "g", "b", false},
		{store.Rule{Function: "f", Text: "a", Prefix: true}, "g", "ab", false},
		{store.Rule{Function: "f", Prefix: true}, "f", "ab", true},
	}
	for _, tt := range tests {
		if got := Matches(tt.rule, tt.function, tt.text); got != tt.want {
			t.Errorf("%+v matches %q, %q: %v", tt.rule, tt.function, tt.text, got)
		}
	}
}

// The index finds what trying all rules finds.
func TestRevokedFindsAllRules(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	pick := func() string { return []string{"", "a", "ab", "b"}[random.IntN(4)] }
	r := newRevocations(0, 0, nil)
	var all []store.Revocation
	for epoch := uint64(1); epoch <= 60; epoch++ {
		n := store.Revocation{Rule: store.Rule{Function: pick(), Text: pick(), Prefix: random.IntN(2) == 0}, Epoch: epoch}
		r, all = r.with(n), append(all, n)
		for _, f := range []string{"a", "ab", "c"} {
			for _, text := range []string{"", "a", "abc", "c"} {
				for e := range epoch + 2 {
					want := false
					for _, n := range all {
						want = want || e < n.Epoch && Matches(n.Rule, f, text)
					}
					if got := r.revoked(f, text, e); got != want {
						t.Fatalf("epoch %d of %q, %q: %v", e, f, text, got)
					}
				}
			}
		}
	}
}

func TestTooManyRules(t *testing.T) {
	r := newRevocations(0, 0, nil)
	for i := range uint64(maxRules + 1) {
		r = r.with(store.Revocation{Rule: store.Rule{Text: fmt.Sprint(i), Prefix: true}, Epoch: i + 1})
	}
	if len(r.rules) > maxRules || len(r.prefixes) > maxRules {
		t.Errorf("%d rules, %d prefixes", len(r.rules), len(r.prefixes))
	}
	if !r.revoked("f", "other", maxRules) || r.revoked("f", "other", maxRules+1) {
		t.Error("what is forgotten must revoke more, and only what is older")
	}
}

// What was heard while the store was asked is not forgotten because of the answer.
func TestJoined(t *testing.T) {
	heard := newRevocations(0, 0, nil).with(store.Revocation{Rule: store.Rule{Function: "f"}, Epoch: 7}).
		with(store.Revocation{Rule: store.Rule{Function: "gone"}, Epoch: 3})
	r := heard.joined(store.Revocations{Epoch: 5, Floor: 2, Rules: []store.Revocation{{Rule: store.Rule{Function: "g"}, Epoch: 5}}})
	if !r.revoked("f", "", 6) || !r.revoked("g", "", 4) || !r.revoked("h", "", 1) || r.revoked("gone", "", 2) || r.epoch != 7 {
		t.Errorf("%+v", r)
	}
	rules, all := r.news(heard)
	if len(rules) != 1 || rules[0].Function != "g" || !all {
		t.Errorf("news %v, %v", rules, all)
	}
}
