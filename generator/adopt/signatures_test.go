package adopt_test

import (
	"cmp"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

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
