package cached

import (
	"go/types"

	"github.com/bunsui/bunsui-go/generator/decorator"
)

// spellable is keyable for a type that the function's signature does not spell,
// so that the generated file may be unable to.
func spellable(p *decorator.Pass, t types.Type) (how conversion, why string) {
	how, why = keyable(p, t)
	if why == "" && how == nil {
		why = p.Unspellable(t)
	}
	return how, why
}
