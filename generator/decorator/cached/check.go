package cached

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"

	"github.com/bunsui/bunsui-go/annotations"
	"github.com/bunsui/bunsui-go/generator/decorator"
	"github.com/bunsui/bunsui-go/generator/model"
)

const (
	receiverIgnore   = "ignore"
	receiverInstance = "instance"
	receiverKey      = "key"
)

var receiverNotes = []string{
	"receiver=ignore: results do not depend on the receiver, all instances share them",
	"receiver=instance: each instance has a cache of its own, freed with it (pointer receivers)",
	"receiver=key: the receiver's value is part of the key (comparable value receivers)",
}

// checkReceiver decides what the receiver has to do with the key.
func checkReceiver(p *decorator.Pass, o *Options) string {
	recv := p.Func.Recv
	if recv == nil {
		if o.Receiver != "" {
			p.ReportOption("receiver", nil, "%s is not a method, so it has no receiver", p.Func.Name)
		}
		return ""
	}
	switch o.Receiver {
	case "":
		return defaultReceiver(p, o)
	case receiverInstance:
		if !recv.Pointer {
			p.ReportOption("receiver", receiverNotes, "receiver=instance needs a pointer receiver, and %s has a value receiver", p.Func.Symbol())
		}
	case receiverKey:
		if _, why := keyable(p, recv.Type); why != "" {
			p.ReportOption("receiver", receiverNotes, "receiver=key cannot be: %s %s", p.TypeString(recv.Type), why)
		}
	}
	return o.Receiver
}

func defaultReceiver(p *decorator.Pass, o *Options) string {
	recv := p.Func.Recv
	if o.Key.Template != nil && mentions(o.Key.Template, recv.Name) {
		return receiverIgnore
	}
	if recv.Pointer {
		p.Report(receiverNotes, "%s has a pointer receiver: say what it has to do with the key, receiver=ignore or receiver=instance", p.Func.Symbol())
		return receiverIgnore
	}
	if _, why := keyable(p, recv.Type); why != "" {
		p.Report(receiverNotes, "the receiver of %s cannot be part of the key, because %s %s: add receiver=ignore if results do not depend on it",
			p.Func.Symbol(), p.TypeString(recv.Type), why)
	}
	return receiverKey
}

func mentions(t *annotations.Template, root string) bool {
	for _, part := range t.Parts {
		if len(part.Path) > 0 && part.Path[0] == root {
			return true
		}
	}
	return false
}

// checkLate resolves durations that are names.
func checkLate(p *decorator.Pass, o *Options) []lateOption {
	var late []lateOption
	for _, option := range []struct {
		key, field string
		value      annotations.Duration
	}{
		{"ttl", "TTL", o.TTL}, {"idle", "Idle", o.Idle}, {"timeout", "Timeout", o.Timeout},
	} {
		if !option.value.Name.Set() {
			continue
		}
		late = append(late, lateOption{field: option.field, object: checkDurationName(p, option.value.Name)})
	}
	return late
}

func checkDurationName(p *decorator.Pass, name annotations.Name) types.Object {
	obj := p.Lookup(name)
	if obj == nil {
		return nil
	}
	report := func(format string, args ...any) { p.ReportAt(name.Pos, len(name.Text), nil, format, args...) }
	switch obj := obj.(type) {
	case *types.Const:
		if n, exact := constant.Int64Val(constant.ToInt(obj.Val())); exact && n <= 0 {
			report("%s is %d, and a duration must be positive", name.Text, n)
		}
	case *types.Var:
	default:
		report("%s is not a constant or variable of type time.Duration", name.Text)
		return obj
	}
	if !isType(obj.Type(), "time", "Duration") {
		report("%s has type %s, want time.Duration", name.Text, p.TypeString(obj.Type()))
	}
	return obj
}

// checkSelfCall refuses a body that calls its own wrapper with its own
// arguments: that call would wait for itself.
func checkSelfCall(p *decorator.Pass) {
	if p.Func.Decl == nil || p.Func.Decl.Body == nil {
		return
	}
	ast.Inspect(p.Func.Decl.Body, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || !callsWrapper(p, call) || !sameArguments(p.Func, call) || assignsParam(p.Func) {
			return true
		}
		pos := p.Func.Position(call.Pos())
		p.ReportAt(pos, int(call.End()-call.Pos()), nil,
			"%s calls its own wrapper %s with unchanged arguments, which would wait for itself: call %s instead",
			p.Func.Name, p.Names.Wrapper, p.Func.Name)
		return true
	})
}

func callsWrapper(p *decorator.Pass, call *ast.CallExpr) bool {
	fun := ast.Unparen(call.Fun)
	switch index := fun.(type) {
	case *ast.IndexExpr:
		fun = index.X
	case *ast.IndexListExpr:
		fun = index.X
	}
	if p.Func.Recv == nil {
		id, ok := fun.(*ast.Ident)
		return ok && id.Name == p.Names.Wrapper
	}
	sel, ok := fun.(*ast.SelectorExpr)
	if !ok || sel.Sel.Name != p.Names.Wrapper {
		return false
	}
	recv, ok := sel.X.(*ast.Ident)
	return ok && p.Func.Recv.Name != "" && recv.Name == p.Func.Recv.Name
}

func sameArguments(fn *model.Func, call *ast.CallExpr) bool {
	if len(call.Args) != len(fn.Params) {
		return false
	}
	for i, arg := range call.Args {
		if i == 0 && fn.HasContext() {
			continue
		}
		id, ok := arg.(*ast.Ident)
		if !ok || fn.Params[i].Name == "" || id.Name != fn.Params[i].Name {
			return false
		}
	}
	return true
}

// assignsParam tells whether the body may change a parameter, in which case equal
// names prove nothing.
func assignsParam(fn *model.Func) bool {
	names := make(map[string]bool)
	for _, param := range fn.Args() {
		names[param.Name] = true
	}
	changed := false
	isParam := func(e ast.Expr) {
		if id, ok := e.(*ast.Ident); ok && names[id.Name] {
			changed = true
		}
	}
	ast.Inspect(fn.Decl.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for _, target := range n.Lhs {
				isParam(target)
			}
		case *ast.IncDecStmt:
			isParam(n.X)
		case *ast.RangeStmt:
			isParam(n.Key)
			isParam(n.Value)
		case *ast.UnaryExpr:
			if n.Op == token.AND {
				isParam(n.X)
			}
		case *ast.ValueSpec:
			for _, name := range n.Names {
				isParam(name)
			}
		case *ast.FuncLit:
			for _, field := range n.Type.Params.List {
				for _, name := range field.Names {
					isParam(name)
				}
			}
		}
		return true
	})
	return changed
}

// sharedResults names the results that callers could modify for each other.
func sharedResults(fn *model.Func) []string {
	var shared []string
	for _, r := range fn.Values() {
		switch r.Type.Underlying().(type) {
		case *types.Pointer, *types.Slice, *types.Map:
			shared = append(shared, fn.TypeString(r.Type))
		}
	}
	return shared
}
