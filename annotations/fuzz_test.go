package annotations_test

import (
	"go/token"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/bunsui/bunsui-go/annotations"
	"github.com/bunsui/bunsui-go/generator/diag"
)

// seeds returns the directives of testdata/problems.txt and some without
// problems.
func seeds(t testing.TB) []string {
	t.Helper()
	content, err := os.ReadFile("testdata/problems.txt")
	if err != nil {
		t.Fatal(err)
	}
	list := []string{
		"//bunsui:cached ttl=60 alias key=\"user:{id}\" as=`a b` max_entries=10k receiver=key",
		"//bunsui:cached ttl=1h30m idle=2d jitter=10% max_bytes=64MiB skip=a,b when=pkg.Name",
		"//bunsui:put GetUser[int](id=f(\"a)\", 'b'), n=1) strict=false",
		"// bunsui:cached ttl=60", "/* x\n * bunsui:cached ttl=60\r\n */", "//go:bunsui:cached", "//Bunsui cached a=1",
	}
	for line := range strings.Lines(string(content)) {
		if strings.HasPrefix(line, "//") {
			list = append(list, strings.TrimSpace(line))
		}
	}
	return list
}

// FuzzParse checks for any comment that nothing panics, that every place lies in
// the comment, and that what an annotation prints is read as the same again.
func FuzzParse(f *testing.F) {
	for _, seed := range seeds(f) {
		f.Add(seed)
	}
	cached, put := schemaOf(f, "cached", cachedOptions{}), schemaOf(f, "put", putOptions{})
	f.Fuzz(func(t *testing.T, comment string) {
		if d, ok := annotations.NearMiss(place, comment); ok {
			checkInside(t, comment, d.Pos)
			checkForm(t, d)
		}
		a, problems := annotations.Parse(place, comment)
		for _, schema := range []*annotations.Schema{cached, put} {
			_, more := schema.Decode(a)
			checkProblems(t, comment, more)
		}
		checkProblems(t, comment, problems)
		for _, arg := range a.Args {
			checkArg(t, comment, arg)
		}
		if len(problems) == 0 {
			checkPrinted(t, a)
		}
	})
}

func checkProblems(t *testing.T, comment string, problems diag.List) {
	t.Helper()
	for _, d := range problems {
		checkInside(t, comment, d.Pos)
		checkForm(t, d)
	}
}

// checkInside: a place is on the comment's line or on a further line of a block
// comment, and at most one byte behind its end.
func checkInside(t *testing.T, comment string, pos token.Position) {
	t.Helper()
	at := pos.Offset - place.Offset
	if at < 0 || at > len(comment) {
		t.Fatalf("%q: place %v (offset %d) is outside", comment, pos, at)
	}
	line, column := place.Line, place.Column+at
	if i := strings.LastIndexByte(comment[:at], '\n'); i >= 0 {
		line, column = place.Line+strings.Count(comment[:at], "\n"), at-i
	}
	if pos.Line != line || pos.Column != column || pos.Filename != place.Filename {
		t.Fatalf("%q: place %v, want %d:%d for offset %d", comment, pos, line, column, at)
	}
}

func checkArg(t *testing.T, comment string, arg annotations.Arg) {
	t.Helper()
	checkInside(t, comment, arg.KeyPos)
	last := -1
	for offset := range len(arg.Value) + 2 {
		at := arg.At(offset)
		checkInside(t, comment, at)
		if at.Offset < last {
			t.Fatalf("%q: byte %d of %q lies before the byte before it", comment, offset, arg.Value)
		}
		last = at.Offset
	}
	if arg.Key == "" || arg.Broken || arg.Flag || arg.Call != nil {
		return
	}
	start := arg.ValuePos.Offset - place.Offset
	if !strings.HasPrefix(comment[start:], arg.Raw) {
		t.Fatalf("%q: %q is not at %d", comment, arg.Raw, start)
	}
}

func checkPrinted(t *testing.T, a annotations.Annotation) {
	t.Helper()
	again, problems := annotations.Parse(place, a.String())
	if len(problems) > 0 || again.Name != a.Name || len(again.Args) != len(a.Args) {
		t.Fatalf("%s is read with %v as %+v, was %+v", a, problems, again, a)
	}
	for i, arg := range again.Args {
		if was := a.Args[i]; arg.Key != was.Key || arg.Value != was.Value || arg.Flag != was.Flag || (arg.Call == nil) != (was.Call == nil) {
			t.Fatalf("%s: argument %d is read as %+v, was %+v", a, i, arg, was)
		}
	}
}

// FuzzTemplate checks that the parts of a template make up its text again, and
// that each part stands in the source where it says.
func FuzzTemplate(f *testing.F) {
	for _, seed := range []string{"user:{id}:{req.Lang}", "{{}}{a}", "{{{id}}}", "{", "}", "{}", "{a.}", "é{取得.b}", "{ id }", "%d{_}"} {
		f.Add(seed)
	}
	schema := schemaOf(f, "cached", cachedOptions{})
	f.Fuzz(func(t *testing.T, text string) {
		if text == "" || strings.ContainsAny(text, "`\n\r") || !utf8.ValidString(text) {
			t.Skip("not to be written between backquotes")
		}
		comment := "//bunsui:cached ttl=1 title=`" + text + "`"
		a, problems := annotations.Parse(place, comment)
		if len(problems) > 0 {
			t.Fatalf("%s: %v", comment, problems)
		}
		options, problems := schema.Decode(a)
		checkProblems(t, comment, problems)
		if len(problems) == 0 {
			checkParts(t, comment, text, options.(*cachedOptions).Title)
		}
	})
}

func checkParts(t *testing.T, comment, text string, template annotations.Template) {
	t.Helper()
	braces := strings.NewReplacer("{", "{{", "}", "}}")
	var again strings.Builder
	for i, p := range template.Parts {
		checkInside(t, comment, p.Pos)
		want := strings.Join(p.Path, ".")
		if len(p.Path) == 0 {
			want = braces.Replace(p.Literal)
			again.WriteString(want)
			if p.Literal == "" || i > 0 && len(template.Parts[i-1].Path) == 0 {
				t.Fatalf("%q: part %d is a literal that is empty or follows a literal", text, i)
			}
		} else {
			again.WriteString("{" + want + "}")
		}
		if at := p.Pos.Offset - place.Offset; comment[at:at+p.Width] != want {
			t.Fatalf("%q: part %d stands at %q, want %q", text, i, comment[at:at+p.Width], want)
		}
	}
	if again.String() != text || template.Text != text {
		t.Fatalf("%q is put together as %q, text %q", text, again.String(), template.Text)
	}
}
