package annotations_test

import (
	"fmt"
	"go/ast"
	"go/token"
	"testing"

	"github.com/bunsui/bunsui-go/annotations"
	"github.com/bunsui/bunsui-go/generator/diag"
)

func TestNearMiss(t *testing.T) {
	const (
		blank = "1: a directive has no blank after the slashes: write "
		block = "1: a directive is a line comment: write "
		lower = "1: a directive is lower case: write "
		colon = "1: a colon stands between bunsui and the directive's name: write "
	)
	for comment, want := range map[string]string{
		"// bunsui:cached ttl=60":                   blank + "//bunsui:cached ttl=60",
		"// bunsui:cached ttl=60\r":                 blank + "//bunsui:cached ttl=60",
		"//   bunsui:profile":                       blank + "//bunsui:profile",
		"// bunsui:cached ttl=60 alias":             blank + "//bunsui:cached ttl=60 alias",
		"// bunsui:cached alias ttl=60":             blank + "//bunsui:cached alias ttl=60",
		"// bunsui:cached ttl=60 key=\"a b c {d}\"": blank + "//bunsui:cached ttl=60 key=\"a b c {d}\"",
		"// bunsui:cached ttl = 60":                 blank + "//bunsui:cached ttl=60",
		"// bunsui:cached(ttl=60)":                  blank + "//bunsui:cached ttl=60",
		"// bunsui:cached ttl=60 // one minute":     blank + "//bunsui:cached ttl=60",
		"// bunsui:defaults cached ttl=5m alias":    blank + "//bunsui:defaults cached ttl=5m alias",
		"// bunsui:put GetUser(id=u.ID)":            blank + "//bunsui:put GetUser(id=u.ID)",
		"// Bunsui:Cached ttl=60":                   blank + "//bunsui:cached ttl=60",
		"// bunsui: cached":                         blank + "//bunsui:cached",
		"// bunsui: cached ttl=60":                  blank + "//bunsui:cached ttl=60",
		"// bunsui cached ttl=60":                   blank + "//bunsui:cached ttl=60",
		"// +bunsui:cached ttl=60":                  blank + "//bunsui:cached ttl=60",
		"// @bunsui:cached":                         blank + "//bunsui:cached",
		"//Bunsui:cached":                           lower + "//bunsui:cached",
		"//BUNSUI:CACHED ttl=60":                    lower + "//bunsui:cached ttl=60",
		"//bunsui cached ttl=60":                    colon + "//bunsui:cached ttl=60",
		"//bunsui cached":                           colon + "//bunsui:cached",
		"//bunsui :cached":                          "1: the colon of a directive is a plain one without blanks: write //bunsui:cached",
		"//bunsui：cached":                           "1: the colon of a directive is a plain one without blanks: write //bunsui:cached",
		"//+bunsui:cached":                          "1: a directive begins with //bunsui:, not with //+bunsui: write //bunsui:cached",
		"//go:bunsui:cached ttl=60":                 "1: a directive begins with //bunsui:, not with //go:bunsui: write //bunsui:cached ttl=60",
		"//busnui:cached ttl=60":                    `1: unknown directive "busnui:cached": write //bunsui:cached ttl=60`,
		"//bunsu:cached":                            `1: unknown directive "bunsu:cached": write //bunsui:cached`,
		"/*bunsui:cached ttl=60*/":                  block + "//bunsui:cached ttl=60",
		"/* bunsui:cached */":                       block + "//bunsui:cached",
		"/** bunsui:cached **/":                     "",
		"//bunsui: cached":                          "10: no blank may stand before the directive's name: write //bunsui:cached",
		"//bunsui:Cached":                           `10: a directive's name is lower case (did you mean "cached"?)`,
		"//bunsui:":                                 `1: the directive has no name after "bunsui:"`,

		// Prose.
		"// see bunsui:cached for more":                  "",
		"// Bunsui is a tool":                            "",
		"// bunsui is a tool":                            "",
		"// bunsui: a toolkit":                           "",
		"// Bunsui: decorators for Go.":                  "",
		"// bunsui:cached keeps what the function gives": "",
		"// bunsui:cached, bunsui:profile: the wrappers": "",
		"// bunsui:cached.":                              "",
		"// bunsui:cached works.":                        "",
		"// bunsui:cached with ttl=60 keeps it a minute": "",
		"// bunsui:":                                     "",
		"// bunsui":                                      "",
		"// bunsui cached":                               "",
		"// //bunsui:cached ttl=60":                      "",
		"////bunsui:cached ttl=60":                       "",
		"// `bunsui:cached`":                             "",
		"// - bunsui:cached":                             "",
		"//go:generate go tool bunsuigen":                "",
		"//nolint:bunsui":                                "",
		"//bunsuigen:cached":                             "",
		"// https://bunsui:cached@example.com":           "",
		"// bunsui:defaults says what is in common":      "",

		// Code samples.
		"//\t//bunsui:cached ttl=60": "",
		"//\tbunsui:cached ttl=60":   "",
		"//    bunsui:cached ttl=60": "",
		"//     bunsui:cached":       "",

		"//bunsui:cached ttl=60": "",
		"//bunsui:cached tll=60": "", // Decode's business
		"//":                     "",
		"/**/":                   "",
		"":                       "",
	} {
		d, ok := annotations.NearMiss(place, comment)
		got := ""
		if ok {
			got = fmt.Sprintf("%d: %s", d.Pos.Column-place.Column+1, d.Message)
			checkStyle(t, d)
		}
		if got != want {
			t.Errorf("NearMiss(%q) is\n%s, want\n%s", comment, got, want)
		}
	}
}

func TestNearMissInBlock(t *testing.T) {
	for comment, want := range map[string]string{
		"/*\nbunsui:cached ttl=60\n*/":                            "2:1+20 -> 103",
		"/*\r\nbunsui:cached ttl=60\r\n*/":                        "2:1+20 -> 104",
		"/*\n * getUser loads a user.\n *\n * bunsui:cached\n */": "4:4+13 -> 134",
		"/* getUser loads a user.\n\n   bunsui:cached ttl=60 */":  "3:4+20 -> 129",
		"/* bunsui:cached ttl=60\n   more */":                     "1:1+23 -> 100",
		"/*\nUsage:\n\n\tbunsui:cached ttl=60\n*/":                "",
		"/*\nUsage:\n\n    bunsui:cached ttl=60\n*/":              "",
		"/*\nUsage:\n\n\t//bunsui:cached ttl=60\n*/":              "",
		"/*\n//bunsui:cached ttl=60\nfunc f() {}\n*/":             "",
		"/*\nThe directive\nbunsui:cached is for functions.\n*/":  "",
	} {
		checkBlock(t, token.Position{Filename: "user.go", Offset: 100, Line: 1, Column: 1}, comment, want)
	}
	inside := token.Position{Filename: "user.go", Offset: 100, Line: 1, Column: 2}
	checkBlock(t, inside, "/*\n\tbunsui:cached\n\t*/", "2:2+13 -> 104")
	checkBlock(t, inside, "/*\n\t * bunsui:cached\n\t */", "2:5+13 -> 107")
	checkBlock(t, inside, "/*\n\tUsage:\n\n\t\tbunsui:cached\n\t*/", "")
}

func checkBlock(t *testing.T, pos token.Position, comment, want string) {
	t.Helper()
	got := ""
	if d, ok := annotations.NearMiss(pos, comment); ok {
		got = fmt.Sprintf("%d:%d+%d -> %d", d.Pos.Line, d.Pos.Column, d.Width, d.Pos.Offset)
	}
	if got != want {
		t.Errorf("NearMiss(%q) is %q, want %q", comment, got, want)
	}
}

// TestOneReport makes sure that who asks NearMiss and Parse about one comment
// reports its wrong name once.
func TestOneReport(t *testing.T) {
	for _, comment := range []string{"//bunsui: cached ttl=60", "//bunsui:Cached ttl=60", "//bunsui:"} {
		near, ok := annotations.NearMiss(place, comment)
		if !ok {
			t.Errorf("%s is no near miss", comment)
		}
		_, problems := annotations.Parse(place, comment)
		if all := append(diag.List{near}, problems...).Sorted(); len(all) != 1 {
			t.Errorf("%s is reported %d times", comment, len(all))
		}
	}
}

// TestConformance holds what IsDirective and Parse take against go/ast.
func TestConformance(t *testing.T) {
	for _, comment := range []string{
		"//bunsui:cached", "//bunsui:cached ttl=60", "//bunsui:cached\tttl=60", "//bunsui:cached\u00a0ttl=60", "//bunsui:2 x",
		"//bunsui:profile   ", "//bunsui:cached key=\"a b\"", "//bunsui:cached ttl=60\r",
	} {
		d, ok := ast.ParseDirective(1, comment)
		a, problems := annotations.Parse(token.Position{Column: 1}, comment)
		if !ok || !annotations.IsDirective(comment) || len(problems) > 0 {
			t.Errorf("%q: go/ast says %v, we say %v with problems %v", comment, ok, annotations.IsDirective(comment), problems)
			continue
		}
		if a.Name != d.Name || a.NamePos.Column != 1+len("//bunsui:") {
			t.Errorf("%q: go/ast reads name %q, we read %q at %v", comment, d.Name, a.Name, a.NamePos)
		}
		if d.Args != "" && a.Args[0].KeyPos.Column != int(d.ArgsPos) {
			t.Errorf("%q: go/ast sees the arguments in column %d, we in %d", comment, d.ArgsPos, a.Args[0].KeyPos.Column)
		}
	}
	for _, comment := range []string{"// bunsui:cached", "//Bunsui:cached", "/*bunsui:cached*/", "//bunsui", "//bunsui cached"} {
		if _, ok := ast.ParseDirective(1, comment); ok || annotations.IsDirective(comment) {
			t.Errorf("%q: go/ast says %v, we say %v", comment, ok, annotations.IsDirective(comment))
		}
	}
}
