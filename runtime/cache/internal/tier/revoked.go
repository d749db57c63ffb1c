package tier

import (
	"maps"
	"strings"

	"github.com/bunsui/bunsui-go/runtime/cache/store"
)

// maxRules bounds the rules that are remembered one by one.
const maxRules = 1024

// Matches reports whether a rule is about a value. An empty Function stands for all
// functions, an empty Text for all texts.
func Matches(r store.Rule, function, text string) bool {
	if r.Function != "" && r.Function != function {
		return false
	}
	if r.Prefix {
		return strings.HasPrefix(text, r.Text)
	}
	return r.Text == "" || r.Text == text
}

// tidy makes rules equal that mean the same.
func tidy(r store.Rule) store.Rule {
	if r.Text == "" {
		r.Prefix = false
	}
	return r
}

// revocations are rules with the epochs from which they are not about values. They
// never change: news make others.
type revocations struct {
	epoch, floor uint64
	rules        map[store.Rule]uint64
	// prefixes are those of the rules that must be tried one by one.
	prefixes []store.Rule
}

// revoked reports whether a value that was written in an epoch is no longer good.
func (r *revocations) revoked(function, text string, epoch uint64) bool {
	if epoch >= r.epoch {
		return false
	}
	if epoch < r.floor {
		return true
	}
	for _, rule := range [...]store.Rule{{}, {Function: function}, {Text: text}, {Function: function, Text: text}} {
		if epoch < r.rules[rule] {
			return true
		}
	}
	for _, rule := range r.prefixes {
		if epoch < r.rules[rule] && Matches(rule, function, text) {
			return true
		}
	}
	return false
}

// with returns r and one more rule.
func (r *revocations) with(n store.Revocation) *revocations {
	rules := maps.Clone(r.rules)
	if rules == nil {
		rules = map[store.Rule]uint64{}
	}
	rule := tidy(n.Rule)
	rules[rule] = max(rules[rule], n.Epoch)
	return newRevocations(max(r.epoch, n.Epoch), r.floor, rules)
}

// newRevocations forgets rules that are too many, and revokes everything instead.
func newRevocations(epoch, floor uint64, rules map[store.Rule]uint64) *revocations {
	for _, e := range rules {
		epoch = max(epoch, e)
	}
	epoch = max(epoch, floor)
	r := &revocations{epoch: epoch, floor: floor, rules: rules}
	if len(rules) > maxRules {
		r.floor, r.rules = epoch, nil
	}
	for rule := range r.rules {
		if rule.Prefix {
			r.prefixes = append(r.prefixes, rule)
		}
	}
	return r
}

// joined returns what a store says together with the rules of r that are younger.
func (r *revocations) joined(s store.Revocations) *revocations {
	rules := make(map[store.Rule]uint64, len(s.Rules))
	for _, n := range s.Rules {
		rule := tidy(n.Rule)
		rules[rule] = max(rules[rule], n.Epoch)
	}
	for rule, epoch := range r.rules {
		if epoch > s.Epoch {
			rules[rule] = max(rules[rule], epoch)
		}
	}
	floor := s.Floor
	if r.floor > s.Epoch { // of rules that r forgot and s does not know
		floor = r.floor
	}
	return newRevocations(s.Epoch, floor, rules)
}

// news returns the rules of r that before does not have, or all if the floor rose.
func (r *revocations) news(before *revocations) (rules []store.Rule, all bool) {
	for rule, epoch := range r.rules {
		if epoch > before.rules[rule] && epoch > before.floor {
			rules = append(rules, rule)
		}
	}
	return rules, r.floor > before.floor
}
