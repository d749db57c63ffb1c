package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestLanguages makes sure that the guide says the same in all languages, as far as that
// can be seen: the same headings by level, blocks, tables and lists, in the same order.
func TestLanguages(t *testing.T) {
	english := read(t, "docs/guide.md")
	japanese := read(t, "docs/guide.ja.md")
	if diff := cmp.Diff(skeleton(english), skeleton(japanese)); diff != "" {
		t.Errorf("docs/guide.md and docs/guide.ja.md differ (-English +Japanese):\n%s", diff)
	}
}

// skeleton is what is left of a page without the words of its language. Of the first
// column of a table nothing is left but the code in it.
func skeleton(page string) []string {
	shown := blocks(page)
	var bones []string
	inBlock := false
	for line := range strings.SplitSeq(page, "\n") {
		isFence := strings.HasPrefix(line, "```")
		switch {
		case isFence && !inBlock:
			b := shown[0]
			shown = shown[1:]
			bones = append(bones, fmt.Sprintf("block %s %s\n%s", b.language, b.source, b.text))
		case inBlock || isFence:
		case strings.HasPrefix(line, "#"):
			bones = append(bones, "heading "+line[:strings.Index(line, " ")])
		case strings.HasPrefix(line, "|"):
			bones = append(bones, "row "+firstCode(line))
		case strings.HasPrefix(line, "- "):
			bones = append(bones, "point")
		case strings.HasPrefix(line, "    "):
			bones = append(bones, line)
		}
		if isFence {
			inBlock = !inBlock
		}
	}
	return bones
}

// firstCode returns what stands between backquotes in the first cell of a row.
func firstCode(row string) string {
	cell, _, _ := strings.Cut(row[1:], "|")
	var code []string
	for i, part := range strings.Split(cell, "`") {
		if i%2 == 1 {
			code = append(code, part)
		}
	}
	return strings.Join(code, " ")
}

func TestSkeleton(t *testing.T) {
	const page = "# A\n\nwords\n\n<!-- file: a.go -->\n```go\n# no heading\n- no point\n```\n\n- b\n\n| x `c`, `d` | `e` |\n\n    output\n"
	want := []string{"heading #", "block go file: a.go\n# no heading\n- no point\n", "point", "row c d", "    output"}
	if got := skeleton(page); !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	for _, other := range []string{
		strings.Replace(page, "a.go", "b.go", 1), strings.Replace(page, "no point", "another", 1), strings.Replace(page, "# A", "## A", 1),
		strings.Replace(page, "- b\n", "", 1), strings.Replace(page, "`d`", "d", 1), strings.Replace(page, "output", "else", 1),
	} {
		if slices.Equal(skeleton(other), want) {
			t.Errorf("nothing differs in\n%s", other)
		}
	}
	if words := strings.Replace(page, "words", "Wörter", 1); !slices.Equal(skeleton(words), want) {
		t.Error("words make a difference")
	}
}
