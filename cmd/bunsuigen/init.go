package main

import (
	"context"
	"flag"
	"fmt"
	"path/filepath"
	"runtime/debug"
	"strings"

	"github.com/bunsui/bunsui-go/cmd/bunsuigen/internal/setup"
)

const initDetails = `Prepares the module in this directory, or in the one that is named:
  - go.mod gets the tool, which pins generator and runtime to one version;
  - one file gets //go:generate go tool bunsuigen ./..., for the whole module;
  - .gitattributes says what is generated, so that reviews fold it, and that git merges
    it with a driver of ours;
  - git's configuration of this clone gets that driver, which generates a file anew
    from the merged sources where both sides of a merge or a rebase have changed it;
  - and it says what to add to CI, if nothing there runs bunsuigen -check.

What is there already stays as it is, so that it may be run again at any time. It has
to be run once in each clone, as git configures drivers by clone: elsewhere git merges
the texts.

examples:
  bunsuigen init
  bunsuigen init -n             print what it would do
  go run github.com/bunsui/bunsui-go/cmd/bunsuigen@latest init
`

func initCommand() command {
	return command{
		name:     "init",
		operands: "[directory]",
		summary:  "set up a module and its git repository",
		details:  initDetails,
		prepare: func(flags *flag.FlagSet) runner {
			dry := flags.Bool("n", false, "change nothing; print what would be done")
			return func(ctx context.Context, s *session, operands []string) error {
				if len(operands) > 1 {
					return &usageError{message: "init takes one directory at a time", command: "init"}
				}
				dir := s.dir
				if len(operands) == 1 {
					dir = filepath.Join(s.dir, operands[0])
					if filepath.IsAbs(operands[0]) {
						dir = filepath.Clean(operands[0])
					}
				}
				return s.initModule(ctx, dir, *dry)
			}
		},
	}
}

func (s *session) initModule(ctx context.Context, dir string, dry bool) error {
	info, _ := debug.ReadBuildInfo()
	version := versionOf(info)
	if strings.HasPrefix(version, develVersion) {
		version = ""
	}
	report, err := setup.Run(ctx, setup.Request{Dir: dir, Env: s.env, Version: version, Dry: dry, Show: s.path})
	if err != nil {
		return err
	}
	var text strings.Builder
	fmt.Fprintf(&text, "module %s\n", report.Module)
	failed := 0
	for _, step := range report.Steps {
		fmt.Fprintf(&text, "%-9s %s\n", stateText(step.State, dry), step.Text)
		for _, line := range step.Details {
			fmt.Fprintf(&text, "%-9s   %s\n", "", line)
		}
		if step.State == setup.Failed {
			failed++
		}
	}
	if err := s.print(strings.ReplaceAll(text.String(), "\t", "    ")); err != nil {
		return err
	}
	if failed > 0 {
		s.complain("bunsuigen: %s of init failed\n", count(failed, "step"))
		return errReported
	}
	return nil
}

func stateText(state setup.State, dry bool) string {
	switch {
	case state == setup.Done && dry:
		return "would do"
	case state == setup.Done:
		return "done"
	case state == setup.Present:
		return "was there"
	case state == setup.ToDo:
		return "to do"
	case state == setup.Skipped:
		return "skipped"
	default:
		return "FAILED"
	}
}
