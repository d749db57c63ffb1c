package codec_test

import (
	"flag"
	"fmt"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/go/packages"

	"github.com/bunsui/bunsui-go/generator/codec"
	"github.com/bunsui/bunsui-go/generator/emit"
	"github.com/bunsui/bunsui-go/generator/model"
)

var update = flag.Bool("update", false, "rewrite what the generator makes for internal/codectest")

// The types stand in a package of their own, where what is made for them is
// compiled, run and measured.
const (
	folder = "../../internal/codectest"
	output = "generated.go"
)

// roots are the types that codecs are made for, by the names of the codecs.
var roots = []struct{ codec, typ string }{
	{"UserCodec", "*User"},
	{"UsersCodec", "[]User"},
	{"ScalarsCodec", "Scalars"},
	{"CollectionsCodec", "*Collections"},
	{"PointersCodec", "Pointers"},
	{"EmbeddingCodec", "Embedding"},
	{"TaggedCodec", "*Tagged"},
	{"PageCodec", "Page[User]"},
	{"PairCodec", "*Pair[Point, Page[string]]"},
	{"TreeCodec", "*Tree"},
	{"ListCodec", "*List"},
	{"NestCodec", "Nest"},
	{"DictCodec", "Dict"},
	{"PersonCodec", "Person"},
	{"MarshalersCodec", "Marshalers"},
	{"ShadowCodec", "*Shadow"},
	{"TextCodec", "string"},
	{"BytesCodec", "[]byte"},
	{"HashCodec", "Hash"},
	{"SwitchCodec", "map[string]bool"},
	{"OtherCodec", "other.User"},
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
		t.Errorf("-want +got (record with: go test ./generator/codec -update):\n%s", diff)
	}
	if again := generate(t); string(again) != string(got) {
		t.Error("another run has another result")
	}
}

func generate(t *testing.T) []byte {
	t.Helper()
	pkg := load(t)
	declared := map[string]bool{"ResultsValue": true}
	for _, name := range pkg.Scope().Names() {
		if !strings.HasSuffix(fileOf(pkg, name), output) {
			declared[name] = true
		}
	}
	set := codec.NewSet(pkg.Path(), func(want, _ string) string {
		name := want
		for n := 2; declared[name]; n++ {
			name = fmt.Sprint(want, n)
		}
		declared[name] = true
		return name
	})
	plans := planRoots(t, pkg, set)
	file := emit.NewFile(&model.File{Path: "types.go", Package: &model.Package{Path: pkg.Path(), Name: pkg.Name()}}, declared)
	for _, p := range plans {
		file.Add(p.Emit(file)...)
	}
	text, err := file.Render()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func planRoots(t *testing.T, pkg *types.Package, set *codec.Set) []*codec.Plan {
	t.Helper()
	var plans []*codec.Plan
	add := func(name string, typ types.Type) {
		p, problems := set.Plan(name, typ)
		if len(problems) > 0 {
			t.Fatalf("%s: %v", name, problems)
		}
		plans = append(plans, p)
	}
	for _, root := range roots {
		add(root.codec, eval(t, pkg, root.typ))
	}
	var several []types.Type
	for _, r := range results {
		several = append(several, eval(t, pkg, r))
	}
	add("ResultsCodec", codec.Results(pkg, "ResultsValue", []string{"User", "Names", "OK"}, several))
	return plans
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
