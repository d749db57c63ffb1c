package diag_test

import (
	"errors"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bunsui/bunsui-go/generator/diag"
)

func at(file string, line, column int) token.Position {
	return token.Position{Filename: file, Line: line, Column: column}
}

// show prints one diagnostic about a file of the given content.
func show(t *testing.T, content string, d diag.Diagnostic) string {
	t.Helper()
	dir := filepath.FromSlash("/module")
	d.Pos.Filename = filepath.Join(dir, "user.go")
	var b strings.Builder
	err := diag.List{d}.Print(&b, dir, func(path string) ([]byte, error) {
		if path != d.Pos.Filename {
			t.Errorf("read %s, want %s", path, d.Pos.Filename)
		}
		return []byte(content), nil
	})
	if err != nil {
		t.Error(err)
	}
	return b.String()
}

func TestPrint(t *testing.T) {
	for _, c := range []struct {
		name, content       string
		line, column, width int
		want                string
	}{
		{"caret", "package a\n//bunsui:cached tll=60\n", 2, 17, 3, "\t//bunsui:cached tll=60\n\t                ^^^\n"},
		{"one caret without a width", "abc", 1, 2, 0, "\tabc\n\t ^\n"},
		{"tabs", "\t\t//bunsui:x y=1\n", 1, 14, 1, "\t\t\t//bunsui:x y=1\n\t\t\t           ^\n"},
		{"a tab in between", "a\tbc\n", 1, 3, 2, "\ta\tbc\n\t \t^^\n"},
		{"CRLF", "package a\r\n//bunsui:x y=1\r\n", 2, 12, 9, "\t//bunsui:x y=1\n\t           ^^^\n"},
		{"multibyte", "é=ü!\n", 1, 4, 2, "\té=ü!\n\t  ^\n"},
		{"two cells", "取得=値\n", 1, 8, 3, "\t取得=値\n\t     ^^\n"},
		{"half-width and full-width", "ｱＡx\n", 1, 7, 1, "\tｱＡx\n\t   ^\n"},
		{"combining", "e\u0301x\n", 1, 4, 1, "\te\u0301x\n\t ^\n"},
		{"byte order mark", "\ufeffx\n", 1, 4, 1, "\t\ufeffx\n\t^\n"},
		{"end of the line", "abc\n", 1, 4, 5, "\tabc\n\t   ^\n"},
		{"control characters", "a\x1b[2Jb\n", 1, 6, 1, "\ta\ufffd[2Jb\n\t     ^\n"},
		{"behind the line", "abc\n", 1, 9, 1, ""},
		{"behind the file", "abc\n", 7, 1, 1, ""},
		{"no column", "abc\n", 1, 0, 1, ""},
		{"empty line", "abc\n\n", 2, 1, 1, "\t\n\t^\n"},
	} {
		d := diag.Diagnostic{Pos: at("", c.line, c.column), Width: c.width, Rule: "bunsui:x", Message: "wrong", Notes: []string{"one", "two"}}
		got := show(t, c.content, d)
		head, rest, _ := strings.Cut(got, "\n")
		if !strings.HasPrefix(head, "user.go:") || !strings.HasSuffix(head, ": bunsui:x: wrong") {
			t.Errorf("%s: first line is %q", c.name, head)
		}
		if want := c.want + "\tone\n\ttwo\n"; rest != want {
			t.Errorf("%s: printed\n%s, want\n%s", c.name, rest, want)
		}
	}
}

func TestPrintWithoutSource(t *testing.T) {
	list := diag.List{
		{Pos: at("/a/gone.go", 1, 1), Message: "wrong"},
		{Pos: at("/a/gone.go", 2, 1), Message: "wrong too"},
		{Pos: at("/a/gone.go", 0, 0), Message: "about the file"},
		{Message: "about nothing", Rule: "bunsui"},
	}
	reads := 0
	var b strings.Builder
	err := list.Print(&b, "/b", func(string) ([]byte, error) {
		reads++
		return nil, os.ErrNotExist
	})
	want := "/a/gone.go:1:1: wrong\n/a/gone.go:2:1: wrong too\n/a/gone.go: about the file\nbunsui: about nothing\n"
	if err != nil || b.String() != want || reads != 1 {
		t.Errorf("printed, with error %v after %d reads,\n%s, want\n%s", err, reads, b.String(), want)
	}
}

type broken struct{}

var errFull = errors.New("full")

func (broken) Write([]byte) (int, error) { return 0, errFull }

func TestPrintToBrokenWriter(t *testing.T) {
	err := diag.List{{Message: "wrong"}}.Print(broken{}, "", func(string) ([]byte, error) { return nil, os.ErrNotExist })
	if !errors.Is(err, errFull) {
		t.Errorf("error is %v, want %v", err, errFull)
	}
}

func TestRelativePath(t *testing.T) {
	for _, c := range [][3]string{
		{"/module", "/module/store/user.go", "store/user.go"},
		{"/module", "/other/user.go", "/other/user.go"},
		{"/module/store", "/module/user.go", "/module/user.go"},
		{"/module", "user.go", "user.go"},
		{"", "", ""},
		{"/module", "", ""},
	} {
		if got := diag.RelativePath(filepath.FromSlash(c[0]), filepath.FromSlash(c[1])); got != c[2] {
			t.Errorf("RelativePath(%q, %q) = %q, want %q", c[0], c[1], got, c[2])
		}
	}
}

func TestSorted(t *testing.T) {
	list := diag.List{
		{Pos: at("b.go", 1, 1), Message: "m"},
		{Pos: at("a.go", 2, 1), Message: "m"},
		{Pos: at("a.go", 1, 9), Message: "m"},
		{Pos: at("a.go", 1, 2), Message: "z"},
		{Pos: at("a.go", 1, 2), Message: "m", Notes: []string{"from the package"}},
		{Pos: at("a.go", 1, 2), Message: "m", Notes: []string{"from its test variant"}},
		{Pos: at("a.go", 1, 2), Message: "m", Rule: "bunsui:x"},
	}
	var got []string
	for _, d := range list.Sorted() {
		got = append(got, d.Headline(""))
	}
	want := "a.go:1:2: m a.go:1:2: z a.go:1:2: bunsui:x: m a.go:1:9: m a.go:2:1: m b.go:1:1: m"
	if strings.Join(got, " ") != want {
		t.Errorf("sorted %s, want %s", strings.Join(got, " "), want)
	}
	if list[0].Pos.Filename != "b.go" {
		t.Error("Sorted changed the list itself")
	}
}
