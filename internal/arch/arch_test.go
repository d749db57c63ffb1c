package arch

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"
)

const (
	module = "github.com/bunsui/bunsui-go"
	root   = "../.." // the folder of the root module, seen from this package
)

const (
	jennifer   = "github.com/dave/jennifer"
	goPackages = "golang.org/x/tools/go/packages"
	exportData = "golang.org/x/tools/go/gcexportdata"
	goInternal = "github.com/rogpeppe/go-internal" // diff, and renaming that works on Windows
)

// A rule says what the packages that match a pattern may import, apart from the
// standard library. Patterns are those of path.Match, over paths within the
// module; in imports, "self/..." is the package itself and all below it.
type rule struct {
	packages string
	imports  []string // of ours
	external []string // import paths of other modules, and all below them
}

// layers is the drawing of the layers, from the bottom up. The first rule that
// matches a package is the one for it; a package without a rule is an error.
var layers = []rule{
	// Neutral: annotations and the environment spell values and name mistakes alike.
	{packages: "internal/suggest"},
	{packages: "internal/quantity", imports: []string{"internal/suggest"}},

	{packages: "generator/diag"},
	{packages: "annotations", imports: []string{"generator/diag", "internal/quantity", "internal/suggest"}},
	{packages: "generator/model", imports: []string{"annotations", "generator/diag"}},
	{
		packages: "generator/emit",
		imports:  []string{"generator/model", "annotations", "generator/diag"},
		external: []string{jennifer, "golang.org/x/tools/imports"},
	},
	{packages: "generator/copier", imports: []string{"generator/emit", "generator/model"}, external: []string{jennifer}},
	{packages: "generator/codec", imports: []string{"generator/emit", "generator/model"}, external: []string{jennifer}},
	{
		packages: "generator/load",
		imports:  []string{"generator/model", "annotations", "generator/diag"},
		external: []string{goPackages, exportData},
	},
	{packages: "generator/write", external: []string{goInternal}},
	{
		packages: "generator/decorator",
		imports:  []string{"generator/emit", "generator/model", "annotations", "generator/diag"},
		external: []string{jennifer},
	},
	{
		packages: "generator/decorator/all",
		imports:  []string{"generator/decorator", "generator/decorator/*", "generator/model", "annotations", "generator/diag"},
	},
	{
		packages: "generator/decorator/*",
		imports:  []string{"generator/decorator", "generator/codec", "generator/copier", "generator/emit", "generator/model", "annotations", "generator/diag"},
		external: []string{jennifer},
	},
	{
		packages: "generator/home",
		imports:  []string{"generator/decorator", "generator/emit", "generator/model"},
		external: []string{jennifer},
	},
	{
		packages: "generator/adopt",
		imports: []string{
			"generator", "generator/load", "generator/decorator", "generator/decorator/all", "generator/model", "annotations", "generator/diag",
		},
	},
	{
		packages: "generator",
		imports:  []string{"generator/*", "generator/decorator/all", "annotations"},
		external: []string{"golang.org/x/sync/errgroup"},
	},
	{
		packages: "cmd/bunsuigen/internal/*",
		imports:  []string{"cmd/bunsuigen/internal/*", "generator", "generator/load", "generator/write"},
	},
	{
		packages: "cmd/bunsuigen",
		imports:  []string{"self/...", "generator", "generator/*", "generator/decorator/all", "annotations"},
		external: []string{goInternal},
	},

	// Nothing crosses this line, in either direction, but what is neutral.

	{packages: "runtime/internal/*", imports: []string{"runtime/internal/*"}},
	{packages: "runtime/cache/store"},
	{packages: "runtime/cache/internal/tier", imports: []string{"runtime/cache/store", "runtime/internal/*"}},
	{
		packages: "runtime/cache/rediscache",
		imports:  []string{"runtime/cache/store"},
		external: []string{"github.com/redis/go-redis/v9"},
	},
	{packages: "runtime/cache/sqltx", imports: []string{"runtime/cache"}},
	{packages: "runtime/cache/pgxtx", imports: []string{"runtime/cache"}, external: []string{"github.com/jackc/pgx/v5"}},
	{
		packages: "runtime/cache",
		imports:  []string{"runtime/cache/store", "runtime/cache/internal/*", "runtime/internal/*", "internal/quantity", "internal/suggest"},
	},
	{packages: "runtime/cache/cachetest", imports: []string{"runtime/cache", "runtime/cache/store", "runtime/internal/*"}},
	{packages: "runtime/cache/codec", external: []string{"github.com/tinylib/msgp/msgp"}},
	{packages: "runtime/cache/frame", external: []string{"github.com/klauspost/compress/s2"}},
	{
		packages: "runtime/batch",
		imports:  []string{"runtime/internal/*"},
		external: []string{"github.com/cenkalti/backoff/v5", "golang.org/x/time/rate"},
	},
	{
		packages: "runtime/batch/progressbar",
		imports:  []string{"runtime/batch"},
		external: []string{"github.com/cheggaaa/pb/v3", "github.com/mattn/go-isatty"},
	},
	{packages: "runtime/pool", imports: []string{"runtime/internal/*", "internal/suggest"}},
	{
		packages: "runtime/pool/awspool",
		imports:  []string{"runtime/pool"},
		external: []string{"github.com/aws/aws-sdk-go-v2/aws", "github.com/aws/smithy-go/middleware"}, // no service
	},
	{packages: "runtime/pool/*", imports: []string{"runtime/pool", "runtime/internal/*"}},
	{
		packages: "runtime/monitor",
		imports:  []string{"runtime/monitor/internal/pattern", "runtime/monitor/internal/web", "runtime/internal/eventlog", "runtime/batch", "runtime/cache", "runtime/pool", "runtime/profile"},
	},
	{packages: "runtime/monitor/internal/*", imports: []string{"runtime/monitor", "runtime/batch", "runtime/cache", "runtime/pool", "runtime/profile"}},
	{
		packages: "runtime/monitor/prommonitor",
		imports:  []string{"runtime/monitor", "runtime/monitor/internal/*"},
		external: []string{"github.com/prometheus/client_golang/prometheus", "github.com/prometheus/client_model/go"},
	},
	{
		packages: "runtime/monitor/otelmonitor",
		imports:  []string{"runtime/monitor", "runtime/monitor/internal/*", "runtime/profile"},
		external: []string{"go.opentelemetry.io/otel"},
	},
	{packages: "runtime/monitor/*", imports: []string{"runtime/monitor", "runtime/monitor/internal/*"}},
	{packages: "runtime/profile", imports: []string{"runtime/internal/*", "internal/suggest"}},
	{packages: "runtime/profile/pprofexport", imports: []string{"runtime/profile"}, external: []string{"github.com/google/pprof/profile"}},
	{packages: "runtime/*", imports: []string{"runtime/internal/*"}},

	{packages: "internal/arch"},
	{packages: "internal/redistest", external: []string{"github.com/redis/go-redis/v9"}},
	{
		packages: "internal/faults",
		imports:  []string{"internal/redistest", "internal/stage", "runtime/cache", "runtime/cache/rediscache"},
		external: []string{"github.com/redis/go-redis/v9"},
	},
	{packages: "internal/faults/faulttable", imports: []string{"internal/faults"}, external: []string{"github.com/redis/go-redis/v9"}},
	{
		packages: "internal/poolfaults",
		imports:  []string{"internal/pgtest", "internal/redistest", "internal/stage", "runtime/pool"},
		external: []string{"github.com/jackc/pgx/v5"},
	},
	{packages: "internal/poolfaults/faulttable", imports: []string{"internal/poolfaults"}},
	{packages: "internal/pgtest"},
	{packages: "internal/stage"},
	{packages: "internal/promtest"},
	{packages: "internal/codectest", imports: []string{"internal/codectest/other", "runtime/cache/codec"}},
	{packages: "internal/codectest/other"},
	{packages: "internal/copytest", imports: []string{"internal/copytest/other"}},
	{packages: "internal/copytest/other"},
	{packages: "internal/docs", imports: []string{"annotations", "generator/decorator/all"}},
}

// A listed package is what go list says about one.
type listed struct {
	ImportPath string
	Standard   bool
	Imports    []string
	Deps       []string
	GoFiles    []string
}

// list runs go list with args in the root module.
func list(t *testing.T, args ...string) []listed {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", append([]string{"list", "-json"}, args...)...)
	cmd.Dir = root
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", cmd, err, stderr(err))
	}
	var packages []listed
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return packages
		} else if err != nil {
			t.Fatalf("%s: %v", cmd, err)
		}
		packages = append(packages, p)
	}
}

// stderr returns what a command that failed has said.
func stderr(err error) string {
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return string(exit.Stderr)
	}
	return ""
}

func TestLayers(t *testing.T) {
	for _, p := range list(t, "./...") {
		self := within(p.ImportPath)
		r, ok := ruleFor(self)
		if !ok {
			t.Errorf("package %s has no rule.\nDecide where it stands among the layers and add a line to the table in internal/arch/arch_test.go.", self)
			continue
		}
		for _, imported := range p.Imports {
			if !r.allows(self, imported) {
				t.Errorf("package %s must not import %s.\nIts layer may import %s.\nMove what you need to a lower layer, or to the package that may have it;\nthe table is in internal/arch/arch_test.go.",
					self, imported, r)
			}
		}
	}
}

// within returns the path of a package within the module, or "" if it belongs to
// another one.
func within(importPath string) string {
	rest, ok := strings.CutPrefix(importPath, module+"/")
	if !ok {
		return ""
	}
	return rest
}

func ruleFor(self string) (rule, bool) {
	for _, r := range layers {
		if matches(r.packages, self, self) {
			return r, true
		}
	}
	return rule{}, false
}

// allows reports whether the package self, to which the rule applies, may import
// what has the path imported.
func (r rule) allows(self, imported string) bool {
	if target := within(imported); target != "" {
		return slices.ContainsFunc(r.imports, func(pattern string) bool { return matches(pattern, target, self) })
	}
	if standard(imported) {
		return true
	}
	return slices.ContainsFunc(r.external, func(allowed string) bool { return below(allowed, imported) })
}

// matches reports whether pattern matches target, where pattern stands in the
// rule for self.
func matches(pattern, target, self string) bool {
	if pattern == "self/..." {
		return below(self, target)
	}
	ok, err := path.Match(pattern, target)
	return err == nil && ok
}

// below reports whether p is folder or in it.
func below(folder, p string) bool {
	return p == folder || strings.HasPrefix(p, folder+"/")
}

// standard reports whether the path is of the standard library: its first
// element has no dot.
func standard(importPath string) bool {
	first, _, _ := strings.Cut(importPath, "/")
	return !strings.Contains(first, ".")
}

func (r rule) String() string {
	may := slices.Concat([]string{"the standard library"}, r.imports, r.external)
	return strings.Join(may, ", ")
}

// TestTheTable makes sure that a mistake in the table or in its reading does not
// let everything pass.
func TestTheTable(t *testing.T) {
	tests := []struct {
		from, to string
		want     bool
	}{
		{"generator/diag", "strings", true},
		{"generator/diag", module + "/annotations", false},
		{"annotations", module + "/generator/diag", true},
		{"generator/decorator/cached", module + "/generator/decorator/profile", false},
		{"generator/decorator/cached", module + "/generator/decorator", true},
		{"generator/decorator/cached", jennifer + "/jen", true},
		{"generator", jennifer + "/jen", false},
		{"generator/model", jennifer + "/jen", false},
		{"generator/decorator/all", module + "/generator/decorator/cached", true},
		{"generator", goPackages, false},
		{"generator/load", goPackages, true},
		{"generator/load", goPackages + "evil", false},
		{"generator", module + "/runtime/cache", false},
		{"cmd/bunsuigen", module + "/cmd/bunsuigen/internal/diff", true},
		{"cmd/bunsuigen", module + "/runtime/cache", false},
		{"runtime/cache", module + "/generator/diag", false},
		{"runtime/cache", module + "/annotations", false},
		{"runtime/cache", module + "/runtime/internal/clock", true},
		{"runtime/cache", module + "/runtime/profile", false},
		{"runtime/cache", module + "/internal/quantity", true},
		{"runtime/cache/store", module + "/internal/quantity", false},
		{"internal/quantity", module + "/annotations", false},
		{"runtime/cache", "github.com/redis/go-redis/v9", false},
		{"runtime/cache/cachetest", module + "/runtime/cache", true},
		{"runtime/pool", "github.com/aws/aws-sdk-go-v2/aws", false},
		{"runtime/pool/awspool", "github.com/aws/aws-sdk-go-v2/aws/retry", true},
		{"runtime/pool/awspool", "github.com/aws/aws-sdk-go-v2/service/s3", false},
		{"runtime/monitor", module + "/runtime/cache", true},
		{"runtime/monitor", "github.com/prometheus/client_golang/prometheus", false},
		{"runtime/monitor/prommonitor", "github.com/prometheus/client_golang/prometheus", true},
		{"runtime/monitor/expvarmonitor", "go.opentelemetry.io/otel", false},
	}
	for _, tt := range tests {
		r, ok := ruleFor(tt.from)
		if !ok {
			t.Errorf("no rule for %s", tt.from)
			continue
		}
		if got := r.allows(tt.from, tt.to); got != tt.want {
			t.Errorf("the table says %v to %s importing %s, want %v", got, tt.from, tt.to, tt.want)
		}
	}
}
