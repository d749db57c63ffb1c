package main

import (
	"context"
	"flag"

	"github.com/bunsui/bunsui-go/generator/load"
	"github.com/bunsui/bunsui-go/generator/write"
)

func cleanCommand() command {
	return command{
		name:     "clean",
		operands: "[packages]",
		summary:  "remove the generated files",
		details: `Removes the files that bunsuigen has written: those with its ending and its
header. It works also where the code does not compile, or has mistakes in its
directives.

examples:
  bunsuigen clean               in this directory
  bunsuigen clean -v ./...      in the whole module, and print what is removed
`,
		prepare: func(flags *flag.FlagSet) runner {
			var tags string
			verbose := flags.Bool("v", false, "print what is removed")
			declareTags(flags, &tags)
			return func(ctx context.Context, s *session, patterns []string) error {
				removed, err := s.clean(ctx, tags, patterns)
				if *verbose {
					for _, path := range removed {
						s.complain("removed  %s\n", s.path(path))
					}
				}
				return err
			}
		},
	}
}

// clean removes our files in the packages that match, whatever is wrong with
// these otherwise, and returns what it has removed.
func (s *session) clean(ctx context.Context, tags string, patterns []string) ([]string, error) {
	defer s.noteIfSlow()()
	loaded, _, err := load.Load(ctx, load.Config{Dir: s.dir, Env: s.env, Patterns: patterns, Tags: tags})
	if err != nil {
		return nil, err
	}
	var ours []string
	for _, dir := range loaded.Dirs {
		ours = append(ours, dir.Outputs...)
	}
	plan, err := write.Compare(nil, ours)
	if err != nil {
		return nil, err
	}
	done, err := plan.Apply(ctx)
	return done.Removed, err
}
