package annotations_test

import (
	"fmt"
	"go/token"
	"strings"
	"testing"

	"github.com/bunsui/bunsui-go/annotations"
)

func TestParse(t *testing.T) {
	comment := "//bunsui:cached  ttl=60 alias\tkey=\"user: {id}\" as=`a\\b` A.B(x=1)  "
	a, problems := annotations.Parse(place, comment)
	if len(problems) > 0 {
		t.Fatalf("unexpected problems %v", problems)
	}
	if want := strings.TrimSpace(comment[2:]); a.Text != want {
		t.Errorf("Text is %q, want %q", a.Text, want)
	}
	if a.Name != "cached" || a.Pos != place || a.NamePos.Column != place.Column+9 || a.NamePos.Offset != place.Offset+9 || a.Rule() != "bunsui:cached" {
		t.Errorf("annotation is %+v", a)
	}
	want := []string{
		`17 ttl = 60 / 60 @21 flag=false quote=0`,
		`24 alias = true /  @24 flag=true quote=0`,
		`30 key = user: {id} / "user: {id}" @34 flag=false quote=34`,
		"47 as = a\\b / `a\\b` @50 flag=false quote=96",
		`56 A.B = A.B(x=1) / A.B(x=1) @56 flag=false quote=0`,
	}
	for i, arg := range a.Args {
		got := fmt.Sprintf("%d %s = %s / %s @%d flag=%v quote=%d", arg.KeyPos.Column-place.Column, arg.Key, arg.Value, arg.Raw,
			arg.ValuePos.Column-place.Column, arg.Flag, arg.Quote)
		if i >= len(want) || got != want[i] {
			t.Errorf("argument %d is\n%s, want one of\n%q", i, got, want)
		}
	}
	if got, want := a.String(), "//bunsui:cached ttl=60 alias key=\"user: {id}\" as=`a\\b` A.B(x=1)"; got != want {
		t.Errorf("String is %s, want %s", got, want)
	}
}

func TestParseRefusesOtherComments(t *testing.T) {
	for _, comment := range []string{"", "//", "// bunsui:cached", "/*bunsui:cached*/", "//go:generate x", "bunsui:cached"} {
		a, problems := annotations.Parse(place, comment)
		if len(problems) != 1 || !a.Broken || a.Name != "" || annotations.IsDirective(comment) {
			t.Errorf("Parse(%q) = %+v, %v", comment, a, problems)
		}
	}
}

// TestRecovery makes sure that what is understood in spite of a problem reaches
// the options, so that nothing is reported twice.
func TestRecovery(t *testing.T) {
	for comment, want := range map[string]string{
		"//bunsui:Cached ttl = 60":         "cached ttl=60",
		"//bunsui: cached ttl:60":          "cached ttl=60",
		"//bunsui:cached, ttl=60; idle=5":  "cached ttl=60 idle=5",
		"//bunsui:cached ttl=60,idle=5":    "cached ttl=60 idle=5",
		"//bunsui:cached ttl==60 // note":  "cached ttl=60",
		"//bunsui:cached ttl= 60 alias":    "cached ttl=60 alias",
		"//bunsui:cached alias// note":     "cached alias",
		"//bunsui:cached ttl=60//note":     "cached ttl=60",
		"//bunsui:cached ttl=60 \"x=y z\"": "cached ttl=60",
	} {
		a, problems := annotations.Parse(place, comment)
		if got := strings.TrimPrefix(a.String(), "//bunsui:"); got != want || len(problems) == 0 {
			t.Errorf("%s is read as %s with problems %v, want %s", comment, got, problems, want)
		}
	}
}

func TestAt(t *testing.T) {
	a, problems := annotations.Parse(place, `//bunsui:x bare=äb raw=`+"`äb`"+` go="ä\t\u00e9b" flag`)
	if len(problems) > 0 {
		t.Fatalf("unexpected problems %v", problems)
	}
	for key, want := range map[string][]int{ // for each byte of the value and beyond, its column from the comment
		"bare": {16, 17, 18, 19, 19},
		"raw":  {25, 26, 27, 28, 28},
		"go":   {34, 35, 36, 38, 38, 44, 45, 45},
		"flag": {47, 47},
	} {
		arg, ok := a.Arg(key)
		if !ok {
			t.Fatalf("no argument %s", key)
		}
		for offset, column := range want {
			if got := arg.At(offset).Column - place.Column; got != column {
				t.Errorf("%s: byte %d is in column %d, want %d", key, offset, got, column)
			}
		}
		if arg.At(-5) != arg.At(0) {
			t.Errorf("%s: a negative offset is not taken as 0", key)
		}
	}
	if _, ok := a.Arg("none"); ok {
		t.Error("found an argument that is not there")
	}
}

func TestPlace(t *testing.T) {
	a, _ := annotations.Parse(place, `//bunsui:cached ttl="60" alias`)
	for key, want := range map[string]string{"ttl": "20+4", "alias": "25+5", "idle": "9+6"} {
		pos, width := a.Place(key)
		if got := fmt.Sprintf("%d+%d", pos.Column-place.Column, width); got != want {
			t.Errorf("a problem with %s is shown at %s, want %s", key, got, want)
		}
	}
	d := a.Problem(place, 3, "wrong", "a note")
	if d.Rule != "bunsui:cached" || fmt.Sprint(d.Notes) != "[a note see: bunsuigen explain cached]" {
		t.Errorf("Problem returned %+v", d)
	}
}

func TestUnknown(t *testing.T) {
	a, _ := annotations.Parse(place, "//bunsui:cahced ttl=60")
	d := annotations.Unknown(a, []string{"cached", "profile"})
	if want := `unknown directive "cahced" (did you mean "cached"?)`; d.Message != want || d.Pos != a.NamePos || d.Width != 6 {
		t.Errorf("Unknown returned %+v, want %s", d, want)
	}
	if got, want := strings.Join(d.Notes, "; "), "directives: cached, profile; see: bunsuigen explain"; got != want {
		t.Errorf("notes are %s, want %s", got, want)
	}
}

func TestInvisible(t *testing.T) {
	for comment, want := range map[string]string{
		"//bunsui:cached tt\u200bl=60":         "19 \u200b: the invisible character U+200B stands in \"tt\\u200bl\"",
		"//bunsui:cached ttl=60 idle=6\u200b0": "30 \u200b: the invisible character U+200B stands in \"6\\u200b0\"",
		"//bunsui:cached ttl=60 alias\x00":     "29 \x00: the invisible character U+0000 stands in \"alias\\x00\"",
	} {
		_, problems := decode(t, schemaOf(t, "cached", cachedOptions{}), comment)
		if len(problems) == 0 || problems[0] != want {
			t.Errorf("%q has problems %q, want first %q", comment, problems, want)
		}
	}
}

// TestSpacesOfAllKinds: Go separates a directive's arguments by any space, and so
// do we.
func TestSpacesOfAllKinds(t *testing.T) {
	o := decodeFine(t, "//bunsui:cached\u3000ttl=60\u00a0alias")
	if !o.TTL.Set || !o.Alias {
		t.Errorf("decoded %+v", o)
	}
}

func TestZeroPlace(t *testing.T) {
	a, problems := annotations.Parse(token.Position{}, "//bunsui:cached ttl=60")
	if len(problems) > 0 || a.Args[0].ValuePos.Column != 20 {
		t.Errorf("without a place, columns are offsets: %+v, %v", a, problems)
	}
}
