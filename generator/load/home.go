package load

import (
	"go/ast"
	"go/token"
	"go/types"
	"strconv"

	"github.com/bunsui/bunsui-go/generator/model"
)

// homeName is what the type around the interface is going to be called. Where the
// directive does not say it, which is going to be reported, any name does.
func (d *decorated) homeName() string {
	if as, ok := d.directive.Arg("as"); ok && token.IsIdentifier(as.Value) && as.Value != "_" {
		return as.Value
	}
	return model.HomeName(d.spec.Name.Name)
}

// homes describes the decorated interfaces of one file.
type homes struct {
	loader *loader
	unit   *unit
	file   *model.File
	// known holds nil for an interface that was reported, and receivers what the
	// methods of the others will have.
	known     map[*decorated]*model.Home
	receivers map[*model.Home]*model.Recv
}

func newHomes(l *loader, u *unit, file *model.File) homes {
	return homes{
		loader: l, unit: u, file: file,
		known: make(map[*decorated]*model.Home), receivers: make(map[*model.Home]*model.Recv),
	}
}

// of returns the home for an interface, or nil.
func (h homes) of(d *decorated) *model.Home {
	home, known := h.known[d]
	if !known {
		home = h.describe(d)
		h.known[d] = home
		if home != nil {
			h.file.Homes = append(h.file.Homes, home)
			h.receivers[home] = receiverIn(home)
		}
	}
	return home
}

// describe returns nil, after a report, for an interface that no type can implement
// around another one.
func (h homes) describe(d *decorated) *model.Home {
	object, ok := h.unit.checked.info.Defs[d.spec.Name].(*types.TypeName)
	if !ok {
		return nil
	}
	named, ok := object.Type().(*types.Named)
	if !ok {
		return nil
	}
	if !h.loader.validParts(h.unit, interfaceParts(d.spec, named)) {
		return nil
	}
	of, ok := named.Underlying().(*types.Interface)
	if !ok || !of.IsMethodSet() {
		h.loader.problems.Add(d.directive.Problem(d.directive.Pos, len(d.directive.Text)+2,
			"on "+object.Name()+", a constraint for type parameters: no value has it as its type, so there is nothing to put a type around"))
		return nil
	}
	home := &model.Home{
		File: h.file, Type: d.homeName(), Pos: h.loader.position(d.spec.Name.Pos()),
		TypeParams: typeParamsOf(named.TypeParams()),
	}
	home.Interface = &model.Interface{
		Name: object.Name(), Type: applied(named, named.TypeParams()), Doc: docOf(d.doc),
		Directive: d.directive, Methods: methodsOf(of, object.Pkg()),
	}
	return home
}

// interfaceParts lists the constraints of type parameters and what is embedded:
// without the methods in there, it is not known which names are taken.
func interfaceParts(spec *ast.TypeSpec, named *types.Named) []part {
	parts := appendParts(nil, "type parameter", spec.TypeParams, constraintsOf(named.TypeParams()))
	of, ok := named.Underlying().(*types.Interface)
	if !ok {
		return parts
	}
	var embedded []ast.Expr
	for _, field := range ast.Unparen(spec.Type).(*ast.InterfaceType).Methods.List {
		if len(field.Names) == 0 {
			embedded = append(embedded, field.Type)
		}
	}
	for i, expr := range embedded {
		if i < of.NumEmbeddeds() {
			parts = append(parts, part{"embedded type", expr, of.EmbeddedType(i)})
		}
	}
	return parts
}

// methodsOf lists the methods that code of a package can name.
func methodsOf(of *types.Interface, from *types.Package) []string {
	var names []string
	for method := range of.Methods() {
		if method.Exported() || method.Pkg() == from {
			names = append(names, method.Name())
		}
	}
	return names
}

// describeMethod returns nil if the signature, or the interface, has invalid types.
func (h homes) describeMethod(a annotated) *model.Func {
	home := h.of(a.of)
	object, ok := h.unit.checked.info.Defs[a.name()].(*types.Func)
	if !ok || home == nil {
		return nil
	}
	signature := object.Signature()
	if !h.loader.validParts(h.unit, appendSignature(nil, a.method.Type.(*ast.FuncType), signature)) {
		return nil
	}
	f := &model.Func{
		File:     h.file,
		Name:     object.Name(),
		Pos:      h.loader.position(a.name().Pos()),
		Doc:      docOf(a.method.Doc),
		Recv:     h.receivers[home],
		Params:   h.loader.paramsOf(signature.Params()),
		Results:  h.loader.paramsOf(signature.Results()),
		Variadic: signature.Variadic(),
		Chain:    a.chain,
		Home:     home,
		Object:   object,
	}
	nameArgs(f)
	return f
}

// nameArgs gives names to the arguments of an interface's method that have none: who
// implements it may use them all the same.
func nameArgs(f *model.Func) {
	args := f.Args()
	taken := make(map[string]bool)
	for _, p := range f.Params {
		taken[p.Name] = true
	}
	for i := range args {
		if args[i].Name != "" {
			continue
		}
		name := "arg" + strconv.Itoa(i+1)
		for taken[name] {
			name += "x"
		}
		args[i].Name, taken[name] = name, true
	}
}

// receiverIn describes the receiver of what is going to be generated: a pointer to a
// type that no source declares.
func receiverIn(home *model.Home) *model.Recv {
	obj := types.NewTypeName(token.NoPos, home.File.Package.Types, home.Type, nil)
	made := types.NewNamed(obj, types.NewStruct(nil, nil), nil)
	own := home.Interface.Type.(*types.Named).Origin().TypeParams()
	var params []*types.TypeParam
	for p := range own.TypeParams() {
		// A type parameter belongs to one type only.
		name := types.NewTypeName(token.NoPos, home.File.Package.Types, p.Obj().Name(), nil)
		params = append(params, types.NewTypeParam(name, p.Constraint()))
	}
	made.SetTypeParams(params)
	return &model.Recv{
		TypeName: home.Type, Pointer: true, Type: types.NewPointer(applied(made, own)), TypeParams: home.TypeParams,
	}
}

// applied is a generic type with type parameters as its arguments, as code inside of
// its declaration has it; any other type as it is.
func applied(t *types.Named, params *types.TypeParamList) types.Type {
	if params.Len() == 0 {
		return t
	}
	var args []types.Type
	for p := range params.TypeParams() {
		args = append(args, p)
	}
	made, err := types.Instantiate(nil, t, args, false)
	if err != nil {
		return t
	}
	return made
}
