package copier_test

import (
	"flag"
	"fmt"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dave/jennifer/jen"
	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/go/packages"

	"github.com/bunsui/bunsui-go/generator/copier"
	"github.com/bunsui/bunsui-go/generator/emit"
	"github.com/bunsui/bunsui-go/generator/model"
)

var update = flag.Bool("update", false, "rewrite what the generator makes for internal/copytest")

// The types stand in a package of their own, where what is made for them is
// compiled, run and measured.
const (
	folder = "../../internal/copytest"
	output = "generated.go"
)

// A root is a type for which a function is made that returns a copy.
type root struct {
	name string
	typ  types.Type
	// params are those of the generic function that has such a result.
	params []model.TypeParam
	plan   *copier.Plan
}

// roots are the types by the names of the functions.
var roots = []struct{ name, typ string }{
	{"User", "*User"},
	{"Users", "[]User"},
	{"UserValue", "User"},
	{"Scalars", "*Scalars"},
	{"ScalarsValue", "Scalars"},
	{"Collections", "*Collections"},
	{"Pointers", "Pointers"},
	{"Embedding", "Embedding"},
	{"Inline", "*Inline"},
	{"Page", "*Page[User]"},
	{"Pair", "Pair[Point, Page[string]]"},
	{"Foreign", "*Foreign"},
	{"Bigs", "*Bigs"},
	{"Shadow", "*Shadow"},
	{"Methods", "*Methods"},
	{"Tree", "*Tree"},
	{"TreeValue", "Tree"},
	{"Shape", "Shape"},
	{"Set", "Set"},
	{"Text", "string"},
	{"Bytes", "[]byte"},
	{"Grid", "Grid"},
	{"Map", "map[string]bool"},
	{"Literals", "[]struct{ Lines []Line }"},
	{"Literal", "struct{ P *int }"},
	{"Int", "*int"},
	{"BigInt", "*big.Int"},
	{"Other", "*other.User"},
}

// results are those of a function with several, for which a decorator declares a
// struct.
var results = []string{"*User", "[]string", "bool"}

func TestGenerated(t *testing.T) {
	got := generate(t)
	if *update {
		if err := os.WriteFile(filepath.Join(folder, output), got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(filepath.Join(folder, output))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("-want +got (record with: go test ./generator/copier -update):\n%s", diff)
	}
	if again := generate(t); string(again) != string(got) {
		t.Error("another run has another result")
	}
}

func generate(t *testing.T) []byte {
	t.Helper()
	pkg := load(t)
	declared := make(map[string]bool)
	for _, name := range pkg.Scope().Names() {
		if !strings.HasSuffix(fileOf(pkg, name), output) {
			declared[name] = true
		}
	}
	set := copier.NewSet(pkg.Path(), func(want, _ string) string {
		name := want
		for n := 2; declared[name]; n++ {
			name = fmt.Sprint(want, n)
		}
		declared[name] = true
		return name
	})
	file := emit.NewFile(&model.File{Path: "types.go", Package: &model.Package{Path: pkg.Path(), Name: pkg.Name()}}, declared)
	planned := rootsOf(t, pkg)
	for i := range planned {
		plan, problems := set.Plan(planned[i].typ)
		if len(problems) > 0 {
			t.Fatalf("%s: %v", planned[i].name, problems)
		}
		planned[i].plan = plan
	}
	for _, r := range planned {
		file.Add(r.function(file))
		file.Add(r.plan.Emit(file)...)
	}
	text, err := file.Render()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// function writes what a decorator would:
//
//	func CopyUser(v *User) *User { return copyUser(v) }
func (r root) function(file *emit.File) emit.Code {
	fn := &model.Func{TypeParams: r.params}
	return file.Func(fn, func(w *emit.Func) jen.Code {
		v := w.Local("v")
		return jen.Func().Id("Copy" + r.name).Add(w.TypeParamList(fn)).
			Params(jen.Id(v).Add(w.Type(r.typ))).Add(w.Type(r.typ)).
			Block(jen.Return(r.plan.Copy(w, jen.Id(v))))
	})
}

func rootsOf(t *testing.T, pkg *types.Package) []root {
	t.Helper()
	var all []root
	for _, r := range roots {
		all = append(all, root{name: r.name, typ: eval(t, pkg, r.typ)})
	}
	vars := make([]*types.Var, len(results))
	for i, name := range []string{"User", "Names", "OK"} {
		vars[i] = types.NewField(0, pkg, name, eval(t, pkg, results[i]), false)
	}
	value := types.NewNamed(types.NewTypeName(0, pkg, "ResultsValue", nil), types.NewStruct(vars, nil), nil)
	all = append(all, root{name: "Results", typ: value})

	sig := pkg.Scope().Lookup("generic").Type().(*types.Signature)
	var params []model.TypeParam
	for p := range sig.TypeParams().TypeParams() {
		params = append(params, model.TypeParam{Name: p.Obj().Name(), Type: p})
	}
	for i, name := range []string{"GenericPage", "GenericPair", "GenericSlice", "GenericMap"} {
		all = append(all, root{name: name, typ: sig.Results().At(i).Type(), params: params})
	}
	return all
}

var fset = token.NewFileSet()

func load(t *testing.T) *types.Package {
	t.Helper()
	loaded, err := packages.Load(&packages.Config{
		Context: t.Context(), Fset: fset, Dir: folder,
		Mode: packages.NeedName | packages.NeedSyntax | packages.NeedTypes | packages.NeedTypesInfo | packages.NeedImports | packages.NeedDeps | packages.NeedExportFile,
	}, ".")
	if err != nil || len(loaded) != 1 {
		t.Fatal(loaded, err)
	}
	return loaded[0].Types
}

func fileOf(pkg *types.Package, name string) string {
	return fset.Position(pkg.Scope().Lookup(name).Pos()).Filename
}

// eval finds the type that an expression in types.go would be.
func eval(t *testing.T, pkg *types.Package, text string) types.Type {
	t.Helper()
	pos := pkg.Scope().Lookup("User").Pos()
	v, err := types.Eval(fset, pkg, pos, text)
	if err != nil {
		t.Fatal(err)
	}
	return v.Type
}
