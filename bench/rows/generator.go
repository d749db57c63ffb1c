package rows

import (
	"context"

	"github.com/bunsui/bunsui-go/bench/harness"
)

// generators measures whole runs of bunsuigen on a small module and on one that
// imports the clients of S3 and Redis.
func generators(ctx context.Context, b *harness.Bench) error {
	program, err := tool(ctx, b, bunsuigen)
	if err != nil {
		return err
	}
	for _, module := range []string{"small", "heavy"} {
		dir, err := copyModule(ctx, b, "testdata/generator/"+module, "generator-"+module)
		if err != nil {
			return err
		}
		if _, err := run(ctx, dir, program, "./..."); err != nil {
			return err
		}
		const base = "go list -export -deps"
		t, err := measureProcesses(ctx, min(b.Rounds, 9), []process{
			{name: base, dir: dir, args: []string{"go", "list", "-export", "-deps", "./..."}},
			{name: "go list -deps", dir: dir, args: []string{"go", "list", "-deps", "./..."}},
			{name: "bunsuigen", dir: dir, args: []string{program, "./..."}},
			{name: "bunsuigen -check", dir: dir, args: []string{program, "-check", "./..."}},
			{name: "bunsuigen version", dir: dir, args: []string{program, "version"}},
		})
		if err != nil {
			return err
		}
		row := "generator, " + module + " module, warm"
		b.Ratio(row+": × go list -export -deps", t.Ratio("bunsuigen", base), harness.AtMost(1.5))
		b.Ratio(row+": CPU × go list -export -deps", t.CPURatio("bunsuigen", base), nil)
		b.Table(processTable("Generator, "+module+" module", t, base))
	}
	return nil
}
