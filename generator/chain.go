package generator

import (
	"fmt"
	"go/ast"
	"slices"
	"strings"

	"github.com/bunsui/bunsui-go/annotations"
	"github.com/bunsui/bunsui-go/generator/decorator"
	"github.com/bunsui/bunsui-go/generator/decorator/all"
	"github.com/bunsui/bunsui-go/generator/diag"
	"github.com/bunsui/bunsui-go/generator/emit"
	"github.com/bunsui/bunsui-go/generator/model"
)

// A chain is the directives of one function while they are checked and emitted.
type chain struct {
	fn *model.Func
	// directives are those of fn that this chain has, outermost first, and below is the
	// chain of the ones that follow, or nil.
	directives []annotations.Annotation
	below      *chain
	// hidden tells that the wrapper is for the chain above only, whose wrapper has the name
	// that it would have.
	hidden bool
	// dead tells that there is no function for the directives to stand on, which was
	// reported.
	dead     bool
	known    map[string]decorator.Entry
	claims   *decorator.Claims
	problems *diag.List
	names    decorator.Names
	id       string
	steps    []step
	layers   []layer
	facts    *model.Facts
	// home is what holds the function's state, or nil.
	home *home
}

// A step is one directive.
type step struct {
	entry decorator.Entry
	pass  *decorator.Pass
	// options are as far as they could be read; broken tells that too little of
	// them could be read to check them against the function.
	options any
	broken  bool
	plan    any
}

// plan checks all directives of the function, which decode has read, and what they
// ask of it together.
func (c *chain) plan() {
	if len(c.steps) == 0 || c.dead {
		return
	}
	c.checkTwice()
	c.checkFunc()
	if !c.checkPlace() {
		return
	}
	c.layers = c.divide()
	c.nameIt()
	for i := range c.steps {
		c.planStep(&c.steps[i])
	}
	for i := range c.layers {
		c.joinPlans(&c.layers[i])
	}
}

func (c *chain) planStep(s *step) {
	if s.broken {
		return
	}
	s.pass.Names, s.pass.ID, s.pass.Facts, s.pass.Chain = c.names, c.id, c.facts, c.directiveNames()
	s.plan = s.entry.Plan(s.pass, s.options)
}

func directiveNames() []string {
	var names []string
	for _, schema := range all.Schemas() {
		names = append(names, schema.Name)
	}
	return names
}

// checkFunc refuses functions that no wrapper can stand for.
func (c *chain) checkFunc() {
	first := c.steps[0].pass
	for _, name := range neededPredeclared {
		if pos, ok := c.fn.File.Package.Declared[name]; ok {
			first.Report(nil, "package %s declares %s at %s, and generated code needs Go's own",
				c.fn.File.Package.Name, name, decorator.Place(pos))
		}
	}
	if c.fn.Decl != nil && c.fn.Decl.Body != nil && callsRecover(c.fn.Decl.Body) {
		first.Report([]string{"decorate a function that it calls, or recover in a function literal"},
			"%s calls recover, which works only in the function that is deferred: a wrapper would be deferred in its place", c.fn.Name)
	}
}

// neededPredeclared are the names that generated code may use where the user's
// signature does not.
var neededPredeclared = []string{"bool", "complex128", "error", "false", "float64", "nil", "panic", "true"}

// callsRecover tells whether body itself calls recover, not a function literal in
// it.
func callsRecover(body *ast.BlockStmt) bool {
	found := false
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.CallExpr:
			if id, ok := n.Fun.(*ast.Ident); ok && id.Name == "recover" && len(n.Args) == 0 {
				found = true
			}
		}
		return true
	})
	return found
}

// checkTwice refuses a directive that stands twice on a function and may not.
func (c *chain) checkTwice() {
	var kept []step
	for _, s := range c.steps {
		a := s.pass.Annotation
		first := slices.IndexFunc(kept, func(other step) bool { return other.pass.Annotation.Name == a.Name })
		if first < 0 || s.entry.Family != "" {
			kept = append(kept, s)
			continue
		}
		s.pass.Report(nil, "bunsui:%s stands twice on %s (first at line %d)",
			a.Name, c.fn.Symbol(), kept[first].pass.Annotation.Pos.Line)
	}
	c.steps = kept
}

// emit writes the chain's layers, outermost first.
func (c *chain) emit(out *emit.File) {
	var functions, support []emit.Code
	for i, l := range c.layers {
		s := c.steps[l.first]
		code := s.entry.Emit(out, decorator.Layer{
			Pass: s.pass, Doc: c.doc(i), Names: c.layerNames(i),
		}, l.plan)
		out.Add(code.State...)
		functions = append(functions, code.Func)
		support = append(support, code.Support...)
	}
	out.Add(functions...)
	out.Add(support...)
}

func (c *chain) doc(i int) emit.Code {
	what := c.layerName(len(c.layers))
	steps := c.steps
	if c.below != nil && c.below.hidden {
		what, steps = c.fn.Source().Name, slices.Concat(steps, c.below.steps)
	}
	if c.fn.Implements() {
		what = c.fn.Symbol()
	}
	if c.fn.Many != nil {
		what += " for one key,"
	}
	if i > 0 {
		return emit.Comment(fmt.Sprintf("%s is %s behind %s.", c.layerName(i), what, c.texts(steps[c.layers[i].first:])))
	}
	order := ""
	if len(c.layers) > 1 || len(steps) > len(c.steps) {
		order = " (outermost first)"
	}
	lines := []string{fmt.Sprintf("%s is %s behind %s%s.", c.names.Wrapper, what, c.texts(steps), order)}
	for _, l := range c.layers {
		if d, ok := l.plan.(decorator.Describer); ok {
			for _, line := range d.Describe() {
				if !slices.Contains(lines, line) {
					lines = append(lines, line)
				}
			}
		}
	}
	return emit.Doc(c.ownDoc(), strings.Join(lines, "\n"))
}

// ownDoc is the user's doc comment, which names the wrapper where it began with
// the function's name.
func (c *chain) ownDoc() []string {
	doc := slices.Clone(c.fn.Doc)
	if len(doc) > 0 {
		if rest, ok := strings.CutPrefix(doc[0], c.fn.Source().Name+" "); ok {
			doc[0] = c.names.Wrapper + " " + rest
		}
	}
	return doc
}

// texts lists directives for a doc comment, without what only names things.
func (c *chain) texts(steps []step) string {
	var texts []string
	for _, s := range steps {
		a := s.pass.Annotation
		a.Args = slices.DeleteFunc(slices.Clone(a.Args), func(arg annotations.Arg) bool {
			return arg.Key == "as" || arg.Key == "name"
		})
		texts = append(texts, strings.TrimPrefix(a.String(), "//bunsui:"))
	}
	if len(texts) > 1 {
		last := len(texts) - 1
		return strings.Join(texts[:last], ", ") + " and " + texts[last]
	}
	return texts[0]
}
