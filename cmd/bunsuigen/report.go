package main

import (
	"go/token"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/bunsui/bunsui-go/generator"
	"github.com/bunsui/bunsui-go/generator/write"
)

// A report is what -v tells about a run, on standard error: standard output is
// for diffs.
type report struct {
	session *session
	result  *generator.Result
	plan    write.Plan
	start   time.Time
}

// print reports a run that has written.
func (r report) print() {
	r.loaded()
	r.files("written", "removed")
	r.wrappers()
	r.took()
}

// printCheck reports a run under -check.
func (r report) printCheck() {
	r.loaded()
	r.files("stale", "obsolete")
	r.wrappers()
	for _, b := range findBypasses(r.result) {
		r.line("bypass", b.text(r.session))
	}
	r.took()
}

// line prints one line, whose first word tells what it is about.
func (r report) line(what, text string) {
	r.session.complain("%-9s  %s\n", what, text)
}

func (r report) loaded() {
	r.line("loaded", count(len(r.result.Dirs), "package")+", "+
		count(len(r.result.Wrappers), "decorated function"))
	for _, warning := range r.result.Warnings {
		r.line("warning", strings.ReplaceAll(warning, r.session.dir+string(filepath.Separator), ""))
	}
}

// files prints what became of every file.
func (r report) files(written, removed string) {
	for _, c := range r.plan.Write {
		r.line(written, r.session.path(c.Path))
	}
	for _, c := range r.plan.Remove {
		r.line(removed, r.session.path(c.Path))
	}
	for _, path := range r.plan.Unchanged {
		r.line("unchanged", r.session.path(path))
	}
	for _, dir := range r.result.Dirs {
		for _, path := range dir.Excluded {
			r.line("excluded", r.session.path(path)+" (by its build constraints; its output is left as it is)")
		}
	}
}

// wrappers prints what a reviewer may want to know of them: new names that other
// packages see, and what callers must mind.
func (r report) wrappers() {
	known, told := r.declaredBefore(), make(map[string]bool)
	for _, w := range r.result.Wrappers {
		names := known[filepath.Dir(w.Pos.Filename)]
		for _, name := range append([]string{w.Name}, w.Companions...) {
			if w.Exported && !names[name] {
				r.line("exported", w.Package+"."+name+" (new)")
			}
		}
		if maker := w.Package + "." + w.Constructor; token.IsExported(w.Constructor) && !names[w.Constructor] && !told[maker] {
			told[maker] = true
			r.line("exported", maker+" (new)")
		}
	}
	for _, w := range r.result.Wrappers {
		for _, note := range w.Notes {
			r.line("note", place(r.session, w.Pos)+": "+w.Name+": "+note)
		}
	}
}

func (r report) took() {
	r.line("took", time.Since(r.start).Round(time.Millisecond).String())
}

// funcDecl finds declared functions and methods in generated files. It looks at
// lines and not at syntax, as an old file may be broken.
var funcDecl = regexp.MustCompile(`(?m)^func (?:\((?:\w+ )?\*?(\w+)(?:\[[^\]]*\])?\) )?(\w+)[(\[]`)

// declaredBefore returns the functions that the generated files declared before
// this run, by folder, methods as Type.Name.
func (r report) declaredBefore() map[string]map[string]bool {
	known := make(map[string]map[string]bool)
	add := func(path string, content []byte) {
		dir := filepath.Dir(path)
		if known[dir] == nil {
			known[dir] = make(map[string]bool)
		}
		for _, match := range funcDecl.FindAllSubmatch(content, -1) {
			name := string(match[2])
			if len(match[1]) > 0 {
				name = string(match[1]) + "." + name
			}
			known[dir][name] = true
		}
	}
	for _, c := range r.plan.Changes() {
		add(c.Path, c.Old)
	}
	unchanged := make(map[string]bool)
	for _, path := range r.plan.Unchanged {
		unchanged[path] = true
	}
	for _, out := range r.result.Outputs {
		if unchanged[out.Path] {
			add(out.Path, out.Content)
		}
	}
	return known
}
