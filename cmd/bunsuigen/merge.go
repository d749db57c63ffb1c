package main

import (
	"context"
	"errors"
	"flag"
	"path/filepath"

	"github.com/bunsui/bunsui-go/cmd/bunsuigen/internal/merge"
)

const mergeDetails = `Git calls this, as the merge driver that bunsuigen init configures, where both sides have
changed a generated file. It generates the file from the merged sources, in a temporary
folder, and leaves the result in OURS. Where that is not possible, since the sources
conflict, say, OURS stays as it is and git reports a conflict: resolve the sources, and
generate as usual.

TOP is the folder of the work tree; the others are relative to it.
`

func mergeCommand() command {
	return command{
		name:     "merge",
		operands: "TOP BASE OURS THEIRS PATH",
		summary:  "merge a generated file, for git",
		details:  mergeDetails,
		prepare: func(*flag.FlagSet) runner {
			return func(ctx context.Context, s *session, operands []string) error {
				if len(operands) != 5 {
					return &usageError{message: "merge is for git, which gives it five operands: run bunsuigen init", command: "merge"}
				}
				top, err := filepath.Abs(operands[0])
				if err != nil {
					return err
				}
				at := func(path string) string {
					if filepath.IsAbs(path) {
						return path
					}
					return filepath.Join(top, filepath.FromSlash(path))
				}
				err = merge.Run(ctx, merge.Request{
					Top: top, Env: s.env, Path: operands[4],
					Base: at(operands[1]), Ours: at(operands[2]), Theirs: at(operands[3]),
				})
				if conflict, ok := errors.AsType[*merge.Conflict](err); ok {
					s.complain("bunsuigen: %s\n", conflict)
					return errReported
				}
				return err
			}
		},
	}
}
