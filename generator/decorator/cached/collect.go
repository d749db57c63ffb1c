package cached

import (
	"github.com/bunsui/bunsui-go/generator/decorator"
	"github.com/bunsui/bunsui-go/generator/model"
)

// collect says how others reach the results of a function. What is wrong in its
// options is found again, and reported, by the plan.
func collect(p *decorator.Pass, o *Options, w *model.Wrapper) {
	key := planKey(p, o, checkReceiver(p, o))
	w.Cached = &model.Cached{
		Home: p.Func.Home, Accessor: p.Names.Wrapper + "Cache",
		ID: p.ID, Handle: p.Names.Base + "Cache",
		Receiver: key.receiver, Params: key.params, Vary: key.hasVary(), Template: o.Key.Template,
		Strict: o.Strict, Shared: leaving(o).leaves, Tags: o.Tags,
	}
}
