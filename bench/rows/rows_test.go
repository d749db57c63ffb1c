package rows

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/bench/harness"
	"github.com/bunsui/bunsui-go/bench/rivals"
	"github.com/bunsui/bunsui-go/internal/redistest"
)

// TestMain is what a child begins with, which is this program as well.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "-child" {
		if err := RunChild(os.Args[2:], os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// TestGroups runs the groups that need next to nothing around them, as shortly as can be:
// what they report must be whole, whatever the figures are.
func TestGroups(t *testing.T) {
	b := &harness.Bench{
		Effort: harness.Effort{Rounds: 1, Sample: 10 * time.Microsecond, Quick: true},
		Report: &harness.Report{}, Root: "..", Scratch: t.TempDir(), Log: t.Output(),
	}
	var groups []harness.Group
	for _, g := range All() {
		if slices.Contains([]string{"parts", "hit", "miss", "mix", "profile", "codec", "batch", "loader", "pool"}, g.Name) {
			groups = append(groups, g)
		}
	}
	if failed := b.Run(t.Context(), groups); len(failed) > 0 || len(groups) != 9 {
		t.Fatalf("%d groups ran, %v", len(groups), failed)
	}
	if len(b.Lines) < 160 || len(b.Tables) < 40 {
		t.Errorf("%d lines and %d tables", len(b.Lines), len(b.Tables))
	}
	for _, l := range b.Lines {
		if strings.HasPrefix(l.Row, "hit, ") && strings.HasSuffix(l.Row, "allocations") && l.Value > 0.1 {
			t.Errorf("%s: %v", l.Row, l.Value)
		}
		if strings.HasPrefix(l.Row, "batch, ") && strings.Contains(l.Row, "allocations") && l.Value > 0.1 {
			t.Errorf("%s: %v", l.Row, l.Value)
		}
	}
}

// TestShared runs the group that needs a server, which it starts itself. What is
// counted, and not timed, must be as it should.
func TestShared(t *testing.T) {
	redistest.Start(t) // says what to do where there is none
	b := &harness.Bench{
		Effort: harness.Effort{Rounds: 1, Sample: 10 * time.Microsecond, Quick: true},
		Report: &harness.Report{}, Root: "..", Scratch: t.TempDir(), Log: t.Output(),
	}
	if failed := b.Run(t.Context(), []harness.Group{{Name: "shared", Run: sharing}}); len(failed) > 0 {
		t.Fatal(failed)
	}
	if len(b.Lines) < 40 || len(b.Tables) < 12 {
		t.Errorf("%d lines and %d tables", len(b.Lines), len(b.Tables))
	}
	for _, l := range b.Lines {
		if strings.HasSuffix(l.Row, "round trips") && l.Target != nil && !l.Reached() {
			t.Errorf("%s: %v, want %v", l.Row, l.Value, l.Target)
		}
	}
}

// TestHostile checks that a child says what it allocates, and what is wrong with its
// arguments.
func TestHostile(t *testing.T) {
	var out strings.Builder
	for _, args := range [][]string{{}, {rivals.Generated}, {"nobody", "0"}, {rivals.Generated, "-1"}, {rivals.Generated, "99"}} {
		if err := hostileChild(args, &out); err == nil {
			t.Errorf("child %v: no error", args)
		}
	}
	if err := hostileChild([]string{rivals.CBOR, "0"}, &out); err != nil {
		t.Fatal(err)
	}
	if values, err := numbers(out.String()); err != nil || len(values) != 1 || values[0] > 1000 {
		t.Errorf("printed %q: %v", out.String(), err)
	}
}

// TestTraces checks that the files are read as their formats say.
func TestTraces(t *testing.T) {
	want := map[string][2]int{ // the first 50,000 accesses: how many, and of how many keys
		"oltp.gz": {50_000, 21_560}, "p3.gz": {50_000, 47_624}, "sprite.trace.gz": {50_000, 3_761},
		"2_pools.trace.gz": {50_000, 9_231}, "loop.trace.gz": {50_000, 1_011}, "web12.trace.gz": {50_000, 9_754},
	}
	for _, file := range traceFiles() {
		keys, err := file.load(filepath.Join("..", "traces"), 50_000)
		if err != nil {
			t.Error(err)
			continue
		}
		if got := [2]int{len(keys), distinct(keys)}; got != want[file.name] {
			t.Errorf("%s: got %v, want %v", file.name, got, want[file.name])
		}
	}
}

// TestBelady compares with a search of all choices that a cache has.
func TestBelady(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for range 200 {
		keys := make([]int64, 12)
		for i := range keys {
			keys[i] = random.Int64N(5)
		}
		for size := 1; size <= 3; size++ {
			want := bestHits(keys, nil, size)
			if got := int(belady(keys, size)*float64(len(keys)) + 0.5); got != want {
				t.Fatalf("%v in %d: %d hits, want %d", keys, size, got, want)
			}
		}
	}
}

// bestHits tries, at each access, to drop each of the entries.
func bestHits(keys, kept []int64, size int) int {
	if len(keys) == 0 {
		return 0
	}
	if slices.Contains(kept, keys[0]) {
		return 1 + bestHits(keys[1:], kept, size)
	}
	grown := append(slices.Clone(kept), keys[0])
	if len(grown) <= size {
		return bestHits(keys[1:], grown, size)
	}
	best := 0
	for i := range grown {
		best = max(best, bestHits(keys[1:], slices.Delete(slices.Clone(grown), i, i+1), size))
	}
	return best
}

// TestPolicies checks that none beats Belady, which would mean that it holds more than
// it may.
func TestPolicies(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	keys := make([]int64, 20_000)
	for i := range keys {
		keys[i] = int64(random.ExpFloat64() * 200)
	}
	ratios := score(policies(), keys, 100)
	for i, p := range policies()[1:] {
		if ratios[i+1] > ratios[0] || ratios[i+1] <= 0 {
			t.Errorf("%s: %.2f %%, Belady %.2f %%", p.name, ratios[i+1], ratios[0])
		}
	}
}

func TestChildren(t *testing.T) {
	var out strings.Builder
	for _, args := range [][]string{{}, {"nobody"}, {"empty", "nobody"}, {"streamed", "nobody", "1"}, {"streamed", rivals.OurStream}} {
		if err := RunChild(args, &out); err == nil {
			t.Errorf("child %v: no error", args)
		}
	}
	if err := RunChild([]string{"empty", byHand}, &out); err != nil {
		t.Fatal(err)
	}
	if values, err := numbers(out.String()); err != nil || len(values) != 2 || values[1] != 0 {
		t.Errorf("printed %q: %v", out.String(), err)
	}
}
