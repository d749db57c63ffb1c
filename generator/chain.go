package generator

import (
	"fmt"
	"go/ast"
	"go/token"
	"slices"
	"strings"

	"github.com/bunsui/bunsui-go/annotations"
	"github.com/bunsui/bunsui-go/generator/decorator"
	"github.com/bunsui/bunsui-go/generator/decorator/all"
	"github.com/bunsui/bunsui-go/generator/diag"
	"github.com/bunsui/bunsui-go/generator/emit"
	"github.com/bunsui/bunsui-go/generator/model"
)

// A Wrapper describes one decorated function, for bunsuigen list and -v.
type Wrapper struct {
	// Package is the import path.
	Package string
	// Pos is the place of the function's name.
	Pos token.Position
	// Func is the decorated function, Type.Func for a method, and Name its wrapper.
	Func, Name string
	// Exported tells that the wrapper can be called from other packages.
	Exported bool
	// Chain are the directives as written, outermost first.
	Chain []string
	// Key tells by what results are told apart; empty if nothing is kept.
	Key string
	// ID is the name in a running process.
	ID string
	// Notes are the sentences of the doc comment that tell callers what to mind.
	Notes []string
}

// A chain is the directives of one function while they are checked and emitted.
type chain struct {
	fn       *model.Func
	claims   *decorator.Claims
	problems *diag.List
	names    decorator.Names
	id       string
	steps    []step
}

// A step is one directive.
type step struct {
	entry decorator.Entry
	pass  *decorator.Pass
	plan  any
}

// plan checks all directives of the function and what they ask of it together.
func (c *chain) plan(known map[string]decorator.Entry) {
	options := c.decode(known)
	c.nameIt(options)
	c.checkFunc()
	c.checkOrder()
	for i := range c.steps {
		s := &c.steps[i]
		if options[i] == nil {
			continue
		}
		s.pass.Names, s.pass.ID, s.pass.Inner = c.names, c.id, i+1 < len(c.steps)
		s.plan = s.entry.Plan(s.pass, options[i])
	}
}

// decode turns every directive into options; a nil stands for one that has
// errors.
func (c *chain) decode(known map[string]decorator.Entry) []any {
	var options []any
	for _, a := range c.fn.Chain {
		entry, ok := known[a.Name]
		pass := decorator.NewPass(c.fn, a, c.claims, func(d diag.Diagnostic) { c.problems.Add(d) })
		if !ok {
			c.problems.Add(annotations.Unknown(a, directiveNames()))
			continue
		}
		decoded, problems := entry.Schema.Decode(a)
		c.problems.Add(problems...)
		if len(problems) > 0 {
			decoded = nil
		}
		c.steps = append(c.steps, step{entry: entry, pass: pass})
		options = append(options, decoded)
	}
	return options
}

func directiveNames() []string {
	var names []string
	for _, schema := range all.Schemas() {
		names = append(names, schema.Name)
	}
	return names
}

// nameIt finds the wrapper's name and claims it, with those of inner layers.
func (c *chain) nameIt(options []any) {
	if len(c.steps) == 0 {
		return
	}
	common := c.common(options)
	c.id = c.fn.ID()
	if common.Name != "" {
		c.id = common.Name
	}
	c.names = decorator.NamesOf(c.fn, common.As)
	first := c.steps[0].pass
	switch {
	case common.As != "" && !decorator.IsIdentifier(common.As):
		first.ReportOption("as", nil, "%q cannot name a function", common.As)
		return
	case common.As == c.fn.Name:
		first.ReportOption("as", nil, "%s is the decorated function itself: its wrapper needs another name", common.As)
		return
	case common.As == "" && !c.canName(first):
		return
	}
	c.claim(first, c.names.Wrapper, "the wrapper")
	for _, s := range c.steps[1:] {
		c.claim(s.pass, c.fn.Name+s.entry.Layer, "the "+s.entry.Schema.Name+" layer")
	}
}

// canName tells whether a wrapper's name can be made of the function's, and
// reports it if not.
func (c *chain) canName(first *decorator.Pass) bool {
	name := c.fn.Name
	if token.IsExported(name) {
		first.Report(nil, "%s is exported, so its wrapper needs a name of its own: add as=%sCached, or run bunsuigen adopt %s",
			c.fn.Symbol(), name, c.fn.Symbol())
		return false
	}
	if !token.IsExported(decorator.Export(name)) {
		first.Report(nil, "%s cannot be exported, so its wrapper needs a name of its own: add as=Name", c.fn.Symbol())
		return false
	}
	return true
}

// common collects the options of the whole chain, which stand on its first
// directive.
func (c *chain) common(options []any) decorator.Common {
	var common decorator.Common
	for i, o := range options {
		has, ok := o.(interface{ ChainOptions() decorator.Common })
		if !ok {
			continue
		}
		if i == 0 {
			common = has.ChainOptions()
			continue
		}
		for _, key := range []string{"as", "name"} {
			if arg, ok := c.steps[i].pass.Arg(key); ok {
				c.steps[i].pass.ReportAt(arg.KeyPos, len(arg.Key), nil,
					"%s= belongs to the function's first directive, bunsui:%s", key, c.steps[0].pass.Annotation.Name)
			}
		}
	}
	return common
}

func (c *chain) claim(p *decorator.Pass, name, what string) {
	if other, taken := c.claims.TakeFunc(c.fn, name, what); taken {
		p.Report([]string{"give the wrapper another name with as=, or rename the other"},
			"%s of %s would be called %s, but %s", what, c.fn.Symbol(), name, other)
	}
}

// checkFunc refuses functions that no wrapper can stand for.
func (c *chain) checkFunc() {
	if len(c.steps) == 0 || c.fn.Decl == nil || c.fn.Decl.Body == nil {
		return
	}
	if callsRecover(c.fn.Decl.Body) {
		c.steps[0].pass.Report(nil, "%s calls recover, which works only in the function that is deferred: a wrapper would be deferred in its place", c.fn.Name)
	}
}

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

// checkOrder refuses a directive that stands twice on a function.
func (c *chain) checkOrder() {
	for i, s := range c.steps {
		a := s.pass.Annotation
		first := slices.IndexFunc(c.steps, func(other step) bool { return other.pass.Annotation.Name == a.Name })
		if first < i {
			s.pass.Report(nil, "bunsui:%s stands twice on %s (first at line %d)",
				a.Name, c.fn.Symbol(), c.steps[first].pass.Annotation.Pos.Line)
		}
	}
}

// emit writes the chain's layers, outermost first.
func (c *chain) emit(out *emit.File) {
	var functions, support []emit.Code
	for i, s := range c.steps {
		code := s.entry.Emit(out, decorator.Layer{
			Pass: s.pass, Doc: c.doc(i),
			Names: emit.LayerNames{Name: c.layerName(i), Next: c.layerName(i + 1)},
		}, s.plan)
		out.Add(code.State...)
		functions = append(functions, code.Func)
		support = append(support, code.Support...)
	}
	out.Add(functions...)
	out.Add(support...)
}

// layerName is the name of the i-th function from outside; the last is the
// user's own.
func (c *chain) layerName(i int) string {
	switch {
	case i == len(c.steps):
		return c.fn.Name
	case i == 0:
		return c.names.Wrapper
	default:
		return c.fn.Name + c.steps[i].entry.Layer
	}
}

func (c *chain) doc(i int) emit.Code {
	if i > 0 {
		return emit.Comment(fmt.Sprintf("%s is %s behind %s.", c.layerName(i), c.fn.Name, c.texts(c.steps[i:])))
	}
	order := ""
	if len(c.steps) > 1 {
		order = " (outermost first)"
	}
	lines := []string{fmt.Sprintf("%s is %s behind %s%s.", c.names.Wrapper, c.fn.Name, c.texts(c.steps), order)}
	for _, s := range c.steps {
		if d, ok := s.plan.(decorator.Describer); ok {
			lines = append(lines, d.Describe()...)
		}
	}
	return emit.Doc(c.ownDoc(), strings.Join(lines, "\n"))
}

// ownDoc is the user's doc comment, which names the wrapper where it began with
// the function's name.
func (c *chain) ownDoc() []string {
	doc := slices.Clone(c.fn.Doc)
	if len(doc) > 0 {
		if rest, ok := strings.CutPrefix(doc[0], c.fn.Name+" "); ok {
			doc[0] = c.names.Wrapper + " " + rest
		}
	}
	return doc
}

func (c *chain) texts(steps []step) string {
	var texts []string
	for _, s := range steps {
		texts = append(texts, strings.TrimPrefix(s.pass.Annotation.Text, "bunsui:"))
	}
	if len(texts) > 1 {
		last := len(texts) - 1
		return strings.Join(texts[:last], ", ") + " and " + texts[last]
	}
	return texts[0]
}

func (c *chain) wrapper() Wrapper {
	w := Wrapper{
		Package: c.fn.File.Package.Path, Pos: c.fn.Pos, Func: c.fn.Symbol(), Name: c.names.Wrapper, ID: c.id,
		Exported: token.IsExported(c.names.Wrapper) && (c.fn.Recv == nil || token.IsExported(c.fn.Recv.TypeName)),
	}
	if c.fn.Recv != nil {
		w.Name = c.fn.Recv.TypeName + "." + w.Name
	}
	for _, s := range c.steps {
		w.Chain = append(w.Chain, strings.TrimPrefix(s.pass.Annotation.Text, "bunsui:"))
		if keyed, ok := s.plan.(decorator.Keyed); ok {
			w.Key = keyed.KeyText()
		}
		if d, ok := s.plan.(decorator.Describer); ok {
			w.Notes = append(w.Notes, d.Describe()...)
		}
	}
	return w
}
