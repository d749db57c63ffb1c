// Package git runs the git command for bunsuigen. It decides nothing: which
// configuration, hooks and files are touched is for its callers to say.
package git

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
)

// A Tree is a folder in which git is run. It may be used by several goroutines at
// once.
type Tree struct {
	// Dir is the absolute folder.
	Dir string
	// Env is the environment of git.
	Env []string
}

// An Error is a run of git that has failed.
type Error struct {
	// Args is the command line, without "git".
	Args []string
	// Code is git's exit code, or -1 if git could not be run or was ended.
	Code int
	// Message is what git printed to standard error, without its last newline.
	Message string
	err     error
}

// Error says what failed, and why in git's words if it printed any.
func (e *Error) Error() string {
	why := e.Message
	if why == "" {
		why = e.err.Error()
	}
	return fmt.Sprintf("git %s: %s", strings.Join(e.Args, " "), why)
}

// Unwrap returns the error of package exec, such as exec.ErrNotFound.
func (e *Error) Unwrap() error { return e.err }

// Run runs git with args and returns what it prints. The error is an *Error. An
// end of ctx ends git.
func (t Tree) Run(ctx context.Context, args ...string) (string, error) {
	return t.Feed(ctx, "", args...)
}

// Feed is Run with text for git to read from standard input.
func (t Tree) Feed(ctx context.Context, stdin string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "git", args...)
	cmd.Dir, cmd.Env = t.Dir, t.Env
	cmd.Stdin = strings.NewReader(stdin)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err == nil {
		return string(out), nil
	}
	code := -1
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		code = exit.ExitCode()
	}
	return string(out), &Error{Args: args, Code: code, Message: strings.TrimSpace(stderr.String()), err: err}
}

// Line is Run for commands that print one line, which it returns without its
// newline.
func (t Tree) Line(ctx context.Context, args ...string) (string, error) {
	out, err := t.Run(ctx, args...)
	return strings.TrimRight(out, "\r\n"), err
}

// Setting returns the value of a key of git's configuration, as it is in force
// here, and whether it is set.
func (t Tree) Setting(ctx context.Context, key string) (value string, set bool, err error) {
	value, err = t.Line(ctx, "config", "--get", key)
	if failed, ok := errors.AsType[*Error](err); ok && failed.Code == 1 {
		return "", false, nil // git's way to say that there is none
	}
	return value, err == nil, err
}

// Fields splits the output of a command that was run with -z.
func Fields(out string) []string {
	if out == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(out, "\x00"), "\x00")
}
