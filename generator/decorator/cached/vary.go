package cached

import (
	"github.com/bunsui/bunsui-go/annotations"
	"github.com/bunsui/bunsui-go/generator/decorator"
)

// addVary resolves vary=: functions whose values of the context join the key.
func (k *key) addVary(p *decorator.Pass, names []annotations.Name, fields map[string]bool) {
	if len(names) > 0 && !p.Func.HasContext() {
		p.ReportOption("vary", nil, "vary= reads the context, and %s takes none", p.Func.Name)
		return
	}
	for _, name := range names {
		obj, result := p.LookupVary(name)
		if obj == nil {
			continue
		}
		how, why := spellable(p, result)
		if why != "" {
			p.ReportAt(name.Pos, len(name.Text), nil, "%s returns a value that cannot be part of a key: %s %s", name.Text, p.TypeString(result), why)
			continue
		}
		k.add(part{text: "vary " + name.Text, typ: result, how: how, vary: obj}, exported(name.Ident(), "Vary"), fields)
	}
}
