package main

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/bunsui/bunsui-go/generator/load"
)

var update = flag.Bool("update", false, "rewrite the output that the scripts expect")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"bunsuigen": main})
}

// TestScripts runs testdata/script. A script without a go.mod gets one that finds
// our runtime in this checkout. Beside the commands of testscript there are
//
//	age file...        make files look old
//	[!] aged file...   check that files were not touched since
//	[!] ours file...   check that files are bunsuigen's
//	module dir path    make a module in a folder, as that of the script
func TestScripts(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	goEnv := goEnvironment(t)
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			env.Vars = append(env.Vars, goEnv...)
			return writeModule(env.WorkDir, "example.com/shop", root)
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"age": age, "aged": aged, "ours": ours,
			"module": func(ts *testscript.TestScript, _ bool, args []string) {
				ts.Check(os.MkdirAll(ts.MkAbs(args[0]), 0o777))
				ts.Check(writeModule(ts.MkAbs(args[0]), args[1], root))
			},
		},
	})
}

// goEnvironment is what the go command needs of the environment that scripts do
// not have. It must not use the network: the scripts import our module and the
// standard library only.
func goEnvironment(t *testing.T) []string {
	t.Helper()
	env := []string{"GOPROXY=off", "GOSUMDB=off", "GOTOOLCHAIN=local", "GOFLAGS=", "GOWORK="}
	for _, name := range []string{"GOCACHE", "GOMODCACHE", "GOPATH"} {
		value, err := exec.CommandContext(t.Context(), "go", "env", name).Output()
		if err != nil {
			t.Fatal(err)
		}
		env = append(env, name+"="+strings.TrimSpace(string(value)))
	}
	return env
}

func writeModule(dir, modulePath, root string) error {
	path := filepath.Join(dir, "go.mod")
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	text := "module " + modulePath + "\n\ngo 1.26.0\n\n" +
		"require github.com/bunsui/bunsui-go v0.0.0\n\n" +
		"replace github.com/bunsui/bunsui-go => " + filepath.ToSlash(root) + "\n"
	return os.WriteFile(path, []byte(text), 0o644)
}

var past = time.Date(2001, 2, 3, 4, 5, 6, 0, time.UTC)

func age(ts *testscript.TestScript, _ bool, args []string) {
	for _, name := range args {
		ts.Check(os.Chtimes(ts.MkAbs(name), past, past))
	}
}

func aged(ts *testscript.TestScript, neg bool, args []string) {
	for _, name := range args {
		info, err := os.Stat(ts.MkAbs(name))
		ts.Check(err)
		if untouched := info.ModTime().Equal(past); untouched == neg {
			ts.Fatalf("%s: touched: %t", name, !untouched)
		}
	}
}

func ours(ts *testscript.TestScript, neg bool, args []string) {
	for _, name := range args {
		if is := load.IsOutput(name, []byte(ts.ReadFile(name))); is == neg {
			ts.Fatalf("%s: bunsuigen's: %t", name, is)
		}
	}
}
