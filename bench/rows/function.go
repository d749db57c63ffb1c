package rows

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/bunsui/bunsui-go/bench/harness"
)

// A style is a way to write cached functions, which have types of their own each.
type style struct {
	name string
	// preamble stands at the top of the file, function for each function, with the
	// number for each #.
	preamble, function string
	// generate runs bunsuigen on the package.
	generate bool
}

const types = `
type Key# struct { Tenant int64; F# string }
type Value# struct { Name string; V# int64 }
`

func styles() []style {
	return []style{
		{
			name: "ours", generate: true,
			preamble: "import \"context\"\n",
			function: types + "//bunsui:cached ttl=60\nfunc load#(_ context.Context, key Key#) (Value#, error) { return Value#{Name: key.F#}, nil }\n" +
				"func Call#(ctx context.Context) { value, _ := Load#(ctx, Key#{}); _ = value }\n",
		},
		{
			name:     "otter",
			preamble: "import (\n\"context\"\n\"time\"\n\"github.com/maypok86/otter/v2\"\n)\n",
			function: types + "func load#(_ context.Context, key Key#) (Value#, error) { return Value#{Name: key.F#}, nil }\n" +
				"var cache# = otter.Must(&otter.Options[Key#, Value#]{MaximumSize: 10_000, ExpiryCalculator: otter.ExpiryWriting[Key#, Value#](time.Minute)})\n" +
				"func Call#(ctx context.Context) { value, _ := cache#.Get(ctx, Key#{}, otter.LoaderFunc[Key#, Value#](load#)); _ = value }\n",
		},
		{
			name:     "expirable",
			preamble: "import (\n\"context\"\n\"time\"\n\"github.com/hashicorp/golang-lru/v2/expirable\"\n)\n",
			function: types + "func load#(_ context.Context, key Key#) (Value#, error) { return Value#{Name: key.F#}, nil }\n" +
				"var cache# = expirable.NewLRU[Key#, Value#](10_000, nil, time.Minute)\n" +
				"func Call#(ctx context.Context) { if _, ok := cache#.Get(Key#{}); ok { return }; value, _ := load#(ctx, Key#{}); cache#.Add(Key#{}, value) }\n",
		},
	}
}

// functions measures what one more cached function costs in binary size and in
// compile time: a package with many, less one with one.
func functions(ctx context.Context, b *harness.Bench) error {
	more, rounds := 20, min(b.Rounds, 3)
	if b.Quick {
		more, rounds = 4, 1
	}
	dir, err := functionModule(ctx, b)
	if err != nil {
		return err
	}
	var builds []process
	table := harness.Table{
		Title:  "One more cached function, with types of its own",
		Header: []string{"", "binary, kB", "stripped, kB", "compile, CPU s", "compile, wall s"},
		Note:   fmt.Sprintf("A package with %d functions less one with 1, divided by %d. Compile times are the minimum of %d rounds.", more+1, more, rounds),
	}
	sizes := make(map[string][2]float64)
	for _, s := range styles() {
		packages, err := writeStyle(ctx, b, dir, s, more)
		if err != nil {
			return err
		}
		if sizes[s.name], err = growthOfBinary(ctx, dir, s.name, more); err != nil {
			return err
		}
		builds = append(builds, packages...)
	}
	t, err := measureProcesses(ctx, rounds, builds)
	if err != nil {
		return err
	}
	for _, s := range styles() {
		cpu, wall := perFunction(t, s.name, more)
		table.Rows = append(table.Rows, []string{
			s.name, harness.Short(sizes[s.name][0]), harness.Short(sizes[s.name][1]), fmt.Sprintf("%.3f", cpu), fmt.Sprintf("%.3f", wall),
		})
	}
	reportFunctions(b, sizes, t, more)
	b.Table(table)
	return nil
}

func reportFunctions(b *harness.Bench, sizes map[string][2]float64, t harness.Timings, more int) {
	ours, _ := perFunction(t, "ours", more)
	theirs, _ := perFunction(t, "otter", more)
	b.Figure("one more cached function: binary, stripped", sizes["ours"][1], "kB", harness.AtMost(40))
	b.Figure("one more cached function: binary", sizes["ours"][0], "kB", nil)
	b.Figure("one more cached function: compile time, CPU", ours, "s", harness.AtMost(0.05))
	b.Figure("one more cached function: binary, × otter", sizes["ours"][1]/sizes["otter"][1], "×", nil)
	b.Figure("one more cached function: compile time, CPU × otter", ours/theirs, "×", harness.AtMost(0.1))
}

// perFunction returns the seconds that each further function takes to compile.
func perFunction(t harness.Timings, name string, more int) (cpu, wall float64) {
	many, one := t.Of(name+"/many"), t.Of(name+"/one")
	per := 1 / float64(more) / 1000
	return (harness.Min(many.CPU) - harness.Min(one.CPU)) * per, (harness.Min(many.Wall) - harness.Min(one.Wall)) * per
}

// functionModule makes a module with the requirements of the benchmarks'.
func functionModule(ctx context.Context, b *harness.Bench) (string, error) {
	dir := filepath.Join(b.Scratch, "function")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	for _, name := range []string{"go.mod", "go.sum"} {
		text, err := os.ReadFile(filepath.Join(b.Root, name))
		if err != nil {
			return "", err
		}
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o644); err != nil {
			return "", err
		}
	}
	if _, err := run(ctx, dir, "go", "mod", "edit", "-module=example.com/function"); err != nil {
		return "", err
	}
	return dir, useCheckout(ctx, b, dir)
}

// writeStyle writes the packages of a style, and returns the builds of them, which
// find them changed each time.
func writeStyle(ctx context.Context, b *harness.Bench, dir string, s style, more int) ([]process, error) {
	var builds []process
	for variant, count := range map[string]int{"one": 1, "many": more + 1} {
		folder := s.name + "/" + variant
		if err := writeFunctions(filepath.Join(dir, folder), s, count); err != nil {
			return nil, err
		}
		if s.generate {
			program, err := tool(ctx, b, bunsuigen)
			if err != nil {
				return nil, err
			}
			if _, err := run(ctx, dir, program, "./"+folder); err != nil {
				return nil, err
			}
		}
		builds = append(builds, process{
			name: folder, dir: dir, args: []string{"go", "build", "./" + folder},
			before: func(round int) error { return touch(filepath.Join(dir, folder), round) },
		})
	}
	return builds, nil
}

// writeFunctions writes a package with count functions, and a program that uses it.
func writeFunctions(dir string, s style, count int) error {
	var text, calls strings.Builder
	text.WriteString("package lib\n" + s.preamble)
	for i := range count {
		number := fmt.Sprint(i + 1)
		text.WriteString(strings.ReplaceAll(s.function, "#", number))
		calls.WriteString("lib.Call" + number + "(context.Background())\n")
	}
	main := "package main\nimport (\n\"context\"\nlib \"example.com/function/" + s.name + "/" + filepath.Base(dir) + "\"\n)\nfunc main() {\n" + calls.String() + "}\n"
	if err := os.MkdirAll(filepath.Join(dir, "cmd"), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "cmd", "main.go"), []byte(main), 0o644); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "lib.go"), []byte(text.String()), 0o644)
}

// touch changes a package, so that it is compiled again.
func touch(dir string, round int) error {
	text := fmt.Sprintf("package lib\n\n// Round is what changed in a process with the number %d.\nconst Round = %d\n", os.Getpid(), round)
	return os.WriteFile(filepath.Join(dir, "round.go"), []byte(text), 0o644)
}

// growthOfBinary returns the kB that each further function adds to a program, as it
// is and stripped.
func growthOfBinary(ctx context.Context, dir, name string, more int) (growth [2]float64, err error) {
	for i, flags := range []string{"", "-s -w"} {
		var size [2]float64
		for j, variant := range []string{"one", "many"} {
			program := filepath.Join(dir, "program")
			if _, err := run(ctx, dir, "go", "build", "-ldflags="+flags, "-o", program, "./"+name+"/"+variant+"/cmd"); err != nil {
				return growth, err
			}
			info, err := os.Stat(program)
			if err != nil {
				return growth, err
			}
			size[j] = float64(info.Size())
		}
		growth[i] = (size[1] - size[0]) / float64(more) / 1000
	}
	return growth, nil
}
