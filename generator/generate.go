// Package generator turns annotated Go packages into the text of their generated
// files. Run is the whole pipeline: load, check, emit. It reads the disk and runs
// the go command, but writes nothing; generator/write does that.
package generator

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/bunsui/bunsui-go/generator/decorator"
	"github.com/bunsui/bunsui-go/generator/decorator/all"
	"github.com/bunsui/bunsui-go/generator/diag"
	"github.com/bunsui/bunsui-go/generator/emit"
	"github.com/bunsui/bunsui-go/generator/load"
	"github.com/bunsui/bunsui-go/generator/model"
)

// A Result is what a run would write, and what it knows of the wrappers.
type Result struct {
	*load.Result
	// Wrappers are the decorated functions, by package, file and place.
	Wrappers []Wrapper
	// Outputs are the generated files, ordered by path.
	Outputs []Output
	// Stale are files of ours that nothing generates any more, ordered by path.
	Stale []string
}

// An Output is one generated file.
type Output struct {
	// Path and Source are absolute.
	Path, Source string
	Content      []byte
}

// Run generates for the packages that cfg's patterns match. If the list of
// problems is not empty, the result holds no output, so that a run with an error
// in one function writes nothing for any. An error tells that loading failed, or
// a fault of the generator itself.
func Run(ctx context.Context, cfg load.Config) (*Result, diag.List, error) {
	loaded, problems, err := load.Load(ctx, cfg)
	if err != nil {
		return nil, nil, err
	}
	result := &Result{Result: loaded}
	chains, homes := planAll(loaded, &problems)
	if len(problems) > 0 {
		return result, problems.Sorted(), nil
	}
	for _, c := range chains {
		result.Wrappers = append(result.Wrappers, c.wrapper())
	}
	if result.Outputs, err = emitAll(chains, homes); err != nil {
		return nil, nil, err
	}
	result.Stale = stale(loaded.Dirs, result.Outputs)
	return result, nil, nil
}

// planAll checks every annotated function, in the order of the sources, once the
// facts about all of them are known.
func planAll(loaded *load.Result, problems *diag.List) ([]*chain, []*home) {
	known := make(map[string]decorator.Entry)
	for _, d := range all.Decorators() {
		known[d.Schema.Name] = d
	}
	facts := &model.Facts{Whole: loaded.Whole}
	checkDefaults(loaded, known, problems)
	for _, pkg := range loaded.Referenced {
		chainsOf(pkg, known, func(c *chain) {
			c.problems = &diag.List{}
			c.collect(facts).Problem = c.ownProblem()
		})
	}
	var chains []*chain
	for _, pkg := range loaded.Packages {
		chainsOf(pkg, known, func(c *chain) {
			c.problems, c.facts = problems, facts
			c.collect(facts)
			chains = append(chains, c)
		})
	}
	checkIDs(facts, loaded.Packages, problems)
	homes := planHomes(chains, checkInterfaces(loaded.Packages, problems), problems)
	for _, c := range chains {
		c.plan()
	}
	checkDefaultNames(loaded.Packages, known, problems)
	return chains, homes
}

// A part is a home or a chain, of which the other is nil.
type part struct {
	home  *home
	chain *chain
}

// partsOf lists what each source gives to write: a home before the first of the
// functions that it serves.
func partsOf(chains []*chain, homes []*home) map[*model.File][]part {
	parts := make(map[*model.File][]part)
	placed := make(map[*home]bool)
	for _, h := range homes {
		if h.Interface == nil {
			placed[h] = true
			parts[h.File] = append(parts[h.File], part{home: h})
		}
	}
	for _, c := range chains {
		if c.home != nil && !placed[c.home] {
			placed[c.home] = true
			parts[c.home.File] = append(parts[c.home.File], part{home: c.home})
		}
		parts[c.fn.File] = append(parts[c.fn.File], part{chain: c})
	}
	return parts
}

// emitAll writes one file for each source, several at a time.
func emitAll(chains []*chain, homes []*home) ([]Output, error) {
	parts := partsOf(chains, homes)
	files := slices.Collect(maps.Keys(parts))
	outputs := make([]Output, len(files))
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, file := range files {
		group.Go(func() (err error) {
			outputs[i], err = emitFile(file, parts[file])
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	slices.SortFunc(outputs, func(a, b Output) int { return strings.Compare(a.Path, b.Path) })
	return outputs, nil
}

// claims are those of the part's package.
func (p part) claims() *decorator.Claims {
	if p.home != nil {
		return p.home.chains[0].claims
	}
	return p.chain.claims
}

func emitFile(file *model.File, parts []part) (Output, error) {
	out := emit.NewFile(file, parts[0].claims().Names())
	for _, p := range parts {
		if p.home != nil {
			p.home.emit(out)
		} else {
			p.chain.emit(out)
		}
	}
	content, err := out.Render()
	if err != nil {
		return Output{}, fmt.Errorf("generate: %w", err)
	}
	dir, base := filepath.Split(file.Path)
	return Output{Path: filepath.Join(dir, emit.OutputName(base)), Source: file.Path, Content: content}, nil
}

// stale finds our files whose source has no directive left. Output of a source
// that this run's build constraints exclude is left alone.
func stale(dirs []load.Dir, outputs []Output) []string {
	wanted := make(map[string]bool)
	for _, out := range outputs {
		wanted[out.Path] = true
	}
	var found []string
	for _, dir := range dirs {
		for _, excluded := range dir.Excluded {
			folder, base := filepath.Split(excluded)
			wanted[filepath.Join(folder, emit.OutputName(base))] = true
		}
		for _, path := range dir.Outputs {
			if !wanted[path] {
				found = append(found, path)
			}
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}
