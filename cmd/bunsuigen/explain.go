package main

import (
	"context"
	"flag"
	"fmt"
	"slices"
	"strings"

	"github.com/bunsui/bunsui-go/annotations"
	"github.com/bunsui/bunsui-go/generator/decorator/all"
)

func explainCommand() command {
	return command{
		name:     "explain",
		operands: "[directive]",
		summary:  "describe the annotations, or one directive and its options",
		details: `examples:
  bunsuigen explain             the language and all directives
  bunsuigen explain cached      what //bunsui:cached does, and its options
`,
		prepare: func(*flag.FlagSet) runner {
			return func(_ context.Context, s *session, operands []string) error { return s.explain(operands) }
		},
	}
}

func (s *session) explain(operands []string) error {
	schemas := all.Schemas()
	switch len(operands) {
	case 0:
		return s.print(annotations.Overview(schemas))
	case 1:
		return s.explainDirective(schemas, operands[0])
	default:
		return &usageError{message: "explain takes one directive at a time", command: "explain"}
	}
}

// explainDirective takes the name also as it stands in a source file.
func (s *session) explainDirective(schemas []*annotations.Schema, name string) error {
	name = strings.TrimPrefix(strings.TrimPrefix(name, "//"), "bunsui:")
	i := slices.IndexFunc(schemas, func(schema *annotations.Schema) bool { return schema.Name == name })
	if i >= 0 {
		return s.print(schemas[i].Explain())
	}
	var names []string
	for _, schema := range schemas {
		names = append(names, schema.Name)
	}
	return &usageError{command: "explain", message: fmt.Sprintf("unknown directive %q%s; directives: %s",
		name, didYouMean(name, names), strings.Join(names, ", "))}
}
