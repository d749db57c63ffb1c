package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/bunsui/bunsui-go/generator"
	"github.com/bunsui/bunsui-go/generator/diag"
	"github.com/bunsui/bunsui-go/generator/load"
	"github.com/bunsui/bunsui-go/generator/model"
	"github.com/bunsui/bunsui-go/generator/write"
)

const generateDetails = `Packages are patterns as the go command has them; the default is the package in
the current directory. For each user.go with //bunsui: directives there is then a
user.bunsui.go beside it, and a generated file whose source has no directive left
is gone. A file that would not change is not touched. If there is a mistake in one
directive, nothing at all is written.

examples:
  bunsuigen                     generate for the package in this directory
  bunsuigen ./...               for the whole module, in one go
  bunsuigen -v ./...            and tell what was done
  bunsuigen -check ./...        in CI: exit 1 and print a diff if anything is stale
  bunsuigen -check -v ./...     also list calls that bypass a wrapper
  bunsuigen -tags integration ./internal/...

In a source file, for go generate:
  //go:generate go tool bunsuigen
`

func generateCommand() command {
	return command{
		name:     "generate",
		operands: "[packages]",
		summary:  "write the wrappers of annotated functions (the default)",
		details:  generateDetails,
		prepare: func(flags *flag.FlagSet) runner {
			var o generateOptions
			flags.BoolVar(&o.check, "check", false, "write nothing; print a diff and exit 1 if anything is out of date")
			flags.BoolVar(&o.verbose, "v", false, "print what is loaded, written, unchanged, removed and excluded")
			declareTags(flags, &o.tags)
			return func(ctx context.Context, s *session, patterns []string) error {
				return s.generate(ctx, o, patterns)
			}
		},
	}
}

// nothingWritten is the end of the last line about problems.
const nothingWritten = "; nothing was written"

// generateOptions are the flags of generate.
type generateOptions struct {
	check, verbose bool
	tags           string
}

func declareTags(flags *flag.FlagSet, tags *string) {
	flags.StringVar(tags, "tags", "", "build `tags`, separated by commas")
}

// generate runs the generator and brings the files in line with what it says.
func (s *session) generate(ctx context.Context, o generateOptions, patterns []string) error {
	start := time.Now()
	result, problems, err := s.load(ctx, o.tags, patterns)
	if err == nil {
		err = s.reject(problems, nothingWritten)
	}
	if err != nil {
		return err
	}
	plan, err := s.plan(result)
	if err != nil {
		return err
	}
	r := report{session: s, result: result, plan: plan, start: start}
	if o.check {
		if o.verbose {
			r.printCheck()
		}
		return s.check(result, plan)
	}
	if err := s.apply(ctx, plan); err != nil {
		return err
	}
	switch {
	case o.verbose:
		r.print()
		s.printCold(result, plan)
	case len(result.Wrappers) == 0 && plan.Empty() && onlyDefaults(result):
		s.complain("only defaults found, and no function that takes them: see bunsuigen explain defaults\n")
	case len(result.Wrappers) == 0 && plan.Empty():
		s.complain("no directives found: see bunsuigen explain\n")
	}
	return nil
}

// onlyDefaults tells whether some package has defaults.
func onlyDefaults(result *generator.Result) bool {
	return slices.ContainsFunc(result.Packages, func(pkg *model.Package) bool { return len(pkg.Defaults) > 0 })
}

// load runs the generator where the session stands.
func (s *session) load(ctx context.Context, tags string, patterns []string) (*generator.Result, diag.List, error) {
	defer s.noteIfSlow()()
	return generator.Run(ctx, load.Config{Dir: s.dir, Env: s.env, Patterns: patterns, Tags: tags})
}

// reject prints problems, if there are any, and then their number and what came of
// them.
func (s *session) reject(problems diag.List, outcome string) error {
	if len(problems) == 0 {
		return nil
	}
	if err := problems.Print(s.stderr, s.dir, os.ReadFile); err != nil {
		return err
	}
	s.complain("%s%s\n", count(len(problems), "problem"), outcome)
	return errReported
}

// plan compares what was generated with what is there. A file of the user's that
// has the name of an output is not ours to replace.
func (s *session) plan(result *generator.Result) (write.Plan, error) {
	var want []write.File
	sources := make(map[string]string)
	for _, out := range result.Outputs {
		want = append(want, write.File{Path: out.Path, Content: out.Content})
		sources[out.Path] = out.Source
	}
	plan, err := write.Compare(want, result.Stale)
	if err != nil {
		return plan, err
	}
	var problems diag.List
	for _, c := range plan.Write {
		if c.Old != nil && !load.IsOutput(c.Path, c.Old) {
			d := diag.Diagnostic{Message: fmt.Sprintf("this is where the wrappers of %s belong, "+
				"but bunsuigen did not write this file: rename it", s.path(sources[c.Path]))}
			d.Pos.Filename, d.Pos.Line, d.Pos.Column = c.Path, 1, 1
			problems.Add(d)
		}
	}
	return plan, s.reject(problems, nothingWritten)
}

// check prints what is out of date.
func (s *session) check(result *generator.Result, plan write.Plan) error {
	if plan.Empty() {
		return nil
	}
	if err := s.print(string(plan.Diff(s.dir))); err != nil {
		return err
	}
	s.printCold(result, plan)
	if n := len(plan.Changes()); n == 1 {
		s.complain("1 file is out of date: run bunsuigen\n")
	} else {
		s.complain("%d files are out of date: run bunsuigen\n", n)
	}
	return errReported
}

// printCold tells which caches a change empties.
func (s *session) printCold(result *generator.Result, plan write.Plan) {
	for _, note := range s.coldCaches(result, plan) {
		s.complain("%s\n", note)
	}
}

// apply writes and removes files. If that fails half way, it tells what was done.
func (s *session) apply(ctx context.Context, plan write.Plan) error {
	done, err := plan.Apply(ctx)
	changed := append(done.Written, done.Removed...)
	if err == nil || ctx.Err() != nil && len(changed) == 0 {
		return err
	}
	outcome := nothingWritten
	if len(changed) > 0 {
		for i := range changed {
			changed[i] = s.path(changed[i])
		}
		outcome = "; changed before that: " + strings.Join(changed, ", ")
	}
	s.complain("bunsuigen: %s%s\n", s.describe(err), outcome)
	return errReported
}
