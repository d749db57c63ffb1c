package profile_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/profile"
)

// call measures a call of name that takes d beside what body does.
func call(ctx context.Context, name string, d time.Duration, body func(context.Context)) {
	c := profile.New(name).Start(ctx)
	defer c.End()
	time.Sleep(d)
	if body != nil {
		body(c.Context(ctx))
	}
	c.Return(nil)
}

// drawn returns the tree, a line for each node: calls+recursive, total, self.
func drawn(nodes []profile.Node) string {
	var b strings.Builder
	var draw func(indent string, list []profile.Node)
	draw = func(indent string, list []profile.Node) {
		for _, n := range list {
			fmt.Fprintf(&b, "%s%s %d+%d %v %v", indent, n.Name, n.Calls, n.Recursive, n.Total, n.Self)
			if n.Overlap > 0 {
				fmt.Fprintf(&b, " overlap %v", n.Overlap)
			}
			b.WriteString("\n")
			draw(indent+" ", n.Children)
		}
	}
	draw("", nodes)
	return b.String()
}

func TestTree(t *testing.T) {
	const s = time.Second
	type ctx = context.Context
	tests := []struct {
		name string
		run  func(ctx)
		want string
	}{
		{"children", func(c ctx) {
			call(c, "a", s, func(c ctx) {
				call(c, "b", 2*s, nil)
				call(c, "b", 2*s, nil)
				call(c, "c", s, func(c ctx) { call(c, "b", s, nil) })
			})
			call(c, "b", s, nil)
		}, "a 1+0 7s 1s\n b 2+0 4s 4s\n c 1+0 2s 1s\n  b 1+0 1s 1s\nb 1+0 1s 1s\n"},
		{"contexts in between", func(c ctx) {
			call(c, "a", s, func(c ctx) {
				c, cancel := context.WithCancel(context.WithValue(c, &s2, 1))
				defer cancel()
				call(c, "b", s, nil)
			})
		}, "a 1+0 2s 1s\n b 1+0 1s 1s\n"},
		{"itself", func(c ctx) {
			call(c, "a", s, func(c ctx) {
				call(c, "a", s, func(c ctx) { call(c, "a", s, func(c ctx) { call(c, "b", s, nil) }) })
			})
		}, "a 1+2 4s 3s\n b 1+0 1s 1s\n"},
		{"each other", func(c ctx) {
			call(c, "a", s, func(c ctx) {
				call(c, "b", s, func(c ctx) { call(c, "a", s, func(c ctx) { call(c, "b", s, func(c ctx) { call(c, "c", s, nil) }) }) })
			})
		}, "a 1+1 5s 1s\n b 1+1 4s 3s\n  c 1+0 1s 1s\n"},
		{"at the same time", func(c ctx) {
			call(c, "a", 0, func(c ctx) {
				var wg sync.WaitGroup
				for range 3 {
					wg.Go(func() { call(c, "b", s, nil) })
				}
				wg.Wait()
			})
		}, "a 1+0 1s 0s overlap 2s\n b 3+0 3s 3s\n"},
		{"regions", func(c ctx) {
			c, end := profile.Region(c, "r")
			call(c, "a", s, nil)
			end()
		}, "r 1+0 1s 0s\n a 1+0 1s 1s\n"},
		{"no context", func(c ctx) {
			call(c, "a", 0, func(ctx) {
				b := profile.New("b").Begin()
				time.Sleep(s)
				b.Return(nil)
				b.End()
			})
		}, "a 1+0 1s 1s\nb 1+0 1s 1s\n"},
		{"off in between", func(c ctx) {
			call(c, "a", s, func(c ctx) {
				must(t, profile.Switch("b", profile.Off))
				call(c, "b", s, func(c ctx) { call(c, "c", s, nil) })
				must(t, profile.Switch("b", profile.Usual))
			})
		}, "a 1+0 3s 2s\n c 1+0 1s 1s\n"},
		{"without a tree", func(c ctx) {
			profile.DisableTree()
			call(c, "a", s, func(c ctx) { call(c, "b", s, nil) })
			profile.EnableTree()
		}, "a 1+0 2s 2s\nb 1+0 1s 1s\n"},
		{"a call from before Reset", func(c ctx) {
			call(c, "a", s, func(c ctx) {
				call(c, "b", s, nil)
				profile.Reset()
				call(c, "b", s, nil)
			})
		}, "b 1+0 1s 1s\n"},
		{"under way", func(c ctx) {
			call(c, "a", s, func(c ctx) {
				call(c, "b", s, nil)
				if got, want := drawn(profile.Tree()), "a 0+0 0s 0s overlap 1s\n b 1+0 1s 1s\n"; got != want {
					t.Errorf("meanwhile\n%swant\n%s", got, want)
				}
			})
		}, "a 1+0 2s 1s\n b 1+0 1s 1s\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			profile.New("b")
			profile.Reset()
			synctest.Test(t, func(t *testing.T) { tt.run(t.Context()) })
			if got := drawn(profile.Tree()); got != tt.want {
				t.Errorf("tree\n%swant\n%s", got, tt.want)
			}
		})
	}
}

var s2 int

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Error(err)
	}
}

// TestTreeIsBounded makes more places than the tree has.
func TestTreeIsBounded(t *testing.T) {
	profile.Reset()
	var want uint64
	for a := range 3 {
		call(t.Context(), fmt.Sprint("wide ", a), 0, func(ctx context.Context) {
			for b := range 100 {
				call(ctx, fmt.Sprint("wide b ", b), 0, func(ctx context.Context) {
					for c := range 100 {
						call(ctx, fmt.Sprint("wide c ", c), 0, func(ctx context.Context) { call(ctx, "wide d", 0, nil) })
						want += 2
					}
				})
				want++
			}
		})
		want++
	}
	nodes, calls, widest := 0, uint64(0), 0
	var count func(list []profile.Node)
	count = func(list []profile.Node) {
		widest = max(widest, len(list))
		for _, n := range list {
			nodes++
			calls += n.Calls + n.Recursive
			if n.Name == "(other calls)" && len(n.Children) > 0 {
				t.Error("other calls have children")
			}
			count(n.Children)
		}
	}
	tree := profile.Tree()
	count(tree)
	if calls != want {
		t.Errorf("the tree has %d calls, want all %d", calls, want)
	}
	if widest > 65 || nodes > 2*4096+300 {
		t.Errorf("%d nodes, %d side by side: want at most 2 × 4096 and 64 with the others", nodes, widest)
	}
	if len(tree) != 3 {
		t.Errorf("%d functions at the top, want 3: what has no room is no root\n", len(tree))
	}
}

func TestTreeCountsAllConcurrently(t *testing.T) {
	const goroutines, calls = 16, 3000
	profile.Reset()
	var wg sync.WaitGroup
	for range goroutines {
		wg.Go(func() {
			for range calls {
				call(t.Context(), "many a", 0, func(ctx context.Context) {
					call(ctx, "many b", 0, func(ctx context.Context) { call(ctx, "many a", 0, nil) })
				})
			}
		})
	}
	for range 50 {
		profile.Tree()
	}
	wg.Wait()
	tree := profile.Tree()
	const all = goroutines * calls
	if len(tree) != 1 || tree[0].Calls != all || tree[0].Recursive != all || len(tree[0].Children) != 1 || tree[0].Children[0].Calls != all {
		t.Errorf("tree\n%swant %d+%d calls of a, as many of b", drawn(tree), all, all)
	}
	if a := statsFor(t, "many a"); a.Calls != 2*all {
		t.Errorf("%d calls of a, want %d", a.Calls, 2*all)
	}
}

// TestLongCallsSettle has totals that a live word cannot hold.
func TestLongCallsSettle(t *testing.T) {
	profile.Reset()
	synctest.Test(t, func(t *testing.T) {
		call(t.Context(), "p", 0, func(ctx context.Context) {
			for range 3 {
				call(ctx, "q", 24*time.Hour, nil)
			}
			for range 600_000 { // more than a live word counts
				c := profile.New("q").Start(ctx)
				c.Return(nil)
				c.End()
			}
		})
	})
	if got, want := drawn(profile.Tree()), "p 1+0 72h0m0s 0s\n q 600003+0 72h0m0s 72h0m0s\n"; got != want {
		t.Errorf("tree\n%swant\n%s", got, want)
	}
}
