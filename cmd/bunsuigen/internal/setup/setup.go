// Package setup prepares a module and its git repository for bunsuigen: the tool
// in go.mod, the go:generate line, the attributes of generated files, and the driver
// that merges them. It knows whether CI checks them, and what to add there.
//
// What is there already stays as it is, and what is the user's is added to, never
// replaced: where that is not possible, a step says what to do by hand. It
// generates nothing and does not print.
package setup

import (
	"context"
	"fmt"
)

const (
	// ModulePath is the module that holds the command and the runtime.
	ModulePath = "github.com/bunsui/bunsui-go"
	// ToolPath is the package of the command.
	ToolPath = ModulePath + "/cmd/bunsuigen"
)

// A Request says what to prepare.
type Request struct {
	// Dir is an absolute folder in the module.
	Dir string
	// Env is the environment of the go command and of git.
	Env []string
	// Version is that of the tool to add to a module which does not require
	// ModulePath yet, such as "v1.2.3". Empty: the newest one that there is.
	Version string
	// Dry makes Run change nothing, and tell what it would do.
	Dry bool
	// Show returns an absolute path as the user is to see it.
	Show func(path string) string
}

// A State is what has become of a step.
type State int

// The states of a step.
const (
	// Done says that something was changed; in a dry run, that it would be.
	Done State = iota
	// Present says that it was so already.
	Present
	// ToDo says that it is left to the user, as something of the user's is in
	// its place.
	ToDo
	// Skipped says that it makes no sense here.
	Skipped
	// Failed says that it was tried, or was to be tried, and is not done.
	Failed
)

// A Step is one thing that Run has looked after.
type Step struct {
	State State
	// Text is one line: the place, a colon, and what is there now.
	Text string
	// Details are lines that follow: what a command has printed, or advice.
	Details []string
}

// A Report is what Run has done.
type Report struct {
	// Module is the path of the module, and Root its absolute folder.
	Module, Root string
	Steps        []Step
}

// Run prepares the module that holds the request's folder. The error says that
// there is no module, or that its go.mod cannot be read; nothing is changed then.
// A step that fails does not keep the others from being done. If ctx ends, the
// remaining steps have failed.
func Run(ctx context.Context, request Request) (*Report, error) {
	m, err := findModule(ctx, request)
	if err != nil {
		return nil, err
	}
	s := &setup{Request: request, module: m}
	steps := []func(context.Context) Step{s.addTool, s.addGenerateLine}
	if why := s.findRepository(ctx); why != "" {
		steps = append(steps, func(context.Context) Step { return withoutGit(why) })
	} else {
		steps = append(steps, s.addAttributes, s.configureDriver)
	}
	steps = append(steps, s.findCheck)
	report := &Report{Module: m.path, Root: m.root}
	for _, step := range steps {
		if err := context.Cause(ctx); err != nil {
			report.Steps = append(report.Steps, Step{State: Failed, Text: "the rest was not tried: " + err.Error()})
			break
		}
		report.Steps = append(report.Steps, step(ctx))
	}
	return report, nil
}

// setup is one run.
type setup struct {
	Request
	module     module
	repository repository
}

func withoutGit(why string) Step {
	return Step{
		State:   Skipped,
		Text:    ".gitattributes, merge driver: " + why,
		Details: []string{"run bunsuigen init again once the module is in a git repository"},
	}
}

// failed is the step that err has kept from being done.
func failed(what string, err error, advice ...string) Step {
	return Step{State: Failed, Text: fmt.Sprintf("%s: %v", what, err), Details: advice}
}
