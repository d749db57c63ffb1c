package main

import (
	"cmp"
	"go/ast"
	"go/parser"
	"go/printer"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/bunsui/bunsui-go/generator"
	"github.com/bunsui/bunsui-go/generator/write"
)

// A stored function keeps results in a store, where they are found by these.
type stored struct {
	// name is the expression that begins the keys, keys stands for what the rest of
	// them is made of, and text is the body that spells that.
	name, keys, text string
	// shape tells by what results that cannot be read are told from others, and
	// known that it is a constant of the generator's and not a codec of the user's.
	shape string
	known bool
	// value is the results' type.
	value string
}

// coldCaches tells what changes of the plan mean that results which are in the
// store now will not be found any more. It compares syntax, and so does not see
// that a codec of the user's has changed.
func (s *session) coldCaches(result *generator.Result, plan write.Plan) []string {
	before, after := make(map[string]stored), make(map[string]stored)
	for _, c := range plan.Changes() {
		addStored(before, c.Path, c.Old)
		addStored(after, c.Path, c.New)
	}
	var notes []string
	for _, w := range result.Wrappers {
		for at, now := range after {
			old, known := before[at]
			if !known || filepath.Dir(at) != filepath.Dir(w.Pos.Filename) || !names(now.name, w.ID) {
				continue
			}
			if what := old.differs(now); what != "" {
				notes = append(notes, s.coldNote(w, what))
			}
		}
	}
	return notes
}

func (s *session) coldNote(w generator.Wrapper, what string) string {
	pos := w.Pos
	for i, directive := range w.Chain {
		if directive == "cached" || strings.HasPrefix(directive, "cached ") || strings.HasPrefix(directive, "cached\t") {
			pos = w.Places[i]
		}
	}
	return place(s, pos) + ": note: entries of " + w.Name + " that are in the store now will " + what
}

// names tells whether an expression is the name of a function, or of an
// instantiation of it.
func names(expression, id string) bool {
	quoted := strconv.Quote(id)
	return expression == quoted || strings.HasPrefix(expression, strings.TrimSuffix(quoted, `"`)+`[" + `)
}

// differs says what becomes of the entries of before, and why, or nothing.
func (s stored) differs(now stored) string {
	const gone = "not be found any more: "
	switch {
	case s.name != now.name:
		return gone + "its name has changed (old " + s.name + ", new " + now.name + ")"
	case s.shape != now.shape && s.known && now.known:
		return gone + "the shape of " + now.value + " has changed (old " + s.shape + ", new " + now.shape + ")"
	case s.shape != now.shape:
		return gone + "its codec has changed (old " + s.shape + ", new " + now.shape + ")"
	case s.keys != now.keys && s.keys == "":
		return gone + "its keys now say what they are made of (new " + now.keys + ")"
	case s.keys != now.keys:
		return gone + "what its keys are made of has changed (old " + s.keys + ", new " + now.keys + ")"
	case s.text != now.text: // the texts of before may well mean other keys
		return "not be found any more, or for other arguments: the text of its keys has changed (name= keeps them apart)"
	}
	return ""
}

// addStored finds the stored functions in a generated file, by its folder and what
// declares their caches. Of a file that is broken, what the parser understood is
// good enough.
func addStored(found map[string]stored, path string, content []byte) {
	if len(content) == 0 {
		return
	}
	file, _ := parser.ParseFile(token.NewFileSet(), path, content, parser.SkipObjectResolution)
	if file == nil {
		return
	}
	schemas := schemasOf(file)
	for _, decl := range file.Decls {
		ast.Inspect(decl, func(n ast.Node) bool {
			if options, ok := n.(*ast.CompositeLit); ok {
				if f, ok := storedBy(options, schemas); ok {
					found[filepath.Join(filepath.Dir(path), declName(decl))] = f
				}
			}
			return true
		})
	}
}

// storedBy reads cache.Options[K, V]{…}, if they are shared.
func storedBy(options *ast.CompositeLit, schemas map[string]ast.Expr) (stored, bool) {
	index, ok := options.Type.(*ast.IndexListExpr)
	if !ok || len(index.Indices) != 2 {
		return stored{}, false
	}
	if selector, ok := index.X.(*ast.SelectorExpr); !ok || selector.Sel.Name != "Options" {
		return stored{}, false
	}
	fields := make(map[string]ast.Expr)
	for _, element := range options.Elts {
		if pair, ok := element.(*ast.KeyValueExpr); ok {
			fields[text(pair.Key)] = pair.Value
		}
	}
	if fields["Shared"] == nil {
		return stored{}, false
	}
	f := stored{name: text(fields["Name"]), value: text(index.Indices[1])}
	if spell, ok := fields["KeyText"].(*ast.FuncLit); ok {
		f.text = text(spell.Body)
	}
	f.keys, _ = strconv.Unquote(text(fields["KeyShape"]))
	shape := cmp.Or(fields["Fingerprint"], schemaOf(fields["Codec"], schemas))
	f.shape = text(shape)
	if unquoted, err := strconv.Unquote(f.shape); err == nil {
		f.shape, f.known = unquoted, true
	}
	return f, true
}

// schemasOf finds what the methods Schema in a file return, by their types.
func schemasOf(file *ast.File) map[string]ast.Expr {
	schemas := make(map[string]ast.Expr)
	for _, decl := range file.Decls {
		method, ok := decl.(*ast.FuncDecl)
		if !ok || method.Name.Name != "Schema" || method.Recv == nil || method.Body == nil || len(method.Body.List) != 1 {
			continue
		}
		if returned, ok := method.Body.List[0].(*ast.ReturnStmt); ok && len(returned.Results) == 1 {
			schemas[baseName(method.Recv.List[0].Type)] = returned.Results[0]
		}
	}
	return schemas
}

// schemaOf gives the schema of frame.Of[V](getUserCodec{}, 0) if it stands in the
// same file, or else the codec itself.
func schemaOf(codec ast.Expr, schemas map[string]ast.Expr) ast.Expr {
	call, ok := codec.(*ast.CallExpr)
	if !ok || len(call.Args) == 0 {
		return codec
	}
	if made, ok := call.Args[0].(*ast.CompositeLit); ok {
		if schema, ok := schemas[baseName(made.Type)]; ok {
			return schema
		}
	}
	return call.Args[0]
}

// baseName is the name of a type without type arguments.
func baseName(t ast.Expr) string {
	switch generic := t.(type) {
	case *ast.IndexExpr:
		t = generic.X
	case *ast.IndexListExpr:
		t = generic.X
	}
	return text(t)
}

// declName is the name of a function, or the first one of other declarations.
func declName(decl ast.Decl) string {
	switch decl := decl.(type) {
	case *ast.FuncDecl:
		return decl.Name.Name
	case *ast.GenDecl:
		i := slices.IndexFunc(decl.Specs, func(spec ast.Spec) bool { _, ok := spec.(*ast.ValueSpec); return ok })
		if i >= 0 {
			return decl.Specs[i].(*ast.ValueSpec).Names[0].Name
		}
	}
	return ""
}

// text prints a node on one line.
func text(node ast.Node) string {
	if node == nil {
		return ""
	}
	var b strings.Builder
	_ = printer.Fprint(&b, token.NewFileSet(), node)
	return strings.Join(strings.Fields(b.String()), " ")
}
