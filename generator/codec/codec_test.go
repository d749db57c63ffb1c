package codec_test

import (
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bunsui/bunsui-go/generator/codec"
)

// A world type-checks packages from text, in the order in which they import each
// other.
type world struct {
	std      types.Importer
	packages map[string]*types.Package
}

func newWorld() *world {
	return &world{std: importer.Default(), packages: make(map[string]*types.Package)}
}

func (w *world) Import(path string) (*types.Package, error) {
	if pkg, ok := w.packages[path]; ok {
		return pkg, nil
	}
	return w.std.Import(path)
}

func (w *world) check(t *testing.T, path, text string) *types.Package {
	t.Helper()
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, path+".go", text, 0)
	if err != nil {
		t.Fatal(err)
	}
	config := types.Config{Importer: w}
	pkg, err := config.Check(path, fset, []*ast.File{file}, nil)
	if err != nil {
		t.Fatal(err)
	}
	w.packages[path] = pkg
	return pkg
}

func newSet(pkg *types.Package) *codec.Set {
	taken := make(map[string]bool)
	return codec.NewSet(pkg.Path(), func(want, _ string) string {
		name := want
		for n := 2; taken[name]; n++ {
			name = fmt.Sprint(want, n)
		}
		taken[name] = true
		return name
	})
}

// planOf plans the type that pkg calls T.
func planOf(pkg *types.Package) (*codec.Plan, []codec.Problem) {
	return newSet(pkg).Plan("tCodec", pkg.Scope().Lookup("T").Type())
}

// foreign is a package that the types of a test may use.
const foreign = `package foreign

import "sync"

type Hidden struct {
	Name string
	lock sync.Mutex
}

type inner struct{ A int }

type Outer struct {
	Inner inner
	inner
}

type Text struct{ parts []any }

func (Text) MarshalText() ([]byte, error) { return nil, nil }
func (*Text) UnmarshalText([]byte) error  { return nil }

type Half struct{ parts []any }

func (Half) MarshalText() ([]byte, error) { return nil, nil }

type Tagged struct {
	A int ` + "`msg:\"a,unheard\"`" + `
	C chan int ` + "`msg:\"-\"`" + `
}
`

var problemTests = []struct {
	name, text string
	want       []string
}{
	{"channel", "type T struct { Owner *U }; type U struct { Name string; Notify []chan int }", []string{"T.Owner.Notify[] is a channel"}},
	{"several, in order", "type T struct { A func(); B any; C unsafe.Pointer; D error }", []string{
		"T.A is a function",
		"T.B is an interface, so its bytes do not say which type to make of them",
		"T.C is an unsafe.Pointer",
		"T.D is an interface, so its bytes do not say which type to make of them",
	}},
	{"once for a type", "type T struct { A, B chan int }", []string{"T.A is a channel"}},
	{"root", "type T chan int", []string{"T is a channel"}},
	{"slice at the root", "type T = []*U; type U struct { C chan int }", []string{"U[].C is a channel"}},
	{"map", "type T map[string][2]func()", []string{"T[][] is a function"}},
	{"map key", "type T struct { M map[*int]int }", []string{"T.M is a map whose keys hold a pointer or channel, and these are equal to nothing in another process"}},
	{"deep map key", "type T struct { M map[[2]K]int }; type K struct { A struct { B chan int } }", []string{"T.M is a map whose keys hold a pointer or channel, and these are equal to nothing in another process"}},
	{"interface as key", "type T struct { M map[any]int }", []string{"T.M (key) is an interface, so its bytes do not say which type to make of them"}},
	{"time as key", "type T struct { M map[time.Time]int }", []string{"T.M is a map whose keys hold a time.Time, which compares by more than its instant"}},
	{"hidden field", "type T struct { H foreign.Hidden }", []string{"T.H.lock is an unexported field of package foreign"}},
	{"hidden field by another name", "type T foreign.Hidden", []string{"T.lock is an unexported field of package foreign"}},
	{"hidden type", "type T struct { foreign.Outer }", []string{
		"T.Outer.Inner is of type inner, which package foreign does not export",
		"T.Outer.inner is an unexported field of package foreign",
	}},
	{"half a pair of methods", "type T struct { H foreign.Half }", []string{"T.H.parts is an unexported field of package foreign"}},
	{"promoted methods", "type T struct { foreign.Text; C chan int }", []string{"T.C is a channel"}},
	{"wrong methods", "type T struct { W W }; type W func(); func (W) MarshalText() (string, error) { return ``, nil }; func (W) UnmarshalText(string) error { return nil }", []string{"T.W is a function"}},
	{"two of a name", "type T struct { A int `msg:\"B\"`; B int }", []string{`T.B would be called "B" like A`}},
	{"unheard option", "type T struct { A int `msg:\"a,inline\"` }", []string{"T.A has the tag `msg:\"a,inline\"`, of which only the name and \"-\" are understood"}},
	{"generic", "type T = G[chan int]; type G[E any] struct { E E }", []string{"T.E is a channel"}},
	{"internal", "type T struct { F internal.F }", []string{"T.F is of a type of package far/internal/f, which this package cannot import"}},
	{"recursive", "type T struct { Next *T; C chan int }", []string{"T.C is a channel"}},
	{"none", "type T struct { A foreign.Text; B foreign.Tagged; C func() `msg:\"-\"`; _ chan int; d int }", nil},
	{"methods of a function", "type T struct { W W }; type W func(); func (W) MarshalText() ([]byte, error) { return nil, nil }; func (*W) UnmarshalText([]byte) error { return nil }", nil},
}

func TestProblems(t *testing.T) {
	w := newWorld()
	w.check(t, "foreign", foreign)
	w.check(t, "far/internal/f", "package internal; type F struct{}")
	const imports = "package own; import (\"foreign\"; internal \"far/internal/f\"; \"time\"; \"unsafe\"); var (_ foreign.Text; _ internal.F; _ time.Time; _ unsafe.Pointer);"
	for _, tt := range problemTests {
		t.Run(tt.name, func(t *testing.T) {
			plan, problems := planOf(w.check(t, "own", imports+tt.text))
			var got []string
			for _, p := range problems {
				got = append(got, p.String())
				if p.Advice == "" {
					t.Errorf("%s: no advice", p)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" || (plan == nil) != (len(got) > 0) {
				t.Errorf("%v -want +got:\n%s", plan, diff)
			}
		})
	}
}

func TestTypeParameter(t *testing.T) {
	pkg := newWorld().check(t, "own", "package own; func f[E any]() []E { return nil }")
	_, problems := newSet(pkg).Plan("c", pkg.Scope().Lookup("f").Type().(*types.Signature).Results().At(0).Type())
	if len(problems) != 1 || !strings.Contains(problems[0].String(), "is a type parameter") {
		t.Error(problems)
	}
}

// TestRefusedTwice tells that a type that could not be carried is not taken for
// one that was planned before.
func TestRefusedTwice(t *testing.T) {
	pkg := newWorld().check(t, "own", "package own; type T struct { U U }; type U struct { C chan int }")
	set := newSet(pkg)
	for range 2 {
		for _, name := range []string{"T", "U"} {
			if _, problems := set.Plan("c", pkg.Scope().Lookup(name).Type()); len(problems) != 1 {
				t.Error(name, problems)
			}
		}
	}
}

// The schema of the first type, those of types whose bytes mean the same, and those
// of types whose bytes do not.
const schemaBefore = "type T struct { A int; B []U }; type U struct { C string; D *T; E sub.S }"

var schemaSame = []string{
	"type T struct { B []U; A int }; type U struct { E sub.S; D *T; C string }",
	"type T struct { A int; B []V }; type V struct { C string; D *T; E sub.S }",
	"type T struct { Z int `msg:\"A\"`; B []U; L chan int `msg:\"-\"` }; type U struct { C string; D *T; E sub.S }",
}

var schemaOther = []string{
	"type T struct { A int; B []U }; type U struct { C string; D *T; E sub.S; F int }",
	"type T struct { A int; B []U }; type U struct { C string; D *T }",
	"type T struct { A int64; B []U }; type U struct { C string; D *T; E sub.S }",
	"type T struct { A int; B []*U }; type U struct { C string; D *T; E sub.S }",
	"type T struct { A int; B [2]U }; type U struct { C string; D *T; E sub.S }",
	"type T struct { A int; B []U }; type U struct { C string; D *U; E sub.S }",
	"type T struct { A int; B []U }; type U struct { C string; D T2; E sub.S }; type T2 struct {}",
	"type T struct { A int; B []U }; type U struct { C string `msg:\"c\"`; D *T; E sub.S }",
	"type T struct { A int; B map[int]U }; type U struct { C string; D *T; E sub.S }",
	"type T struct { A int; B map[string]U }; type U struct { C string; D *T; E sub.S }",
}

// TestSchema changes a type and looks whether the schema does.
func TestSchema(t *testing.T) {
	const sub = "package sub; type S struct { Deep D }; type D struct { X int }"
	schema := func(sub, text string) string {
		w := newWorld()
		w.check(t, "sub", sub)
		plan, problems := planOf(w.check(t, "own", "package own; import \"sub\"; var _ sub.S;"+text))
		if plan == nil {
			t.Fatal(text, problems)
		}
		return plan.Schema
	}
	first := schema(sub, schemaBefore)
	if want := "5a862ccca75cd687"; first != want {
		t.Errorf("the schema is %s, and was %s in an earlier version: every cache would start cold", first, want)
	}
	for _, text := range schemaSame {
		if got := schema(sub, text); got != first {
			t.Errorf("changed by %s", text)
		}
	}
	seen := []string{first, schema("package sub; type S struct { Deep D }; type D struct { Y int }", schemaBefore)}
	for _, text := range schemaOther {
		seen = append(seen, schema(sub, text))
	}
	slices.Sort(seen)
	if n := len(slices.Compact(seen)); n != len(schemaOther)+2 {
		t.Errorf("%d schemas of %d types that differ", n, len(schemaOther)+2)
	}
}
