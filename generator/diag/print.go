package diag

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Print writes the problems of l to w, in order. Paths below dir are printed
// relative to it, with forward slashes on every system. read returns a file's
// content, from which the broken line is quoted; where it fails, the quote is
// left out.
func (l List) Print(w io.Writer, dir string, read func(path string) ([]byte, error)) error {
	lines := make(map[string][]string)
	for _, d := range l {
		path := d.Pos.Filename
		if _, ok := lines[path]; !ok && path != "" {
			lines[path] = nil
			if content, err := read(path); err == nil {
				lines[path] = strings.Split(string(content), "\n")
			}
		}
		if _, err := io.WriteString(w, d.format(dir, lines[path])); err != nil {
			return err
		}
	}
	return nil
}

func (d Diagnostic) format(dir string, lines []string) string {
	var b strings.Builder
	b.WriteString(d.Headline(dir))
	b.WriteByte('\n')
	if n := d.Pos.Line; n > 0 && n <= len(lines) {
		quoteLine(&b, strings.TrimSuffix(lines[n-1], "\r"), d.Pos.Column, d.Width)
	}
	for _, note := range d.Notes {
		fmt.Fprintf(&b, "\t%s\n", note)
	}
	return b.String()
}

// Headline returns the first line of the printed form, without a line end.
func (d Diagnostic) Headline(dir string) string {
	place := RelativePath(dir, d.Pos.Filename)
	if place != "" && d.Pos.Line > 0 {
		place = fmt.Sprintf("%s:%d:%d", place, d.Pos.Line, d.Pos.Column)
	}
	parts := []string{place, d.Rule, d.Message}
	kept := parts[:0]
	for _, part := range parts {
		if part != "" {
			kept = append(kept, part)
		}
	}
	return strings.Join(kept, ": ")
}

// quoteLine writes the line and, under it, carets below width bytes from
// column, which counts bytes from 1 as the go command does. Tabs before the
// caret are kept so that both lines indent alike, and a character takes as many
// carets or blanks as a terminal gives it cells.
func quoteLine(b *strings.Builder, line string, column, width int) {
	if column < 1 || column > len(line)+1 {
		return
	}
	lead := line[:column-1]
	marked := line[column-1:]
	marked = marked[:min(max(width, 0), len(marked))]
	var pad strings.Builder
	for _, r := range lead {
		if r == '\t' {
			pad.WriteRune(r)
			continue
		}
		pad.WriteString(strings.Repeat(" ", cells(r)))
	}
	carets := 0
	for _, r := range marked {
		carets += cells(r)
	}
	fmt.Fprintf(b, "\t%s\n\t%s%s\n", strings.Map(printable, line), pad.String(), strings.Repeat("^", max(1, carets)))
}

// printable replaces characters that would move a terminal's cursor.
func printable(r rune) rune {
	if r != '\t' && unicode.IsControl(r) {
		return utf8.RuneError
	}
	return r
}

// cells returns how many cells of a terminal a character takes: none for marks
// that combine with the one before, two for the scripts of East Asia and for
// emoji.
func cells(r rune) int {
	switch {
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		return 0
	case 0xff61 <= r && r <= 0xffdc: // half-width forms
		return 1
	case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul),
		0x3000 <= r && r <= 0x303e, // CJK punctuation
		0xff01 <= r && r <= 0xff60, // full-width forms
		0x1f300 <= r && r <= 0x1faff:
		return 2
	default:
		return 1
	}
}

// RelativePath returns path relative to dir, with forward slashes, if path is
// below dir, and path with forward slashes otherwise. An empty path stays empty.
func RelativePath(dir, path string) string {
	if path == "" {
		return ""
	}
	if rel, err := filepath.Rel(dir, path); err == nil && filepath.IsLocal(rel) {
		path = rel
	}
	return filepath.ToSlash(path)
}
