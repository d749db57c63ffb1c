package main

import (
	"context"
	"flag"
	"fmt"
	"strings"
	"text/tabwriter"
)

func helpCommand() command {
	return command{
		name:     "help",
		operands: "[command]",
		summary:  "describe the commands, or one of them",
		prepare: func(*flag.FlagSet) runner {
			return func(_ context.Context, s *session, operands []string) error {
				switch len(operands) {
				case 0:
					return s.print(overview())
				case 1:
					return s.helpFor(operands[0])
				default:
					return &usageError{message: "help takes one command at a time"}
				}
			}
		},
	}
}

func (s *session) helpFor(name string) error {
	c, ok := findCommand(name)
	if !ok {
		return &usageError{message: fmt.Sprintf("unknown command %q%s", name, didYouMean(name, commandNames()))}
	}
	return s.print(c.help())
}

// overview is what bunsuigen help prints.
func overview() string {
	var b strings.Builder
	b.WriteString(`bunsuigen writes the wrappers of functions that are annotated with //bunsui:
comments. In user.go,

  // getUser loads one user.
  //
  //bunsui:cached ttl=60
  func getUser(ctx context.Context, id int64) (*User, error) { ... }

gives GetUser in user.bunsui.go, with the same signature: call that.

usage:
  bunsuigen [flags] [packages]
  bunsuigen command [flags] [operands]

commands:
`)
	table := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, c := range commands() {
		fmt.Fprintf(table, "  %s\t%s\n", strings.TrimSpace(c.name+" "+c.operands), c.summary)
	}
	_ = table.Flush() // to memory, which does not fail
	b.WriteString("\nflags of generate:\n")
	b.WriteString(commands()[0].flagHelp())
	b.WriteString(`
examples:
  bunsuigen ./...               generate for the whole module
  bunsuigen -check ./...        in CI: fail if generated files are out of date
  bunsuigen explain cached      what a directive does, and its options

Exit codes: 0 fine; 1 errors in the code or stale files; 2 wrong usage.
More about a command: bunsuigen help generate
`)
	return b.String()
}

// help is the page about one command.
func (c command) help() string {
	text := strings.TrimRight("usage: bunsuigen "+c.name+" [flags] "+c.operands, " ") + "\n"
	flags := c.flagHelp()
	if flags == "" {
		text = strings.Replace(text, " [flags]", "", 1)
	}
	text += "\n" + strings.ToUpper(c.summary[:1]) + c.summary[1:] + ".\n"
	if flags != "" {
		text += "\nflags:\n" + flags
	}
	if c.details != "" {
		text += "\n" + c.details
	}
	return text
}

// flagHelp describes the command's flags, a line each, if it has any.
func (c command) flagHelp() string {
	flags := newFlagSet(c.name)
	c.prepare(flags)
	var b strings.Builder
	table := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	flags.VisitAll(func(f *flag.Flag) {
		value, usage := flag.UnquoteUsage(f)
		fmt.Fprintf(table, "  %s\t%s\n", strings.TrimSpace("-"+f.Name+" "+value), usage)
	})
	_ = table.Flush() // to memory, which does not fail
	return b.String()
}
