package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"github.com/bunsui/bunsui-go/cmd/bunsuigen/internal/profilediff"
)

const diffDetails = `Compares two profiles that profile.WriteJSON has written, such as those of a load test
before and after a change: how long the functions took, and how many of their calls
failed or panicked. With thresholds it fails, with exit code 1, if a function is over one:

  -slower 20%     it takes more than 20% longer, by the figure that -by names
  -errors 1%      its share of errors and panics has grown by more than 1 of 100 calls
  -missing        it is in the old profile and was not called in the new one

Only functions with at least -min calls in both profiles are judged for -slower and
-errors; the others are listed last, with a dot. Figures are of wall time: compare what ran on
the same machine, under the same load. Percentiles are exact to about 3%: a -slower
below 7% by p50, p90, p99 or p999 is refused.

examples:
  bunsuigen diff old.json new.json
  bunsuigen diff -slower 20% -by p99 -errors 0.5% old.json new.json
`

func diffCommand() command {
	return command{
		name:     "diff",
		operands: "OLD NEW",
		summary:  "compare two profiles that a program has exported",
		details:  diffDetails,
		prepare: func(flags *flag.FlagSet) runner {
			o := profilediff.Options{By: "mean", MinCalls: 100}
			flags.Func("slower", "fail if a function takes longer by more than `percent`", percentFlag(&o.Slower))
			flags.Func("errors", "fail if more calls fail, by more than `percent` of all", percentFlag(&o.Errors))
			flags.BoolVar(&o.Missing, "missing", false, "fail if a function is not called any more")
			flags.StringVar(&o.By, "by", o.By, "the `figure` of -slower: mean, p50, p90, p99 or p999")
			flags.Uint64Var(&o.MinCalls, "min", o.MinCalls, "judge functions with at least this `number` of calls, in each profile")
			return func(_ context.Context, s *session, operands []string) error {
				if len(operands) != 2 {
					return &usageError{message: "diff takes two profiles, the old one and the new one", command: "diff"}
				}
				if err := o.Check(); err != nil {
					return &usageError{message: err.Error(), command: "diff"}
				}
				return s.diff(o, operands[0], operands[1])
			}
		},
	}
}

// percentFlag parses a share such as 20% or 0.2 into *to.
func percentFlag(to **float64) func(string) error {
	return func(text string) error {
		share, err := profilediff.ParsePercent(text)
		if err == nil {
			*to = &share
		}
		return err
	}
}

func (s *session) diff(o profilediff.Options, older, newer string) error {
	before, err := s.readProfile(older)
	after, err2 := s.readProfile(newer)
	if err := errors.Join(err, err2); err != nil {
		return err
	}
	result := profilediff.Compare(before, after, o)
	if err := s.print(result.Text()); err != nil {
		return err
	}
	for _, failure := range result.Failures {
		s.complain("bunsuigen: %s\n", failure)
	}
	if len(result.Failures) > 0 {
		return errReported
	}
	return nil
}

func (s *session) readProfile(name string) (profilediff.Profile, error) {
	path := name
	if !filepath.IsAbs(path) {
		path = filepath.Join(s.dir, name)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return profilediff.Profile{}, err
	}
	read, err := profilediff.Read(content)
	if err != nil {
		return profilediff.Profile{}, fmt.Errorf("%s: %w", name, err)
	}
	return read, nil
}
