package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/cmd/bunsuigen/internal/setup"
)

// newSession returns a session in a directory, and what it prints.
func newSession(dir string) (s *session, stdout, stderr *bytes.Buffer) {
	stdout, stderr = new(bytes.Buffer), new(bytes.Buffer)
	return &session{stdout: stdout, stderr: stderr, dir: dir, env: os.Environ()}, stdout, stderr
}

// Every command is documented, and can be asked for help.
func TestCommands(t *testing.T) {
	seen := make(map[string]bool)
	for _, c := range commands() {
		if c.summary == "" || strings.HasSuffix(c.summary, ".") || seen[c.name] {
			t.Errorf("%s: no summary, one with a dot, or a second command of this name", c.name)
		}
		seen[c.name] = true
		s, stdout, stderr := newSession(t.TempDir())
		if code := s.run(t.Context(), []string{c.name, "-h"}); code != exitFine || stderr.Len() > 0 {
			t.Errorf("%s -h: exit code %d, %s", c.name, code, stderr)
		}
		if !strings.HasPrefix(stdout.String(), "usage: bunsuigen "+c.name) {
			t.Errorf("%s -h prints %q", c.name, stdout)
		}
		for _, line := range strings.Split(stdout.String(), "\n") {
			if len(line) > 120 {
				t.Errorf("%s -h: line is too long: %s", c.name, line)
			}
		}
	}
}

func TestChooseCommand(t *testing.T) {
	tests := []struct {
		args    string
		command string
		rest    string
	}{
		{"", "generate", ""},
		{"./...", "generate", "./..."},
		{"-check ./...", "generate", "-check ./..."},
		{"./... -check", "generate", "./... -check"},
		{"generate -v", "generate", "-v"},
		{"-v generate ./a", "generate", "-v ./a"},
		{"list ./a -json", "list", "./a -json"},
		{"-tags list ./a", "generate", "-tags list ./a"},
		{"-tags=x list ./a", "list", "-tags=x ./a"},
		{"--tags x list", "list", "--tags x"},
		{"-- list", "generate", "-- list"},
		{"./list", "generate", "./list"},
		{"example.com/list", "generate", "example.com/list"},
		{"all", "generate", "all"},
		{"-h", "help", ""},
		{"-check --help", "help", ""},
		{"-h list", "list", "-h"},
	}
	for _, test := range tests {
		c, rest, err := chooseCommand(strings.Fields(test.args))
		if err != nil || c.name != test.command || strings.Join(rest, " ") != test.rest {
			t.Errorf("%q: got %s with %q, %v; want %s with %q", test.args, c.name, rest, err, test.command, test.rest)
		}
	}
}

func TestParseFlags(t *testing.T) {
	tests := []struct {
		args, operands, tags string
		check                bool
	}{
		{"a b", "a b", "", false},
		{"-check a b", "a b", "", true},
		{"a -check b", "a b", "", true},
		{"a b -check -tags x,y", "a b", "x,y", true},
		{"-tags x a -- -check", "a -check", "x", false},
		{"-- -check", "-check", "", false},
		{"-check=false a", "a", "", false},
	}
	for _, test := range tests {
		flags := newFlagSet("test")
		check := flags.Bool("check", false, "")
		tags := flags.String("tags", "", "")
		operands, err := parseFlags(flags, strings.Fields(test.args))
		if err != nil || strings.Join(operands, " ") != test.operands || *check != test.check || *tags != test.tags {
			t.Errorf("%q: got %q, -check=%t, -tags=%q, %v", test.args, operands, *check, *tags, err)
		}
	}
	for _, args := range []string{"-none", "a -none", "-tags", "-check=2"} {
		flags := newFlagSet("test")
		flags.Bool("check", false, "")
		flags.String("tags", "", "")
		_, err := parseFlags(flags, strings.Fields(args))
		if usage, ok := errors.AsType[*usageError](err); !ok || usage.command != "test" {
			t.Errorf("%q: got error %v, want one about usage", args, err)
		}
	}
	if _, err := parseFlags(newFlagSet("test"), []string{"-help"}); !errors.Is(err, flag.ErrHelp) {
		t.Errorf("-help gives %v", err)
	}
}

// An end of the context is an interruption, whatever error comes of it.
func TestRunInterrupted(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module example.com/shop\n\ngo 1.26.0\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	source := "package shop\n\n//bunsui:cached ttl=60\nfunc user(id int) int { return id }\n"
	if err := os.WriteFile(filepath.Join(dir, "user.go"), []byte(source), 0o644); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("interrupt signal received"))
	for _, args := range [][]string{nil, {"-check"}, {"list"}, {"clean"}} {
		s, stdout, stderr := newSession(dir)
		code := s.run(ctx, args)
		if code != exitFailed || stdout.Len() > 0 || stderr.String() != "bunsuigen: interrupted; nothing was written\n" {
			t.Errorf("%q: exit code %d, %q, %q", args, code, stdout, stderr)
		}
	}
}

// failingWriter is standard output on a full disk, or a pipe that nobody reads.
type failingWriter struct{}

func (failingWriter) Write([]byte) (int, error) { return 0, errors.New("no space left") }

func TestRunReportsFailingOutput(t *testing.T) {
	for _, args := range [][]string{{"help"}, {"version"}, {"explain"}, {"explain", "cached"}} {
		s, _, stderr := newSession(t.TempDir())
		s.stdout = failingWriter{}
		if code := s.run(t.Context(), args); code != exitFailed || stderr.String() != "bunsuigen: no space left\n" {
			t.Errorf("%q: exit code %d, %q", args, code, stderr)
		}
	}
}

func TestDescribe(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "shop")
	s, _, _ := newSession(dir)
	inside := &fs.PathError{Op: "write", Path: filepath.Join(dir, "a", "b.go"), Err: fs.ErrPermission}
	outside := &fs.PathError{Op: "write", Path: filepath.Join(filepath.Dir(dir), "c.go"), Err: fs.ErrPermission}
	got := s.describe(errors.Join(inside, outside, errors.New("cannot find "+filepath.Join(dir, "d.go"))))
	want := "write a/b.go: permission denied\n" +
		"write " + filepath.ToSlash(outside.Path) + ": permission denied\n" +
		"cannot find d.go"
	if got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

// A terminal is told after a while that something goes on, and only then.
func TestNoteAfter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _, stderr := newSession("")
		stop := s.noteAfter(slow)
		time.Sleep(slow - 1)
		stop()
		time.Sleep(slow)
		if stderr.Len() > 0 {
			t.Errorf("a quick run prints %q", stderr)
		}
		stop = s.noteAfter(slow)
		time.Sleep(slow)
		synctest.Wait()
		stop()
		if got := stderr.String(); got != "loading packages…\n" {
			t.Errorf("a slow run prints %q", got)
		}
	})
}

func TestIsTerminal(t *testing.T) {
	f, err := os.Create(filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if isTerminal(f) || isTerminal(new(bytes.Buffer)) {
		t.Error("a file or a buffer counts as a terminal")
	}
}

func TestVersionOf(t *testing.T) {
	built := func(main string, version string, deps ...*debug.Module) *debug.BuildInfo {
		return &debug.BuildInfo{Main: debug.Module{Path: main, Version: version}, Deps: deps}
	}
	checkout := built(setup.ModulePath, "(devel)")
	checkout.Settings = []debug.BuildSetting{{Key: "vcs.revision", Value: "abc"}}
	tests := []struct {
		info *debug.BuildInfo
		want string
	}{
		{nil, "(devel)"},
		{built(setup.ModulePath, ""), "(devel)"},
		{built(setup.ModulePath, "v1.2.3"), "v1.2.3"},
		{built("example.com/shop", "v9.9.9", &debug.Module{Path: setup.ModulePath, Version: "v1.2.3"}), "v1.2.3"},
		{checkout, "(devel) abc"},
	}
	for _, test := range tests {
		if got := versionOf(test.info); got != test.want {
			t.Errorf("got %q, want %q", got, test.want)
		}
	}
}

// New names are found in old files by line, whatever else is wrong with these.
func TestFuncDecl(t *testing.T) {
	old := `<<<<<<< HEAD
func GetUser(ctx context.Context) {
func GetItem[T any](id T) {
func (s *Store) Price(name string) int {
func (Store) Name() string {
func (p Pair[K, V]) Swap() Pair[V, K] {
func (p *Pair[_, V]) Value() V {
	func Indented() {
type Func func(int)
`
	var got []string
	for _, match := range funcDecl.FindAllStringSubmatch(old, -1) {
		got = append(got, match[1]+"."+match[2])
	}
	want := []string{".GetUser", ".GetItem", "Store.Price", "Store.Name", "Pair.Swap", "Pair.Value"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
