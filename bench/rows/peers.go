package rows

import (
	"context"

	"github.com/bunsui/bunsui-go/bench/harness"
)

// peers measures other generators beside bunsuigen, each doing its usual work on the
// small module: one type for those that do one, everything for bunsuigen.
func peers(ctx context.Context, b *harness.Bench) error {
	ours, err := copyModule(ctx, b, "testdata/generator/small", "peers-bunsuigen")
	if err != nil {
		return err
	}
	theirs, err := copyModule(ctx, b, "testdata/generator/small", "peers-others")
	if err != nil {
		return err
	}
	list := []process{{name: "bunsuigen", dir: ours, args: []string{bunsuigen, "./..."}}}
	list = append(list, rivalGenerators(theirs)...)
	for i := range list {
		program, err := tool(ctx, b, list[i].args[0])
		if err != nil {
			return err
		}
		list[i].args[0] = program
	}
	// What it writes is what stringer and the others find in the package too.
	if _, err := run(ctx, theirs, list[0].args...); err != nil {
		return err
	}
	t, err := measureProcesses(ctx, min(b.Rounds, 7), list)
	if err != nil {
		return err
	}
	for _, p := range list[1:] {
		b.Ratio("generator, small module: bunsuigen × "+p.name, t.Ratio("bunsuigen", p.name), nil)
	}
	b.Table(processTable("Generators, side by side, small module", t, "bunsuigen"))
	return nil
}

// rivalGenerators name their programs by import path.
func rivalGenerators(dir string) []process {
	return []process{
		{name: "stringer", dir: dir, args: []string{"golang.org/x/tools/cmd/stringer", "-type=Kind", "./kinds"}},
		{name: "moq", dir: dir, args: []string{"github.com/matryer/moq", "-out", "kinds/repository_moq.go", "kinds", "Repository"}},
		{name: "goverter", dir: dir, args: []string{"github.com/jmattheis/goverter/cmd/goverter", "gen", "./kinds"}},
		{name: "mockery", dir: dir, args: []string{"github.com/vektra/mockery/v3"}},
	}
}
