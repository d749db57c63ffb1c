package main

import (
	"cmp"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/bunsui/bunsui-go/generator"
)

const listDetails = `A line for each decorated function: its place, its wrapper, the directives with
the outermost first, and by what kept results are told apart. If there is a mistake
in a directive, the mistakes are listed instead.

With -options a line follows for each option in force, with its value, and where it
comes from: the directive, defaults of the package (//bunsui:defaults), or what is
built in. What settings change while a program runs is not known here.

With -json the output is one object:
  version    1; it changes if a field changes its meaning or goes
  functions  ordered by package, file and place, each with
    package   import path
    file      relative to the current directory if below it, with forward slashes
    line, column   of the function's name, counted from 1, columns in bytes
    function  Func, or Type.Func for a method
    wrapper   the same for the wrapper
    exported  whether other packages can call the wrapper
    chain     the directives as written, outermost first
    key       by what results are told apart; empty if none are kept
    options   those in force, each with directive, name (empty for a wrapper that is
              named), value, and from: "directive", "defaults" with file, line and
              column, or "built-in"
    id        the name in a running process, for configuration and metrics
  home      what holds its state where that is no variable of the package: a field
            of a struct, Type.field, or the type around an interface; else absent

examples:
  bunsuigen list ./...
  bunsuigen list -json ./... | jq -r '.functions[].wrapper'
`

func listCommand() command {
	return command{
		name:     "list",
		operands: "[packages]",
		summary:  "list the decorated functions",
		details:  listDetails,
		prepare: func(flags *flag.FlagSet) runner {
			var tags string
			asJSON := flags.Bool("json", false, "print JSON")
			withOptions := flags.Bool("options", false, "list the options in force, too, and where they come from")
			declareTags(flags, &tags)
			return func(ctx context.Context, s *session, patterns []string) error {
				result, problems, err := s.load(ctx, tags, patterns)
				if err == nil {
					err = s.reject(problems, "")
				}
				if err != nil {
					return err
				}
				if *asJSON {
					return s.listJSON(result.Wrappers)
				}
				return s.listTable(result.Wrappers, *withOptions)
			}
		},
	}
}

func (s *session) listTable(wrappers []generator.Wrapper, withOptions bool) error {
	if len(wrappers) == 0 {
		s.complain("no decorated functions\n")
		return nil
	}
	table := tabwriter.NewWriter(s.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "PLACE\tFUNCTION\tWRAPPER\tCHAIN\tKEY")
	for _, w := range wrappers {
		chain := strings.ReplaceAll(strings.Join(w.Chain, " > "), "\t", " ")
		row := []string{place(s, w.Pos), w.Func, w.Name, chain, cmp.Or(w.Key, "-")}
		fmt.Fprintln(table, strings.Join(row, "\t"))
		if !withOptions {
			continue
		}
		// In a table of its own, so that long values do not part the columns above.
		if err := table.Flush(); err != nil {
			return err
		}
		s.listOptions(table, w.Options)
		if err := table.Flush(); err != nil {
			return err
		}
	}
	return table.Flush()
}

func (s *session) listOptions(table *tabwriter.Writer, options []generator.Option) {
	for _, o := range options {
		text := strings.TrimPrefix(o.Name+"="+strings.ReplaceAll(o.Value, "\t", " "), "=")
		from := "built in"
		switch o.From {
		case generator.FromDirective:
			from = fmt.Sprintf("here, line %d", o.Pos.Line)
		case generator.FromDefaults:
			from = "defaults of the package, " + place(s, o.Pos)
		}
		fmt.Fprintf(table, "    %s\t%s\t%s\n", o.Directive, text, from)
	}
}

// listed is the document that list -json prints. Fields may be added.
type listed struct {
	Version   int              `json:"version"`
	Functions []listedFunction `json:"functions"`
}

type listedFunction struct {
	Package  string   `json:"package"`
	File     string   `json:"file"`
	Line     int      `json:"line"`
	Column   int      `json:"column"`
	Function string   `json:"function"`
	Wrapper  string   `json:"wrapper"`
	Exported bool     `json:"exported"`
	Chain    []string `json:"chain"`
	Key      string   `json:"key"`
	ID       string   `json:"id"`
	Home     string   `json:"home,omitempty"`

	Options []listedOption `json:"options"`
}

type listedOption struct {
	Directive string `json:"directive"`
	Name      string `json:"name"`
	Value     string `json:"value"`
	From      string `json:"from"`
	File      string `json:"file,omitempty"`
	Line      int    `json:"line,omitempty"`
	Column    int    `json:"column,omitempty"`
}

func (s *session) listedOptions(options []generator.Option) []listedOption {
	all := []listedOption{}
	for _, o := range options {
		one := listedOption{Directive: o.Directive, Name: o.Name, Value: o.Value, From: string(o.From), Line: o.Pos.Line, Column: o.Pos.Column}
		if o.Pos.Filename != "" {
			one.File = s.path(o.Pos.Filename)
		}
		all = append(all, one)
	}
	return all
}

func (s *session) listJSON(wrappers []generator.Wrapper) error {
	document := listed{Version: 1, Functions: []listedFunction{}}
	for _, w := range wrappers {
		document.Functions = append(document.Functions, listedFunction{
			Package: w.Package, File: s.path(w.Pos.Filename), Line: w.Pos.Line, Column: w.Pos.Column,
			Function: w.Func, Wrapper: w.Name, Exported: w.Exported, Chain: w.Chain, Key: w.Key, ID: w.ID, Home: w.Home,
			Options: s.listedOptions(w.Options),
		})
	}
	encoder := json.NewEncoder(s.stdout)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "\t")
	return encoder.Encode(document)
}
