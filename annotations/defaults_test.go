package annotations_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/bunsui/bunsui-go/annotations"
	"github.com/bunsui/bunsui-go/generator/diag"
)

// keptOptions are related to each other in every way that defaults know.
type keptOptions struct {
	As    string               `bunsui:"as,own" doc:"A name."`
	TTL   annotations.Duration `bunsui:"ttl,required" doc:"A time."`
	Alias bool                 `bunsui:"alias" excludes:"copy" doc:"Whether results are shared."`
	Copy  annotations.Toggle   `bunsui:"copy" doc:"Whether they are copied."`
	Store bool                 `bunsui:"store" doc:"Whether they are stored."`
	Codec annotations.Name     `bunsui:"codec" needs:"store" doc:"How they are stored."`
	Recv  string               `bunsui:"recv,methods" enum:"a,b" doc:"What the receiver is."`
	Fail  annotations.Duration `bunsui:"fail,errors" doc:"Another time."`
	Calls []annotations.Call   `bunsui:"wrapper" doc:"Calls."`
}

func parse(t *testing.T, comment string) annotations.Annotation {
	t.Helper()
	a, problems := annotations.Parse(place, comment)
	if len(problems) > 0 {
		t.Fatalf("%s: %v", comment, problems)
	}
	return a
}

// defaultsOf reads a line of defaults and returns them with their problems.
func defaultsOf(t *testing.T, s *annotations.Schema, comment string) (annotations.Annotation, diag.List) {
	t.Helper()
	of, problems, ok := annotations.SplitDefaults(parse(t, comment))
	if !ok || len(problems) > 0 || of.Name != "cached" {
		t.Fatalf("%s: is for %q, %v", comment, of.Name, problems)
	}
	return s.CheckDefaults(of, "defaults")
}

func TestWithDefaults(t *testing.T) {
	s := schemaOf(t, "cached", keptOptions{})
	for _, test := range []struct{ defaults, directive, want string }{
		{"ttl=5m alias", "", "ttl=5m alias"},
		{"ttl=5m alias", "alias ttl=60", "alias ttl=60"},
		{"alias", "as=X ttl=60", "as=X ttl=60 alias"},
		{"alias", "ttl=60 alias=false", "ttl=60 alias=false"},
		{"ttl=60 alias", "alias=unset", "ttl=60"},
		{"ttl=60", "ttl=unset", ""},
		{"alias ttl=60", "copy", "copy ttl=60"},
		{"copy=clone ttl=60", "alias", "alias ttl=60"},
		{"alias ttl=60", "copy=false", "copy=false alias ttl=60"},
		{"codec=json ttl=60", "", "ttl=60"},
		{"codec=json ttl=60", "store", "store codec=json ttl=60"},
		{"codec=json ttl=60", "store=false", "store=false ttl=60"},
		{"store codec=json ttl=60", "", "store codec=json ttl=60"},
		{"store codec=json ttl=60", "store=unset", "ttl=60"},
		{"ttl=60", "codec=json", "codec=json ttl=60"}, // its own, which a check may refuse
		{"recv=a fail=5 ttl=60", "", "ttl=60"},
		{"recv=a fail=5 ttl=60", "recv=b", "recv=b ttl=60"},
		{"ttl=60", `as="unset"`, `as="unset" ttl=60`},
	} {
		defaults, problems := defaultsOf(t, s, "//bunsui:defaults cached "+test.defaults)
		all, more := s.WithDefaults(parse(t, "//bunsui:cached "+test.directive), defaults,
			func(o *annotations.Option) bool { return !o.OfMethods && !o.OfErrors })
		if got := strings.TrimSpace(strings.TrimPrefix(all.String(), "//bunsui:cached")); got != test.want || len(problems)+len(more) > 0 {
			t.Errorf("%q with defaults %q is %q, want %q (%v, %v)", test.directive, test.defaults, got, test.want, problems, more)
		}
		for _, arg := range all.Args {
			if own := strings.Contains(test.directive, arg.Key); arg.Default == own {
				t.Errorf("%q with defaults %q: %s is a default: %t", test.directive, test.defaults, arg.Key, arg.Default)
			}
		}
	}
}

func TestDefaultsForFittingFunctions(t *testing.T) {
	s := schemaOf(t, "cached", keptOptions{})
	defaults, _ := defaultsOf(t, s, "//bunsui:defaults cached recv=a fail=5 ttl=60")
	all, _ := s.WithDefaults(parse(t, "//bunsui:cached"), defaults, func(o *annotations.Option) bool { return true })
	if all.String() != "//bunsui:cached recv=a fail=5 ttl=60" {
		t.Errorf("got %s", all.String())
	}
}

func TestDefaultsProblems(t *testing.T) {
	s := schemaOf(t, "cached", keptOptions{})
	for comment, want := range map[string]string{
		"//bunsui:defaults cached ttl=5x":          `31 x: unknown unit "x" in "5x"`,
		"//bunsui:defaults cached tll=5":           `26 tll: unknown option "tll" (did you mean "ttl"?)`,
		"//bunsui:defaults cached as=X":            "26 as: as is for one function, not for all of a package",
		"//bunsui:defaults cached GetUser(id=id)":  "26 GetUser: GetUser is for one function, not for all of a package",
		"//bunsui:defaults cached ttl=5 ttl=6":     `32 ttl: option "ttl" is given twice`,
		"//bunsui:defaults cached ttl":             "26 ttl: ttl needs a value: write ttl=60",
		"//bunsui:defaults cached alias recv=c":    `37 c: recv cannot be "c": write a or b`,
		"//bunsui:defaults cached ttl=unset alias": `30 unset: unset is for a function`,
		"//bunsui:defaults cached alias=unset":     `32 unset: unset is for a function`,
	} {
		_, problems := defaultsOf(t, s, comment)
		got := brief(t, comment, problems)
		if len(got) != 1 || !strings.HasPrefix(got[0], want) {
			t.Errorf("%s: problems %q, want %q", comment, got, want)
		}
		if len(problems) > 0 && problems[0].Rule != "bunsui:defaults" {
			t.Errorf("%s: rule %s", comment, problems[0].Rule)
		}
	}
}

func TestBrokenDefaultsCountAsGiven(t *testing.T) {
	s := schemaOf(t, "cached", keptOptions{})
	defaults, _ := defaultsOf(t, s, "//bunsui:defaults cached ttl=5x")
	all, _ := s.WithDefaults(parse(t, "//bunsui:cached"), defaults, func(o *annotations.Option) bool { return true })
	if _, problems := s.Decode(all); len(problems) > 0 {
		t.Errorf("what was reported at the default is reported again: %v", problems)
	}
}

func TestUnsetWithoutNeed(t *testing.T) {
	s := schemaOf(t, "cached", keptOptions{})
	defaults, _ := defaultsOf(t, s, "//bunsui:defaults cached ttl=60")
	comment := "//bunsui:cached alias=unset nothing=unset ttl=5 ttl=unset as=unset"
	a, problems := s.WithDefaults(parse(t, comment), defaults, func(o *annotations.Option) bool { return true })
	_, more := s.Decode(a)
	want := []string{
		"23 unset: the package has no default for alias that could be unset: leave it out",
		`29 nothing: unknown option "nothing"`,
		`49 ttl: option "ttl" is given twice`,
	}
	if got := brief(t, comment, append(problems, more...)); !slices.Equal(got, want) {
		t.Errorf("problems %q, want %q", got, want)
	}
}

func TestDefaultsOfWhat(t *testing.T) {
	for comment, want := range map[string]string{
		"//bunsui:defaults":                `10 defaults: it does not say`,
		"//bunsui:defaults ttl=5":          `19 ttl: it does not say`,
		"//bunsui:defaults GetUser(id=id)": `19 GetUser`,
	} {
		_, problems, ok := annotations.SplitDefaults(parse(t, comment))
		if got := brief(t, comment, problems); ok || len(got) != 1 || !strings.HasPrefix(got[0], want) {
			t.Errorf("%s: %t, problems %q, want %q", comment, ok, got, want)
		}
	}
}
