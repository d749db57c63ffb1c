package copier_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// foreign is a package that the types of a test may use.
const foreign = `package foreign

import "sync"

type Hidden struct {
	Name string
	lock sync.Mutex
}

type Secret struct {
	Name  string
	parts []any
	more  []any
}

type Quiet struct {
	n    int
	name string
	at   [3]struct{ x float64 }
}

type Copies struct{ parts []any }

func (c *Copies) DeepCopy() *Copies { return c }

type inner struct {
	Tags  []string
	parts int
}

type Outer struct {
	Inner inner
	*inner
}

type Promoted struct{ inner }

type Shadowed struct {
	inner
	Tags int
}

type noCopy struct{}

func (*noCopy) Lock()   {}
func (*noCopy) Unlock() {}

type Pinned struct {
	_ noCopy
	n int
}

type Deep0 struct { A, B, C deep1 }
type deep1 struct { A, B, C deep2 }
type deep2 struct { A, B, C deep3 }
type deep3 struct { A, B, C deep4 }
type deep4 struct { A, B, C deep5 }
type deep5 struct { A, B, C deep6 }
type deep6 struct { A, B, C []int }

type lines = []Line
type Line struct { Tags []string }
type Lines struct { L lines }

type Message struct {
	state [0]sync.Mutex
	Text  string
}
`

var problemTests = []struct {
	name, text string
	want       []string
}{
	{"channel", "type T struct { Owner *U }; type U struct { Name string; Notify []chan int }", []string{"T.Owner.Notify[] is a channel"}},
	{"several, in order", "type T struct { A func(); B any; C unsafe.Pointer; D error }", []string{
		"T.A is a function",
		"T.B is an interface without a method Clone or DeepCopy that returns it, so that nothing is known of what it holds",
		"T.C is an unsafe.Pointer",
		"T.D is an interface without a method Clone or DeepCopy that returns it, so that nothing is known of what it holds",
	}},
	{"root", "type T chan int", []string{"T is a channel"}},
	{"slice at the root", "type T = []*U; type U struct { C chan int }", []string{"U[].C is a channel"}},
	{"struct without a name at the root", "type T = *struct { C chan int }", []string{"result.C is a channel"}},
	{"map", "type T map[string][2]func()", []string{"T[][] is a function"}},
	{"mutex", "type T struct { U []U }; type U struct { mu sync.Mutex; x int }", []string{"T.U[].mu is of type sync.Mutex, which must not be copied"}},
	{"pointer to a mutex", "type T struct { Mu *sync.RWMutex }", []string{"T.Mu is of type sync.RWMutex, which must not be copied"}},
	{"atomic", "type T struct { N atomic.Int64; P atomic.Pointer[int] }", []string{
		"T.N is of type atomic.Int64, which must not be copied", "T.P is of type atomic.Pointer, which must not be copied",
	}},
	{"others of sync", "type T struct { O sync.Once; _ sync.Pool }", []string{
		"T.O is of type sync.Once, which must not be copied", "T._ is of type sync.Pool, which must not be copied",
	}},
	{"lock by its methods", "type T struct { L L }; type L struct { x int }; func (*L) Lock() {}; func (*L) Unlock() {}", []string{
		"T.L is of type L, which is a lock by its methods Lock and Unlock and must not be copied",
	}},
	{"lock in a value with a method", "type T struct { L L }; type L struct { mu sync.Mutex }; func (*L) Clone() *L { return nil }", []string{
		"T.L.mu is of type sync.Mutex, which must not be copied",
	}},
	{"lock in an empty array", "type T struct { M foreign.Message; N [0]sync.Mutex }", []string{
		"T.M.state[] is of type sync.Mutex, which must not be copied", "T.N[] is of type sync.Mutex, which must not be copied",
	}},
	{"hidden lock", "type T struct { H foreign.Hidden; P foreign.Pinned }", []string{
		"T.H.lock is of type sync.Mutex, which must not be copied",
		"T.P._ is of type noCopy, which is a lock by its methods Lock and Unlock and must not be copied",
	}},
	{"hidden field", "type T struct { S foreign.Secret }", []string{"T.S.parts is an unexported field of package foreign, and what it refers to would be shared"}},
	{"hidden field by another name", "type T foreign.Secret", []string{"T.parts is an unexported field of package foreign, and what it refers to would be shared"}},
	{"hidden pointer that is embedded", "type T struct { foreign.Outer }", []string{"T.Outer.inner is an unexported field of package foreign, and what it refers to would be shared"}},
	{"hidden by a field of the same name", "type T struct { S foreign.Shadowed }", []string{"T.S.inner.Tags is hidden by another field or method of its name"}},
	{"buffer", "type T struct { B bytes.Buffer }", []string{"T.B.buf is an unexported field of package bytes, and what it refers to would be shared"}},
	{"channel as key", "type T struct { M map[K]int }; type K struct { C [1]chan int }", []string{"T.M is a map whose keys hold a channel"}},
	{"list", "type T struct { Next *T }", []string{"T.Next is a T again: a value may hold itself, and its copy would never end"}},
	{"tree", "type T struct { Children []T }", []string{"T.Children[] is a T again: a value may hold itself, and its copy would never end"}},
	{"cycle of two", "type T struct { U map[string]U }; type U struct { T *T }", []string{"T.U[].T is a T again: a value may hold itself, and its copy would never end"}},
	{"slice of itself", "type T []T", []string{"T[] is a T again: a value may hold itself, and its copy would never end"}},
	{"generic cycle", "type T struct { P Page[int] }; type Page[E any] struct { Next *Page[E] }", []string{"T.P.Next is a Page[int] again: a value may hold itself, and its copy would never end"}},
	{"generic", "type T = G[chan int]; type G[E any] struct { E E }", []string{"T.E is a channel"}},
	{"promoted method", "type T struct { foreign.Copies; C chan int }", []string{"T.C is a channel"}},
	{"methods with other results", "type T struct { A A; B B }; type A func(); func (A) Clone() (A, error) { return nil, nil }; type B chan int; func (B) DeepCopy() any { return nil }", []string{
		"T.A is a function", "T.B is a channel",
	}},
	{"methods that are not exported", "type T struct { I interface { clone() int } }", []string{
		"T.I is an interface without a method Clone or DeepCopy that returns it, so that nothing is known of what it holds",
	}},
	{"interface whose method returns something else", "type T struct { I I }; type I interface { Clone() any }", []string{
		"T.I is an interface without a method Clone or DeepCopy that returns it, so that nothing is known of what it holds",
	}},
	{"pointer to an interface", "type T struct { I *I }; type I interface { Clone() *I }", []string{
		"T.I is an interface without a method Clone or DeepCopy that returns it, so that nothing is known of what it holds",
	}},
	{"too much", "type T struct { D foreign.Deep0 }", []string{"T unfolds to more than 1000 fields of types that this package cannot name"}},
	{"none", "type T struct { A foreign.Quiet; B *foreign.Copies; C foreign.Promoted; _ chan int; d []int; e error2; T reflect.Type }; type error2 interface { error; Clone() error2 }", nil},
	{"internal", "type T struct { F internal.F }", nil},
	{"cyclic with a method", "type T struct { N *N }; type N struct { next *N; mu sync.Mutex }; func (n *N) Clone() *N { return n }", nil},
	{"function with a method", "type T struct { F F }; type F func(); func (f F) Clone() F { return f }", nil},
}

const imports = `package own
import ("bytes"; "foreign"; internal "far/internal/f"; "reflect"; "sync"; "sync/atomic"; "unsafe")
var (_ bytes.Buffer; _ foreign.Quiet; _ internal.F; _ sync.Mutex; _ atomic.Bool; _ unsafe.Pointer; _ reflect.Value);`

func newForeignWorld(t *testing.T) *world {
	w := newWorld()
	w.check(t, "foreign", foreign)
	w.check(t, "far/internal/f", "package internal; type F struct{ A []G }; type G struct { B []int }")
	return w
}

func TestProblems(t *testing.T) {
	w := newForeignWorld(t)
	for _, tt := range problemTests {
		t.Run(tt.name, func(t *testing.T) {
			pkg := w.check(t, "own", imports+tt.text)
			plan, problems := newSet(pkg).Plan(typeOf(pkg, "T"))
			var got []string
			for _, p := range problems {
				got = append(got, p.String())
				if !strings.Contains(p.Advice, "copy=fn") {
					t.Errorf("%s: the advice is %q", p, p.Advice)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" || (plan == nil) != (len(got) > 0) {
				t.Errorf("%v -want +got:\n%s", plan, diff)
			}
		})
	}
}
