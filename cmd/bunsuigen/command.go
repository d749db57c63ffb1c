package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/bunsui/bunsui-go/annotations"
)

// A command is one thing that bunsuigen does.
type command struct {
	name string
	// operands are what follows the flags, for the usage line.
	operands string
	// summary is one line, without a dot.
	summary string
	// details follow the usage line in the help, with examples.
	details string
	// prepare declares the command's flags, and returns what carries it out once
	// they have been parsed.
	prepare func(*flag.FlagSet) runner
}

// A runner carries out a command with the operands of its command line. An error
// that the user has seen already is errReported.
type runner func(ctx context.Context, s *session, operands []string) error

// commands returns every command, in the order of the help. The first one is meant
// where none is named.
func commands() []command {
	return []command{
		generateCommand(),
		explainCommand(),
		listCommand(),
		diffCommand(),
		rulesCommand(),
		adoptCommand(),
		ejectCommand(),
		cleanCommand(),
		initCommand(),
		mergeCommand(),
		versionCommand(),
		helpCommand(),
	}
}

func findCommand(name string) (command, bool) {
	all := commands()
	i := slices.IndexFunc(all, func(c command) bool { return c.name == name })
	if i < 0 {
		return command{}, false
	}
	return all[i], true
}

// dispatch finds the command that args name and carries it out.
func (s *session) dispatch(ctx context.Context, args []string) error {
	c, args, err := chooseCommand(args)
	if err != nil {
		return err
	}
	flags := newFlagSet(c.name)
	run := c.prepare(flags)
	operands, err := parseFlags(flags, args)
	if errors.Is(err, flag.ErrHelp) {
		return s.print(c.help())
	}
	if err != nil {
		return err
	}
	return run(ctx, s, operands)
}

// chooseCommand returns the command that the first operand of args names, and the
// other arguments. Flags may stand before the command.
func chooseCommand(args []string) (command, []string, error) {
	i := firstOperand(args)
	if i < 0 {
		if slices.ContainsFunc(args, isHelpFlag) {
			c, _ := findCommand("help")
			return c, nil, nil
		}
		return commands()[0], args, nil
	}
	if c, ok := findCommand(args[i]); ok {
		return c, slices.Concat(args[:i], args[i+1:]), nil
	}
	if !isPattern(args[i]) {
		return command{}, nil, &usageError{message: fmt.Sprintf("unknown command %q%s; a package here is ./%s",
			args[i], didYouMean(args[i], commandNames()), args[i])}
	}
	return commands()[0], args, nil
}

func isHelpFlag(arg string) bool {
	return slices.Contains([]string{"-h", "--h", "-help", "--help"}, arg)
}

// isPattern tells whether a word can be meant as a package pattern. One without
// any dot or slash names a package of the standard library, which has no
// directives, and so is taken for a command.
func isPattern(word string) bool {
	return strings.ContainsAny(word, `./\@`) || word == "all" || word == "work"
}

// firstOperand returns the index of the first argument that is neither a flag nor
// a flag's value, or -1.
func firstOperand(args []string) int {
	valued := valuedFlags()
	for i := 0; i < len(args); i++ {
		name, isFlag := strings.CutPrefix(args[i], "-")
		switch {
		case !isFlag || name == "":
			return i
		case name == "-":
			return -1 // what follows is no command
		case valued[strings.TrimPrefix(name, "-")]:
			i++
		}
	}
	return -1
}

// valuedFlags are the flags of all commands that take the next argument as their
// value.
func valuedFlags() map[string]bool {
	valued := make(map[string]bool)
	for _, c := range commands() {
		flags := newFlagSet(c.name)
		c.prepare(flags)
		flags.VisitAll(func(f *flag.Flag) { valued[f.Name] = !isBool(f) })
	}
	return valued
}

func isBool(f *flag.Flag) bool {
	b, ok := f.Value.(interface{ IsBoolFlag() bool })
	return ok && b.IsBoolFlag()
}

// newFlagSet returns a set that prints nothing of its own.
func newFlagSet(name string) *flag.FlagSet {
	flags := flag.NewFlagSet(name, flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	return flags
}

// parseFlags parses flags before, between and after the operands, which it
// returns. All that follows "--" is operands.
func parseFlags(flags *flag.FlagSet, args []string) (operands []string, err error) {
	for {
		if err := flags.Parse(args); err != nil {
			return nil, flagError(flags, err)
		}
		rest := flags.Args()
		if len(rest) == 0 {
			return operands, nil
		}
		if n := len(args) - len(rest); n > 0 && args[n-1] == "--" {
			return append(operands, rest...), nil
		}
		operands = append(operands, rest[0])
		args = rest[1:]
	}
}

// flagError says in our words what package flag says.
func flagError(flags *flag.FlagSet, err error) error {
	if errors.Is(err, flag.ErrHelp) {
		return err
	}
	message := err.Error()
	if name, ok := strings.CutPrefix(message, "flag provided but not defined: -"); ok {
		message = fmt.Sprintf("%s has no flag -%s", flags.Name(), name)
		if flags.Name() == commands()[0].name { // which the user may not have named
			message = "unknown flag -" + name
		}
		message += flagHint(flags, name)
	}
	return &usageError{message: message, command: flags.Name()}
}

func flagHint(flags *flag.FlagSet, name string) string {
	if _, ok := findCommand(name); ok {
		return fmt.Sprintf(" (did you mean %q?)", "bunsuigen "+name)
	}
	var names []string
	flags.VisitAll(func(f *flag.Flag) { names = append(names, "-"+f.Name) })
	return didYouMean("-"+name, names)
}

func commandNames() []string {
	var names []string
	for _, c := range commands() {
		names = append(names, c.name)
	}
	return names
}

// didYouMean returns ` (did you mean "list"?)`, or nothing if no word is near.
func didYouMean(word string, words []string) string {
	near := annotations.Suggest(word, words)
	if near == "" {
		return ""
	}
	return fmt.Sprintf(" (did you mean %q?)", near)
}

// noOperands is the error for operands where none are expected.
func noOperands(name string, operands []string) error {
	if len(operands) == 0 {
		return nil
	}
	return &usageError{message: fmt.Sprintf("%s takes no argument, but there is %q", name, operands[0]), command: name}
}
