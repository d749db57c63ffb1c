package adopt_test

import (
	"cmp"
	"go/ast"
	"go/types"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"

	"github.com/bunsui/bunsui-go/generator/adopt"
)

// mostGroups is how many sets of options of cached are tried, the most common
// first, and mostCached how many functions each: every cache is compiled several
// times, and takes the compiler much longer than the function that it is for.
const (
	mostGroups = 8
	mostCached = 30
)

// varied are packages that have signatures of many kinds, and little else that
// takes time.
var varied = append([]string{
	"cmp", "container/heap", "container/ring", "encoding/hex", "encoding/pem", "go/constant", "go/scanner",
	"go/token", "html", "image", "image/color", "index/suffixarray", "math/cmplx", "net/mail", "net/url", "path",
	"regexp/syntax", "text/scanner", "unicode/utf16",
}, modest...)

// TestSignatures decorates functions of the standard library with cached, and those
// that cannot be cached with profile. What is generated must compile and vet.
func TestSignatures(t *testing.T) {
	if os.Getenv("BUNSUI_CORPUS") == "" {
		t.Skip("takes a minute: make corpus")
	}
	root := newModule(t)
	for i, p := range standard(t, varied...) {
		p.TestGoFiles, p.XTestGoFiles = nil, nil // vet could not compile them all
		copyPackage(t, p, filepath.Join(root, filepath.FromSlash(p.ImportPath)), i)
	}
	before, complaints := readTree(t, root), vet(t, root)
	request := adopt.Request{Dir: root, Env: environment(), KeepGoing: true}
	rest := listed(t, request)
	known := signatures(t, root)
	kinds := make(map[string]map[string]int)
	total := 0
	for _, with := range append(groups(rest, known), "profile") {
		request.With, request.Names = []string{with}, rest
		if with != "profile" {
			request.Names = slices.DeleteFunc(slices.Clone(rest), func(name string) bool { return known[name].cached != with })
			request.Names = request.Names[:min(len(request.Names), mostCached)]
		}
		done := adoptAll(t, request)
		name, _, _ := strings.Cut(with, " ")
		tell(kinds, name, done, known)
		rest = slices.DeleteFunc(rest, func(name string) bool { return done[name] })
		total += len(done)
	}
	for _, name := range slices.Sorted(maps.Keys(kinds)) {
		t.Logf("%s: %v", name, kinds[name])
	}
	if cached := kinds["cached"]["all"]; total < 300 || cached < 100 {
		t.Errorf("adopted %d functions, %d of them as cached: want at least 300 and 100", total, cached)
	}
	build(t, root)
	for _, complaint := range slices.Sorted(maps.Keys(vet(t, root))) {
		if !complaints[complaint] {
			t.Errorf("go vet: %s", complaint)
		}
	}
	ejectAll(t, request, total)
	compareTrees(t, before, readTree(t, root))
}

// adoptAll adopts what it can, and returns the names.
func adoptAll(t *testing.T, request adopt.Request) map[string]bool {
	t.Helper()
	plan, err := adopt.Adopt(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("//bunsui:%s: %d of %d functions", request.With[0], len(plan.Functions), len(request.Names))
	carryOut(t, plan)
	done := make(map[string]bool)
	for _, fn := range plan.Functions {
		done[fn.Package+"."+fn.From] = true
	}
	if len(done) < len(request.Names)*9/10 {
		report(t, "refused", plan.Refused)
		t.Error("that are too few")
	}
	return done
}

func ejectAll(t *testing.T, request adopt.Request, want int) {
	t.Helper()
	request.Names = []string{"./..."}
	plan, err := adopt.Eject(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	report(t, "not ejected", plan.Refused)
	if len(plan.Functions) != want {
		t.Errorf("ejected %d of %d functions", len(plan.Functions), want)
	}
	carryOut(t, plan)
}

// position of a message of go vet, which moves with the code.
var vetPosition = regexp.MustCompile(`:\d+(:\d+)?: `)

// vet returns what go vet says of the module, without lines.
func vet(t *testing.T, root string) map[string]bool {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "vet", "./...")
	cmd.Dir, cmd.Env = root, environment()
	out, _ := cmd.CombinedOutput()
	said := make(map[string]bool)
	for line := range strings.Lines(string(out)) {
		if !strings.HasPrefix(line, "# ") {
			said[vetPosition.ReplaceAllString(strings.TrimSpace(line), ": ")] = true
		}
	}
	return said
}

// A signature is what is known of a function before it is adopted.
type signature struct {
	// cached is the directive to cache it by, or empty.
	cached string
	kinds  []string
}

// signatures type-checks the module.
func signatures(t *testing.T, root string) map[string]signature {
	t.Helper()
	const mode = packages.NeedName | packages.NeedFiles | packages.NeedImports | packages.NeedSyntax |
		packages.NeedTypes | packages.NeedTypesInfo | packages.NeedExportFile
	found, err := packages.Load(&packages.Config{Context: t.Context(), Mode: mode, Dir: root, Env: environment()}, "./...")
	if err != nil {
		t.Fatal(err)
	}
	all := make(map[string]signature)
	for _, p := range found {
		for _, f := range p.Syntax {
			for _, decl := range f.Decls {
				if decl, ok := decl.(*ast.FuncDecl); ok {
					fn, _ := p.TypesInfo.Defs[decl.Name].(*types.Func)
					all[nameOf(fn)] = signatureOf(fn.Signature())
				}
			}
		}
	}
	return all
}

// nameOf returns the name of a function as adopt has it.
func nameOf(fn *types.Func) string {
	path := fn.Pkg().Path() + "."
	if recv := receiverOf(fn.Signature()); recv != nil {
		path += recv.Obj().Name() + "."
	}
	return path + fn.Name()
}

func receiverOf(sig *types.Signature) *types.Named {
	if sig.Recv() == nil {
		return nil
	}
	t := types.Unalias(sig.Recv().Type())
	if pointer, ok := t.(*types.Pointer); ok {
		t = types.Unalias(pointer.Elem())
	}
	named, _ := t.(*types.Named)
	return named
}

func signatureOf(sig *types.Signature) signature {
	s := signature{kinds: []string{"all"}}
	add := func(is bool, kind string) {
		if is {
			s.kinds = append(s.kinds, kind)
		}
	}
	values := valuesOf(sig)
	recv := sig.Recv()
	pointer := recv != nil && isPointer(recv.Type())
	add(recv == nil, "functions")
	add(pointer, "pointer methods")
	add(recv != nil && !pointer, "value methods")
	add(sig.TypeParams().Len()+sig.RecvTypeParams().Len() > 0, "generics")
	add(sig.Variadic(), "variadics")
	add(values == 0, "no results")
	add(values > 1, "several results")
	add(values < sig.Results().Len(), "errors")
	add(sig.Results().Len() > 0 && sig.Results().At(0).Name() != "", "named results")
	add(slices.ContainsFunc(slices.Collect(sig.Params().Variables()), unnamed), "unnamed parameters")
	s.cached = cachedBy(sig, values)
	add(strings.Contains(s.cached, "skip="), "skipped parameters")
	return s
}

// valuesOf counts the results that can be kept.
func valuesOf(sig *types.Signature) int {
	n := sig.Results().Len()
	if n > 0 && types.Identical(sig.Results().At(n-1).Type(), types.Universe.Lookup("error").Type()) {
		n--
	}
	return n
}

func unnamed(v *types.Var) bool { return v.Name() == "" || v.Name() == "_" }

func isPointer(t types.Type) bool {
	_, ok := types.Unalias(t).(*types.Pointer)
	return ok
}

// cachedBy returns the directive to cache a function by, or "" if it cannot be.
// What no key can be made of is skipped.
func cachedBy(sig *types.Signature, values int) string {
	if values == 0 {
		return ""
	}
	var skip []string
	for v := range sig.Params().Variables() {
		switch {
		case hasKey(v.Type()):
		case unnamed(v):
			return ""
		default:
			skip = append(skip, v.Name())
		}
	}
	text := "cached ttl=60"
	switch recv := sig.Recv(); {
	case recv == nil:
	case isPointer(recv.Type()) && values%2 == 1:
		text += " receiver=instance"
	case isPointer(recv.Type()) || !hasKey(recv.Type()):
		text += " receiver=ignore"
	}
	if len(skip) > 0 {
		text += " skip=" + strings.Join(skip, ",")
	}
	return text
}

// hasKey tells whether values of a type compare, by what they are.
func hasKey(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Kind() != types.UnsafePointer
	case *types.Array:
		return hasKey(u.Elem())
	case *types.Struct:
		for f := range u.Fields() {
			if !hasKey(f.Type()) {
				return false
			}
		}
		return true
	case *types.Interface:
		_, param := types.Unalias(t).(*types.TypeParam)
		return param && types.Comparable(t)
	}
	return false
}

// groups returns the directives that suit most functions.
func groups(names []string, known map[string]signature) []string {
	count := make(map[string]int)
	for _, name := range names {
		if with := known[name].cached; with != "" {
			count[with]++
		}
	}
	sorted := slices.SortedFunc(maps.Keys(count), func(a, b string) int {
		return cmp.Or(cmp.Compare(count[b], count[a]), cmp.Compare(a, b))
	})
	return sorted[:min(len(sorted), mostGroups)]
}

// tell counts functions by their kinds.
func tell(kinds map[string]map[string]int, with string, done map[string]bool, known map[string]signature) {
	if kinds[with] == nil {
		kinds[with] = make(map[string]int)
	}
	for name := range done {
		for _, kind := range known[name].kinds {
			kinds[with][kind]++
		}
	}
}
