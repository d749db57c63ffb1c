package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// scenarios prepare the module in which the commands of a block are run. Each
// returns the folder in which they are.
var scenarios = map[string]func(t *testing.T) string{
	"quickstart": func(t *testing.T) string {
		return newModule(t, map[string]string{"main.go": read(t, "examples/quickstart/main.go")})
	},
	"mistake": func(t *testing.T) string {
		return newModule(t, map[string]string{
			"main.go": strings.Replace(read(t, "examples/quickstart/main.go"), "ttl=60", "tll=60", 1),
		})
	},
	"adopt": func(t *testing.T) string {
		return newModule(t, map[string]string{"shop.go": `package shop

import "context"

// Price asks for the price of an article, in cents.
func Price(ctx context.Context, sku string) (int, error) {
	return 100 * len(sku), nil
}
`})
	},
	"demo": func(*testing.T) string { return filepath.Join(root, "examples") },
	"mistakes": func(t *testing.T) string {
		return newModule(t, map[string]string{"shop.go": `package shop

import (
	"context"
	"database/sql"
)

type Query struct{ Words []string }

type Store struct{ db *sql.DB }

// find looks articles up.
//
//bunsui:cached ttl=60
func (s *Store) find(ctx context.Context, q *Query) ([]string, error) {
	return q.Words, ctx.Err()
}
`})
	},
}

// unchecked are commands that a test cannot run, because they need a network.
var unchecked = regexp.MustCompile(`^go get -tool github\.com/bunsui/bunsui-go/cmd/bunsuigen$`)

// TestCommands runs what the README and the guide tell their readers to run, and
// compares what is printed, apart from durations. The guide's other languages show the
// same: see TestLanguages.
func TestCommands(t *testing.T) {
	if testing.Short() {
		t.Skip("builds programs")
	}
	for _, page := range []string{"README.md", "docs/guide.md"} {
		checkCommands(t, page)
	}
}

func checkCommands(t *testing.T, page string) {
	for _, b := range blocks(read(t, page)) {
		if b.language != "console" {
			continue
		}
		name, isRun := strings.CutPrefix(b.source, "run: ")
		if !isRun {
			checkUnchecked(t, page, b)
			continue
		}
		prepare, ok := scenarios[name]
		if !ok {
			t.Errorf("%s:%d: there is no scenario %q", page, b.line, name)
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			compareRuns(t, prepare(t), b.text)
		})
	}
}

func checkUnchecked(t *testing.T, page string, b block) {
	for line := range strings.Lines(b.text) {
		command, isCommand := strings.CutPrefix(strings.TrimSpace(line), "$ ")
		if !isCommand || !unchecked.MatchString(command) {
			t.Errorf("%s:%d: nothing checks %q", page, b.line, strings.TrimSpace(line))
		}
	}
}

// compareRuns runs each command of a console block. The output that the block
// shows may leave out the end.
func compareRuns(t *testing.T, dir, console string) {
	for step := range strings.SplitSeq(strings.TrimPrefix(console, "$ "), "\n$ ") {
		command, want, _ := strings.Cut(step, "\n")
		got := normal(run(t, dir, command))
		want = normal(want)
		if strings.HasPrefix(got, want) {
			continue
		}
		t.Errorf("%s (-page +now):\n%s", command, cmp.Diff(want, got))
	}
}

var (
	duration = regexp.MustCompile(`\b[\d.]+(ns|µs|ms|s)\b`)
	blanks   = regexp.MustCompile(`[ \t]+`)
)

// normal takes out of an output what differs from run to run.
func normal(output string) string {
	output = duration.ReplaceAllString(output, "TIME")
	output = blanks.ReplaceAllString(output, " ")
	return strings.TrimSpace(output)
}

// run runs a command that stands in the README, without a shell, and returns
// what it prints.
func run(t *testing.T, dir, command string) string {
	t.Helper()
	if command == "make demo" {
		command = "go run ./demo" // what make does, where there may be no make
	}
	cmd := exec.CommandContext(t.Context(), "go", words(strings.TrimPrefix(command, "go "))...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off")
	out, _ := cmd.CombinedOutput() // whether it may fail is seen in what it prints
	return string(out)
}

var word = regexp.MustCompile(`'[^']*'|\S+`)

// words splits a command line, with single quotes.
func words(line string) []string {
	found := word.FindAllString(line, -1)
	for i, w := range found {
		found[i] = strings.Trim(w, "'")
	}
	return found
}

// newModule makes a module that has what go get -tool gives it, with this
// checkout in place of a release.
func newModule(t *testing.T, files map[string]string) string {
	t.Helper()
	checkout, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	mod := read(t, "examples/go.mod")
	mod = strings.Replace(mod, "module github.com/bunsui/bunsui-go/examples", "module example.com/hello", 1)
	mod = strings.Replace(mod, "=> ../", "=> "+filepath.ToSlash(checkout), 1)
	dir := t.TempDir()
	write := func(name, content string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("go.mod", mod)
	write("go.sum", read(t, "examples/go.sum"))
	for name, content := range files {
		write(name, content)
	}
	return dir
}
