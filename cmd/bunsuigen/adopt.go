package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/bunsui/bunsui-go/generator"
	"github.com/bunsui/bunsui-go/generator/adopt"
	"github.com/bunsui/bunsui-go/generator/write"
)

func adoptCommand() command {
	return command{
		name:     "adopt",
		operands: "NAME... | -",
		summary:  "decorate functions without changing their callers",
		details: `Renames the declarations of functions, only these, writes directives above them,
and generates wrappers that have the old names: callers, interfaces and mocks stay
as they are. The diff of the sources is printed. What cannot be done safely is
refused with the reason, and then nothing at all is written, unless with -k.

A NAME is GetUser, Store.GetUser, ./store.GetUser, ./store.Store.GetUser or
import/path.Store.GetUser. All names of one run are loaded and checked together,
which is much faster than a run for each. The name "-" stands for names on
standard input, one a line.

examples:
  bunsuigen adopt GetUser                       with profile, which fits any function
  bunsuigen adopt -with 'cached ttl=60' ./store.GetUser
  bunsuigen adopt -with 'cached ttl=60' -with profile Store.GetUser
  bunsuigen adopt -n GetUser                    print the diff, write nothing
  bunsuigen adopt -list ./... | awk 'NR % 10 == 0' | bunsuigen adopt -k -
`,
		prepare: func(flags *flag.FlagSet) runner {
			var o adoptOptions
			o.declare(flags)
			list := flags.Bool("list", false, "list what could be adopted in the `packages` that are given instead of names")
			flags.Var(&o.with, "with", "`directive` to write, such as 'cached ttl=60'; repeat it, outermost first (default profile)")
			flags.BoolVar(&o.force, "force", false, "adopt also what a call looks up the stack from")
			return func(ctx context.Context, s *session, names []string) error {
				if *list {
					return s.listAdoptable(ctx, o, names)
				}
				return s.rewrite(ctx, o, names, adopt.Adopt)
			}
		},
	}
}

func ejectCommand() command {
	return command{
		name:     "eject",
		operands: "NAME... | packages | -",
		summary:  "take back adopt, byte for byte",
		details: `Removes the directives of functions, gives them the names of their wrappers, and
removes or regenerates the generated files. The diff of the sources is printed. It
takes functions that were decorated by hand, too. If there is code that would not
compile without the wrapper, such as calls of the function behind it or uses of
GetUserCache, nothing is written, and the places are listed.

A NAME is as for adopt, and is that of the wrapper or of the function behind it.

examples:
  bunsuigen eject GetUser
  bunsuigen eject ./...         all decorated functions of the module
  bunsuigen eject -n ./store    print the diff, write nothing
`,
		prepare: func(flags *flag.FlagSet) runner {
			var o adoptOptions
			o.declare(flags)
			flags.BoolVar(&o.force, "force", false, "eject even if there is code that does not compile then")
			return func(ctx context.Context, s *session, names []string) error {
				return s.rewrite(ctx, o, names, adopt.Eject)
			}
		},
	}
}

// adoptOptions are the flags of adopt and eject.
type adoptOptions struct {
	dry, keepGoing, force, verbose bool
	command, tags                  string
	with                           repeated
}

func (o *adoptOptions) declare(flags *flag.FlagSet) {
	o.command = flags.Name()
	flags.BoolVar(&o.dry, "n", false, "write nothing, only print the diff")
	flags.BoolVar(&o.keepGoing, "k", false, "do the others if some are refused; that is no failure then")
	flags.BoolVar(&o.verbose, "v", false, "print the new names, and notes")
	declareTags(flags, &o.tags)
}

// repeated is the values of a flag that may be given several times.
type repeated []string

// String returns the values as one text.
func (r *repeated) String() string { return strings.Join(*r, ", ") }

// Set adds a value.
func (r *repeated) Set(value string) error {
	*r = append(*r, value)
	return nil
}

func (s *session) request(o adoptOptions, names []string) adopt.Request {
	return adopt.Request{
		Dir: s.dir, Env: s.env, Tags: o.tags, Names: names, With: o.with, KeepGoing: o.keepGoing, Force: o.force,
	}
}

// rewrite adopts or ejects.
func (s *session) rewrite(ctx context.Context, o adoptOptions, names []string,
	makePlan func(context.Context, adopt.Request) (*adopt.Plan, error),
) error {
	start := time.Now()
	names, err := s.readNames(names)
	if err != nil {
		return err
	}
	stop := s.noteIfSlow()
	plan, err := makePlan(ctx, s.request(o, names))
	stop()
	if usage, ok := errors.AsType[*adopt.UsageError](err); ok {
		return &usageError{message: usage.Message, command: o.command}
	}
	if err != nil {
		return err
	}
	if err := s.rejectPlan(plan, o); err != nil {
		return err
	}
	if err := s.carryOut(ctx, plan, o); err != nil {
		return err
	}
	s.summarize(plan, o, start)
	return nil
}

// readNames replaces "-" by the lines of standard input.
func (s *session) readNames(names []string) ([]string, error) {
	i := slices.Index(names, "-")
	if i < 0 {
		return names, nil
	}
	var read []string
	lines := bufio.NewScanner(s.stdin)
	for lines.Scan() {
		if name := strings.TrimSpace(lines.Text()); name != "" {
			read = append(read, name)
		}
	}
	return slices.Concat(names[:i], read, names[i+1:]), lines.Err()
}

// rejectPlan prints what is refused. It is an error if nothing is to be done for
// that reason.
func (s *session) rejectPlan(plan *adopt.Plan, o adoptOptions) error {
	if err := s.reject(plan.Problems, nothingWritten); err != nil {
		return err
	}
	if len(plan.Refused) == 0 {
		return nil
	}
	if !o.keepGoing || len(plan.Functions) == 0 {
		return s.reject(plan.Refused, nothingWritten)
	}
	return plan.Refused.Print(s.stderr, s.dir, os.ReadFile)
}

// carryOut prints the diff of the sources, and writes them together with what is
// generated from them.
func (s *session) carryOut(ctx context.Context, plan *adopt.Plan, o adoptOptions) error {
	outputs, err := s.plan(&generator.Result{Outputs: plan.Outputs, Stale: plan.Stale})
	if err != nil {
		return err
	}
	var want []write.File
	read := make(map[string][]byte)
	for _, source := range plan.Sources {
		want = append(want, write.File{Path: source.Path, Content: source.New})
		read[source.Path] = source.Old
	}
	changes, err := write.Compare(want, nil)
	if err != nil {
		return err
	}
	for _, c := range changes.Write {
		if !bytes.Equal(c.Old, read[c.Path]) {
			return fmt.Errorf("%s has changed since it was read%s", s.path(c.Path), nothingWritten)
		}
	}
	if err := s.print(string(changes.Diff(s.dir))); err != nil || o.dry {
		return err
	}
	changes.Write = append(changes.Write, outputs.Write...)
	changes.Remove = outputs.Remove
	return s.apply(ctx, changes)
}

// summarize tells what was done.
func (s *session) summarize(plan *adopt.Plan, o adoptOptions, start time.Time) {
	if o.verbose {
		for _, warning := range plan.Warnings {
			s.complain("warning   %s\n", warning)
		}
		for _, f := range plan.Functions {
			s.complain("renamed   %s: %s is %s now\n", place(s, f.Pos), f.From, f.To)
			if f.Recursive {
				s.complain("note      %s: %s calls itself, and so goes through the wrapper each time\n", place(s, f.Pos), f.From)
			}
		}
		s.complain("took      %s\n", time.Since(start).Round(time.Millisecond))
	}
	if len(plan.Refused) > 0 {
		s.complain("%s done, %d refused\n", count(len(plan.Functions), "function"), len(plan.Refused))
	}
}

// listAdoptable prints the names that adopt takes, one a line, and under -v why
// others are left out.
func (s *session) listAdoptable(ctx context.Context, o adoptOptions, patterns []string) error {
	found, refused, err := adopt.List(ctx, s.request(o, patterns))
	if err != nil {
		return err
	}
	var text strings.Builder
	for _, f := range found {
		text.WriteString(f.Name + "\n")
	}
	if o.verbose {
		for _, d := range refused {
			s.complain("%s\n", d.Headline(s.dir))
		}
	}
	return s.print(text.String())
}
