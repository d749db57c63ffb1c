package load

import (
	"go/ast"
	"go/build/constraint"
	"go/types"
	"strings"

	"github.com/bunsui/bunsui-go/generator/model"
)

// describe turns a checked unit into the model. Functions whose signatures have
// invalid types are reported and left out.
func (l *loader) describe(u *unit) *model.Package {
	pkg := &model.Package{
		Path:  u.listed.PkgPath,
		Name:  u.checked.types.Name(),
		Dir:   u.folder.dir,
		Fset:  l.fset,
		Types: u.checked.types,
	}
	l.collectNames(pkg, u)
	pkg.Unbuilt, pkg.Cycles = l.unbuilt(u), u.cycles
	for _, s := range u.sources {
		if len(s.funcs) == 0 {
			continue
		}
		if file := l.describeFile(pkg, u, s); len(file.Funcs)+len(file.Homes) > 0 {
			pkg.Files = append(pkg.Files, file)
		}
	}
	l.describeFields(pkg, u)
	l.describeDefaults(pkg, u)
	return pkg
}

// unbuilt lists the annotated functions of a package's excluded files, of which
// nothing but the syntax is known.
func (l *loader) unbuilt(u *unit) []model.Unbuilt {
	var found []model.Unbuilt
	for _, s := range u.siblings {
		if !s.excluded {
			continue
		}
		for _, a := range s.funcs {
			found = append(found, model.Unbuilt{
				Path: s.path, Pos: l.position(a.name().Pos()), Name: a.name().Name, TypeName: a.typeName(), Chain: a.chain,
			})
		}
	}
	return found
}

func (l *loader) describeFile(pkg *model.Package, u *unit, s *source) *model.File {
	file := fileOf(pkg, u, s)
	homes := newHomes(l, u, file)
	for _, a := range s.funcs {
		var f *model.Func
		if a.decl == nil {
			f = homes.describeMethod(a)
		} else {
			f = l.describeFunc(file, u, a)
		}
		if f != nil {
			file.Funcs = append(file.Funcs, f)
		}
	}
	return file
}

// fileOf describes a file without what is declared in it.
func fileOf(pkg *model.Package, u *unit, s *source) *model.File {
	return &model.File{
		Package:    pkg,
		Path:       s.path,
		Constraint: constraintOf(s.syntax),
		Test:       s.test,
		Imports:    importsOf(s.syntax, u.checked.info),
		Scope:      u.checked.info.Scopes[s.syntax],
	}
}

// constraintOf returns the //go:build line for what is generated from file. A
// file that imports "C" is built only with cgo, which it need not say itself.
func constraintOf(file *ast.File) string {
	var expr constraint.Expr
	for _, group := range file.Comments {
		if group.Pos() > file.Package {
			break
		}
		for _, comment := range group.List {
			if !constraint.IsGoBuild(comment.Text) {
				continue
			}
			if parsed, err := constraint.Parse(comment.Text); err == nil {
				expr = parsed
			}
		}
	}
	if importsC(file) {
		cgo := &constraint.TagExpr{Tag: "cgo"}
		if expr == nil {
			expr = cgo
		} else if !requires(expr, "cgo") {
			expr = &constraint.AndExpr{X: expr, Y: cgo}
		}
	}
	if expr == nil {
		return ""
	}
	return "//go:build " + expr.String()
}

// requires tells whether tag is one of the terms of expr that all must hold.
func requires(expr constraint.Expr, tag string) bool {
	switch expr := expr.(type) {
	case *constraint.TagExpr:
		return expr.Tag == tag
	case *constraint.AndExpr:
		return requires(expr.X, tag) || requires(expr.Y, tag)
	}
	return false
}

func importsC(file *ast.File) bool {
	for _, spec := range file.Imports {
		if importPath(spec) == "C" {
			return true
		}
	}
	return false
}

// importsOf returns what file imports, as model.File.Imports has it.
func importsOf(file *ast.File, info *types.Info) map[string]*types.PkgName {
	imports := make(map[string]*types.PkgName)
	for _, spec := range file.Imports {
		var object types.Object
		if spec.Name != nil {
			object = info.Defs[spec.Name]
		} else {
			object = info.Implicits[spec]
		}
		name, ok := object.(*types.PkgName)
		if !ok {
			continue
		}
		if name.Name() == "_" || name.Name() == "." {
			imports[importPath(spec)] = name
		} else {
			imports[name.Name()] = name
		}
	}
	return imports
}

// describeFunc returns nil if the signature has invalid types.
func (l *loader) describeFunc(file *model.File, u *unit, a annotated) *model.Func {
	object, ok := u.checked.info.Defs[a.decl.Name].(*types.Func)
	if !ok || !l.validSignature(u, a.decl, object) {
		return nil
	}
	signature := object.Signature()
	f := &model.Func{
		File:       file,
		Name:       a.decl.Name.Name,
		Pos:        l.position(a.decl.Name.Pos()),
		Doc:        docOf(a.decl.Doc),
		TypeParams: typeParamsOf(signature.TypeParams()),
		Params:     l.paramsOf(signature.Params()),
		Results:    l.paramsOf(signature.Results()),
		Variadic:   signature.Variadic(),
		Chain:      a.chain,
		Decl:       a.decl,
		Object:     object,
	}
	if signature.Recv() != nil {
		f.Recv = recvOf(signature)
	}
	return f
}

// docOf returns the lines of the doc comment; CommentGroup.Text leaves out
// directives, ours and others, and comment markers.
func docOf(doc *ast.CommentGroup) []string {
	text := strings.TrimSuffix(doc.Text(), "\n")
	if text == "" {
		return nil
	}
	return strings.Split(text, "\n")
}

func (l *loader) paramsOf(tuple *types.Tuple) []model.Param {
	var params []model.Param
	for v := range tuple.Variables() {
		params = append(params, model.Param{
			Name: unblank(v.Name()), Type: v.Type(), Pos: l.position(v.Pos()),
		})
	}
	return params
}

func typeParamsOf(list *types.TypeParamList) []model.TypeParam {
	var params []model.TypeParam
	for p := range list.TypeParams() {
		params = append(params, model.TypeParam{Name: p.Obj().Name(), Type: p})
	}
	return params
}

// recvOf describes a method's receiver. The type's name is empty if it is no type
// of the method's package.
func recvOf(signature *types.Signature) *model.Recv {
	v := signature.Recv()
	recv := &model.Recv{
		Name:       unblank(v.Name()),
		Type:       v.Type(),
		TypeParams: typeParamsOf(signature.RecvTypeParams()),
	}
	base := types.Unalias(v.Type())
	if pointer, ok := base.(*types.Pointer); ok {
		recv.Pointer = true
		base = types.Unalias(pointer.Elem())
	}
	if named, ok := base.(*types.Named); ok && named.Obj().Pkg() == v.Pkg() {
		recv.TypeName = named.Obj().Name()
	}
	return recv
}

func unblank(name string) string {
	if name == "_" {
		return ""
	}
	return name
}
