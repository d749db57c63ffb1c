package main

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const root = "../.."

// A block is a fenced block of a Markdown page.
type block struct {
	line     int
	language string
	// source is what the comment above it says about where its text comes from:
	// "file: path" or "run: scenario".
	source string
	text   string
}

var marker = regexp.MustCompile(`^<!-- ((?:file|run): \S+) -->$`)

// blocks returns the fenced blocks of a page.
func blocks(page string) []block {
	var found []block
	var open *block
	source := ""
	for i, line := range strings.Split(page, "\n") {
		fence, isFence := strings.CutPrefix(line, "```")
		switch {
		case open == nil && isFence:
			open = &block{line: i + 1, language: fence, source: source}
		case open != nil && isFence:
			found, open = append(found, *open), nil
		case open != nil:
			open.text += line + "\n"
		}
		source = ""
		if m := marker.FindStringSubmatch(line); m != nil && open == nil {
			source = m[1]
		}
	}
	return found
}

func read(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(path)))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func TestReference(t *testing.T) {
	if got := read(t, "docs/annotations.md"); got != string(reference()) {
		t.Error("docs/annotations.md does not fit the schemas: run make generate")
	}
}

func TestLength(t *testing.T) {
	if n := strings.Count(read(t, "README.md"), "\n"); n >= 200 {
		t.Errorf("the README has %d lines: whoever opens it wants to begin, keep it under 200", n)
	}
}

// TestSnippets makes sure that the pages show no Go that is not compiled.
func TestSnippets(t *testing.T) {
	for _, page := range []string{"README.md", "docs/aws.md", "docs/batching.md", "docs/configuration.md", "docs/guide.ja.md", "docs/guide.md", "docs/monitoring.md", "docs/pools.md", "docs/sharing.md", "docs/testing.md"} {
		for _, b := range blocks(read(t, page)) {
			path, isFile := strings.CutPrefix(b.source, "file: ")
			switch {
			case isFile && !says(read(t, path), b.text):
				t.Errorf("%s:%d: this is not what %s says", page, b.line, path)
			case b.language == "go" && !isFile:
				t.Errorf("%s:%d: Go without a comment above it that names the file it comes from, such as <!-- file: examples/doc.go -->", page, b.line)
			}
		}
	}
}

// says reports whether a file has a text, as it is or as a comment: what an example prints.
func says(file, text string) bool {
	comment := "\t// " + strings.ReplaceAll(strings.TrimSuffix(text, "\n"), "\n", "\n\t// ") + "\n"
	return strings.Contains(file, text) || strings.Contains(file, comment)
}

var (
	link     = regexp.MustCompile(`\]\(([^)#"]*)(#[^)]*)?\)`) // and not f[T]("x") in Go
	inline   = regexp.MustCompile("`[^`\n]+`")                // nor f[T](x)
	makeTask = regexp.MustCompile("(?:`|\\$ )make ([a-z-]+)")
)

// pages are the Markdown files that people read.
func pages(t *testing.T) []string {
	t.Helper()
	found := []string{"README.md", "CONTRIBUTING.md", "CHANGELOG.md"}
	err := fs.WalkDir(os.DirFS(root), "docs", func(path string, _ fs.DirEntry, err error) error {
		if strings.HasSuffix(path, ".md") {
			found = append(found, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestLinks(t *testing.T) {
	for _, page := range pages(t) {
		for _, m := range link.FindAllStringSubmatch(inline.ReplaceAllString(read(t, page), ""), -1) {
			target, anchor := m[1], m[2]
			if strings.Contains(target, "://") {
				continue
			}
			path := filepath.Join(root, filepath.Dir(page), filepath.FromSlash(target))
			if target == "" {
				path = filepath.Join(root, page)
			}
			content, err := os.ReadFile(path)
			if info, statErr := os.Stat(path); err != nil && (statErr != nil || !info.IsDir()) {
				t.Errorf("%s links to %s, which does not exist", page, target)
			}
			if anchor != "" && !slices.Contains(anchors(content), anchor) {
				t.Errorf("%s links to %s%s: there is no such heading", page, target, anchor)
			}
		}
	}
}

// anchors returns the links to the headings of a page.
func anchors(page []byte) []string {
	var found []string
	for line := range bytes.Lines(page) {
		if heading := bytes.TrimLeft(line, "#"); len(heading) < len(line) {
			words := strings.Fields(strings.ToLower(string(heading)))
			found = append(found, "#"+strings.Join(words, "-"))
		}
	}
	return found
}

// TestTasks makes sure that every "make task" in the pages is one.
func TestTasks(t *testing.T) {
	makefile := read(t, "Makefile")
	for _, page := range pages(t) {
		for _, m := range makeTask.FindAllStringSubmatch(read(t, page), -1) {
			if !strings.Contains(makefile, "\n"+m[1]+":") {
				t.Errorf("%s: make %s is not in the Makefile", page, m[1])
			}
		}
	}
}
