package setup

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// A module is the user's.
type module struct {
	path string
	// root is the absolute folder of go.mod.
	root string
	// hasTool tells whether go.mod has a tool line for us.
	hasTool bool
	// required is the version of ours that go.mod asks for, if it does.
	required string
	// replaced tells whether go.mod says where our module comes from.
	replaced bool
}

// goMod is what we need of the output of go mod edit -json.
type goMod struct {
	Module  struct{ Path string }
	Require []struct{ Path, Version string }
	Replace []struct{ Old struct{ Path string } }
	Tool    []struct{ Path string }
}

// findModule finds the module that holds the request's folder.
func findModule(ctx context.Context, r Request) (module, error) {
	out, err := runGo(ctx, r.Env, r.Dir, "env", "GOMOD", "GOWORK")
	if err != nil {
		return module{}, err
	}
	file, workspace, _ := strings.Cut(strings.ReplaceAll(out, "\r", ""), "\n")
	if file == "" || file == os.DevNull {
		return module{}, noModule(r, strings.TrimSpace(workspace))
	}
	out, err = runGo(ctx, r.Env, r.Dir, "mod", "edit", "-json", file)
	if err != nil {
		return module{}, err
	}
	var parsed goMod
	if err := json.Unmarshal([]byte(out), &parsed); err != nil {
		return module{}, fmt.Errorf("go mod edit -json: %w", err)
	}
	m := module{path: parsed.Module.Path, root: filepath.Dir(file)}
	for _, tool := range parsed.Tool {
		m.hasTool = m.hasTool || tool.Path == ToolPath
	}
	for _, require := range parsed.Require {
		if require.Path == ModulePath {
			m.required = require.Version
		}
	}
	for _, replace := range parsed.Replace {
		m.replaced = m.replaced || replace.Old.Path == ModulePath
	}
	return m, nil
}

// noModule says why there is nothing to prepare.
func noModule(r Request, workspace string) error {
	dir := r.Show(r.Dir)
	if workspace != "" && workspace != "off" {
		return fmt.Errorf("%s is in a workspace, but in none of its modules: name the folder of one, as in bunsuigen init ./shop", dir)
	}
	return fmt.Errorf("%s is in no module: make one first, as in go mod init example.com/shop", dir)
}

// addTool adds the command to go.mod, which then pins generator and runtime to
// one version.
func (s *setup) addTool(ctx context.Context) Step {
	where := s.Show(filepath.Join(s.module.root, "go.mod"))
	if s.module.hasTool {
		return Step{State: Present, Text: where + ": tool " + ToolPath}
	}
	target := s.target()
	args := []string{"get", "-tool", target}
	if !s.Dry {
		if _, err := runGo(ctx, s.Env, s.module.root, args...); err != nil {
			return s.toolFailed(where, args, err)
		}
	}
	return Step{State: Done, Text: where + ": go get -tool " + target, Details: s.vendorAdvice()}
}

// target is what go get is asked for. A module that uses our runtime already says
// which version; if it says where the module comes from, there may be no other.
func (s *setup) target() string {
	switch {
	case s.module.required != "":
		return ToolPath + "@" + s.module.required
	case s.module.replaced || s.Version == "":
		return ToolPath
	default:
		return ToolPath + "@" + s.Version
	}
}

func (s *setup) toolFailed(where string, args []string, err error) Step {
	details := []string{"go.mod is as it was, and go tool bunsuigen does not work yet"}
	if failure, ok := errors.AsType[*goError](err); ok {
		details = slices.Concat(strings.Split(failure.message, "\n"), details)
		err = errors.New("go get -tool failed")
	}
	return failed(where, err, append(details,
		"if there is no network: see GOPROXY in go help environment; of a private copy: GOPRIVATE, or",
		"  go mod edit -replace="+ModulePath+"=FOLDER",
		"then run bunsuigen init again, or go "+strings.Join(args, " "))...)
}

// vendorAdvice says that vendored modules are not complete any more.
func (s *setup) vendorAdvice() []string {
	if _, err := os.Stat(filepath.Join(s.module.root, "vendor", "modules.txt")); err != nil {
		return nil
	}
	return []string{"this module vendors what it needs: run go mod vendor, which adds the tool"}
}

// A goError is a run of the go command that has failed.
type goError struct {
	args    []string
	message string
	err     error
}

// Error says what failed, in the words of the go command.
func (e *goError) Error() string {
	return fmt.Sprintf("go %s: %s", strings.Join(e.args, " "), e.message)
}

// Unwrap returns the error of package exec.
func (e *goError) Unwrap() error { return e.err }

// runGo runs the go command in dir and returns what it prints.
func runGo(ctx context.Context, env []string, dir string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir, cmd.Env = dir, append(slices.Clip(env), "PWD="+dir)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err == nil {
		return string(out), nil
	}
	message := strings.TrimSpace(stderr.String())
	if message == "" {
		message = err.Error()
	}
	return "", &goError{args: args, message: message, err: err}
}
