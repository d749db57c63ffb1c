package copier_test

import (
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"testing"

	"github.com/dave/jennifer/jen"
	"github.com/google/go-cmp/cmp"

	"github.com/bunsui/bunsui-go/generator/copier"
	"github.com/bunsui/bunsui-go/generator/emit"
	"github.com/bunsui/bunsui-go/generator/model"
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

func (w *world) check(t *testing.T, path string, texts ...string) *types.Package {
	t.Helper()
	fset := token.NewFileSet()
	var files []*ast.File
	for i, text := range texts {
		file, err := parser.ParseFile(fset, fmt.Sprint(path, i, ".go"), text, 0)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	config := types.Config{Importer: w}
	pkg, err := config.Check(path, fset, files, nil)
	if err != nil {
		t.Fatalf("%v\n%s", err, texts)
	}
	w.packages[path] = pkg
	return pkg
}

// picker gives names that a package does not have.
func picker(pkg *types.Package) (pick func(want, what string) string, declared map[string]bool) {
	declared = make(map[string]bool)
	for _, name := range pkg.Scope().Names() {
		declared[name] = true
	}
	return func(want, _ string) string {
		name := want
		for n := 2; declared[name]; n++ {
			name = fmt.Sprint(want, n)
		}
		declared[name] = true
		return name
	}, declared
}

func newSet(pkg *types.Package) *copier.Set {
	pick, _ := picker(pkg)
	return copier.NewSet(pkg.Path(), pick)
}

// typeOf is the type that pkg calls name, or that of a variable.
func typeOf(pkg *types.Package, name string) types.Type { return pkg.Scope().Lookup(name).Type() }

// TestTypeParameters tells which of them are known to be plain.
func TestTypeParameters(t *testing.T) {
	for constraint, want := range map[string]bool{
		"any": false, "comparable": false, "~[]int": false, "~int | ~string": true, "~int | *int": false,
		"interface { ~int; String() string }": true, "interface { Clone() E }": false, "[2]string": true, "time.Time": true,
	} {
		pkg := newWorld().check(t, "own", "package own; import \"time\"; var _ time.Time; func F[E "+constraint+"]() []E { return nil }")
		_, problems := newSet(pkg).Plan(typeOf(pkg, "F").(*types.Signature).Results().At(0).Type())
		if (len(problems) == 0) != want {
			t.Errorf("%s: %v", constraint, problems)
		}
	}
}

// TestPlain tells which types need no functions.
func TestPlain(t *testing.T) {
	pkg := newForeignWorld(t).check(t, "own", imports+`
		type Yes struct { A int; B string; Q foreign.Quiet; R reflect.Type; Z [0][]int; P struct { X [3]float64 }; _ []int }
		type No struct { A []int }
		type Method struct { A int }
		func (m Method) Clone() Method { return m }
		type Strings []string`)
	for name, want := range map[string]bool{"Yes": true, "No": false, "Method": false, "Strings": false} {
		plan, problems := newSet(pkg).Plan(typeOf(pkg, name))
		if plan == nil || plan.Plain() != want {
			t.Errorf("%s: want %v: %v", name, want, problems)
		}
		if plan.Plain() && len(plan.Predeclared()) > 0 {
			t.Errorf("%s needs %v", name, plan.Predeclared())
		}
	}
}

// TestRefusedTwice tells that a type that could not be copied is not taken for one
// that was planned before.
func TestRefusedTwice(t *testing.T) {
	pkg := newWorld().check(t, "own", "package own; type T struct { U U }; type U struct { C chan int }")
	set := newSet(pkg)
	for range 2 {
		for _, name := range []string{"T", "U"} {
			if _, problems := set.Plan(typeOf(pkg, name)); len(problems) != 1 {
				t.Error(name, problems)
			}
		}
	}
}

// hostile declares what generated code would like to use, and refers to types that
// it cannot name.
const hostile = `package own

import ("foreign"; internal "far/internal/f"; b "math/big")

type slices struct{ nil2 []int }
type maps map[string]*slices
type big struct{ N *b.Int }
type v struct{ c map[c]p }
type c int
type p []*i
type i struct{ key, value, m []string }
type copyT int
type unshareI int

func unshareslices() {}
func copySlices() {}

type T struct {
	A slices
	B *slices
	M maps
	G *big
	V []v
	I, J i
	F internal.F
	H foreign.Promoted
	C foreign.Copies
	X map[string][]float64
	O []struct{ foreign.Promoted; I *i; M map[float64]struct{ S *[]v } }
}
`

// TestHostile type-checks what is made for it.
func TestHostile(t *testing.T) {
	w := newForeignWorld(t)
	pkg := w.check(t, "own", hostile)
	value := typeOf(pkg, "T")
	text, predeclared := emitAll(t, pkg, value, types.NewPointer(value), types.NewSlice(value))
	w.check(t, "own", hostile, text)
	if diff := cmp.Diff([]string{"clear", "float64", "len", "make", "new", "nil", "string"}, predeclared); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// TestAlias tells that a type may be out of reach by one name and not by another.
func TestAlias(t *testing.T) {
	const text = "package own; import \"foreign\"; var A foreign.Lines; var B []foreign.Line"
	w := newForeignWorld(t)
	pkg := w.check(t, "own", text)
	made, _ := emitAll(t, pkg, typeOf(pkg, "A"), typeOf(pkg, "B"))
	w.check(t, "own", text, made)
	made, _ = emitAll(t, pkg, typeOf(pkg, "B"), typeOf(pkg, "A"))
	w.check(t, "own", text, made)
}

// emitAll makes the copies of several types of a package, and tells what the last
// of them needs.
func emitAll(t *testing.T, pkg *types.Package, all ...types.Type) (text string, predeclared []string) {
	t.Helper()
	pick, declared := picker(pkg)
	set := copier.NewSet(pkg.Path(), pick)
	file := emit.NewFile(&model.File{Path: "own.go", Package: &model.Package{Path: pkg.Path(), Name: pkg.Name()}}, declared)
	var plans []*copier.Plan
	for _, typ := range all {
		plan, problems := set.Plan(typ)
		if plan == nil {
			t.Fatal(problems)
		}
		plans = append(plans, plan)
	}
	for n, plan := range plans {
		file.Add(file.Func(&model.Func{}, func(w *emit.Func) jen.Code {
			v := w.Local("v")
			return jen.Func().Id(fmt.Sprint("Test", n)).Params(jen.Id(v).Add(w.Type(all[n]))).Add(w.Type(all[n])).
				Block(jen.Return(plan.Copy(w, jen.Id(v))))
		}))
		file.Add(plan.Emit(file)...)
	}
	rendered, err := file.Render()
	if err != nil {
		t.Fatal(err)
	}
	return string(rendered), plans[len(plans)-1].Predeclared()
}
