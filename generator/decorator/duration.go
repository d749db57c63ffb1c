package decorator

import (
	"go/constant"
	"go/types"

	"github.com/bunsui/bunsui-go/annotations"
	"github.com/bunsui/bunsui-go/generator/model"
)

// LookupDuration finds the constant or variable of type time.Duration that a directive
// names. It reports what is something else, and returns nil if there is nothing.
func (p *Pass) LookupDuration(name annotations.Name) types.Object {
	obj := p.Lookup(name, isDuration)
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
	if !model.IsNamed(obj.Type(), "time", "Duration") {
		report("%s has type %s, want time.Duration", name.Text, p.TypeString(obj.Type()))
	}
	return obj
}

func isDuration(obj types.Object) bool {
	switch obj.(type) {
	case *types.Const, *types.Var:
		return model.IsNamed(obj.Type(), "time", "Duration")
	}
	return false
}
