package main

import (
	"regexp"
	"strings"
	"testing"
)

func TestRun(t *testing.T) {
	var out strings.Builder
	if err := run(t.Context(), &out); err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{
		`(?m)^ +2000 .* cached, once more$`,
		`(?m)edited: +Package greet says hello\.$`,
		`(?m)after Invalidate: +Package greet says good morning\.$`,
		// 2,000 visits twice; the first look-up of each symbol is a miss.
		`(?m)^ *3960 +40 +99\.0 % +40 .*demo\.Library\.explain$`,
		`(?m)^ *4025 +0 +0 +0 .*demo\.Library\.explain$`,
	} {
		if !regexp.MustCompile(line).MatchString(out.String()) {
			t.Errorf("no line matches %s in\n%s", line, &out)
		}
	}
}

// Every symbol that visitors look up exists.
func TestPopular(t *testing.T) {
	seen := make(map[visit]bool)
	for _, v := range visits(2000) {
		seen[v] = true
	}
	if len(seen) != len(popular) {
		t.Errorf("visitors read %d of %d symbols", len(seen), len(popular))
	}
}
