// Package generator turns annotated Go packages into the text of their generated
// files. Run is the whole pipeline: load, check, emit. It reads the disk and runs
// the go command, but writes nothing; generator/write does that.
package generator

import (
	"context"
	"fmt"
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
	chains := planAll(loaded, &problems)
	if len(problems) > 0 {
		return result, problems.Sorted(), nil
	}
	for _, c := range chains {
		result.Wrappers = append(result.Wrappers, c.wrapper())
	}
	if result.Outputs, err = emitAll(chains); err != nil {
		return nil, nil, err
	}
	result.Stale = stale(loaded.Dirs, result.Outputs)
	return result, nil, nil
}

// planAll checks every annotated function, in the order of the sources, once the
// facts about all of them are known.
func planAll(loaded *load.Result, problems *diag.List) []*chain {
	known := make(map[string]decorator.Entry)
	for _, d := range all.Decorators() {
		known[d.Schema.Name] = d
	}
	facts := &model.Facts{Whole: loaded.Whole}
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
	for _, c := range chains {
		c.plan()
	}
	return chains
}

// emitAll writes one file for each source, several at a time.
func emitAll(chains []*chain) ([]Output, error) {
	var files [][]*chain
	for _, c := range chains {
		if last := len(files) - 1; last >= 0 && files[last][0].fn.File == c.fn.File {
			files[last] = append(files[last], c)
		} else {
			files = append(files, []*chain{c})
		}
	}
	outputs := make([]Output, len(files))
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, file := range files {
		group.Go(func() (err error) {
			outputs[i], err = emitFile(file[0].fn.File, file)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	slices.SortFunc(outputs, func(a, b Output) int { return strings.Compare(a.Path, b.Path) })
	return outputs, nil
}

func emitFile(file *model.File, chains []*chain) (Output, error) {
	out := emit.NewFile(file, chains[0].claims.Names())
	for _, c := range chains {
		c.emit(out)
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
