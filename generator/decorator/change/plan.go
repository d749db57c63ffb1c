package change

import (
	"cmp"
	"go/types"
	"slices"

	"github.com/bunsui/bunsui-go/annotations"
	"github.com/bunsui/bunsui-go/generator/decorator"
	"github.com/bunsui/bunsui-go/generator/model"
)

// A plan is the changes that follow one function, in the order written.
type plan struct {
	fn      *model.Func
	changes []change
	// manager is the field of the function's home that has its manager, where a change
	// concerns all of that one's caches.
	manager string
}

// A change is one call that the wrapper makes afterwards.
type change struct {
	// always tells that it follows a call that returned an error, too.
	always bool
	// guards are pointers of which none may be nil: else nothing can be named that
	// would change.
	guards []path
	// Exactly one of these tells what is called.
	entry *entry
	text  *text
}

// An entry is what the handle of a cached function is told.
type entry struct {
	// handle is the variable, or for a generic function the function, of pkg.
	pkg    *types.Package
	handle string
	// home is what holds the handle, if no variable does: a field of base, or base
	// itself, which is the receiver if it is nil.
	home     *model.Home
	base     *path
	accessor string
	// generic tells that typeArgs stand behind the handle.
	generic  bool
	typeArgs []types.Type
	method   string
	args     []operand
}

// A text is a tag or a pattern.
type text struct {
	pattern bool
	// literals and holes follow each other in turn, beginning with a literal.
	literals []string
	holes    []hole
	// star tells that * ends the pattern.
	star bool
}

func join(first, second *plan) *plan {
	return &plan{fn: first.fn, manager: cmp.Or(first.manager, second.manager), changes: append(first.changes[:len(first.changes):len(first.changes)], second.changes...)}
}

func planInvalidate(p *decorator.Pass, o *InvalidateOptions) *plan {
	made := &plan{fn: p.Func}
	c := newChecker(p)
	if len(o.Calls) == 0 && o.Tag.Text == "" && o.Pattern.Text == "" && !p.Annotation.Broken {
		p.Report([]string{"such as GetUser(id=u.ID), GetUser for all its results, tag=\"org:{u.Org}\" or pattern=\"user:{u.ID}:*\""},
			"nothing to invalidate: name a wrapper, a tag or a pattern")
	}
	for _, call := range o.Calls {
		made.add(c.invalidation(call))
	}
	if o.Tag.Text != "" {
		made.add(c.tag(o.Tag))
	}
	if o.Pattern.Text != "" {
		made.add(c.pattern(o.Pattern))
	}
	if p.Func.Home != nil && slices.ContainsFunc(made.changes, func(c change) bool { return c.text != nil }) {
		made.manager = decorator.OfFile(p, "manager of "+p.Func.Home.Type, func() string {
			return p.Field("manager", "the manager of the caches")
		})
	}
	if o.After == afterAlways && !p.Func.HasError() {
		p.ReportOption("after", nil, "%s returns no error, so its changes follow every call anyway", p.Func.Name)
	}
	for i := range made.changes {
		made.changes[i].always = o.After == afterAlways
	}
	return made
}

func planPut(p *decorator.Pass, o *PutOptions) *plan {
	made := &plan{fn: p.Func}
	c := newChecker(p)
	for _, call := range o.Calls {
		made.add(c.put(call, o.Value))
	}
	return made
}

func (p *plan) add(c *change) {
	if c != nil {
		p.changes = append(p.changes, *c)
	}
}

// invalidation checks GetUser(id=u.ID), or GetUser alone.
func (c *checker) invalidation(call annotations.Call) *change {
	t, ok := c.target(call)
	if !ok {
		return nil
	}
	if call.Bare {
		return &change{entry: t.entry("InvalidateAll", nil)}
	}
	made := &change{}
	args, ok := c.arguments(call, t, made)
	if !ok {
		return nil
	}
	made.entry = t.entry("Invalidate", args)
	return made
}

// put checks GetUser(id=u.ID) with what is stored.
func (c *checker) put(call annotations.Call, value []annotations.Path) *change {
	t, ok := c.target(call)
	if !ok {
		return nil
	}
	made := &change{}
	args, ok := c.arguments(call, t, made)
	values, valid := c.values(call, t, value, made)
	if !ok || !valid {
		return nil
	}
	for i := range args {
		args[i].spread = false // the values come last, so that the method takes a slice
	}
	made.entry = t.entry("Put", append(args, values...))
	return made
}

func (t *target) entry(method string, args []operand) *entry {
	cached := t.wrapper.Cached
	made := &entry{
		pkg: t.wrapper.Func.File.Package.Types, handle: cached.Handle,
		home: cached.Home, accessor: cached.Accessor,
		generic: len(t.wrapper.Func.AllTypeParams()) > 0 && cached.Home == nil, typeArgs: t.typeArgs,
		method: method, args: args,
	}
	if t.receiver != nil {
		made.base = t.receiver.path
	}
	return made
}

// Describe says when the caches change.
func (p *plan) Describe() []string {
	always, success := false, false
	for _, c := range p.changes {
		always, success = always || c.always, success || !c.always
	}
	switch {
	case !p.fn.HasError():
		return nil
	case always && success:
		return []string{"After a call that returns an error, only that is removed which is said to be always; after a panic, nothing is."}
	case always:
		return []string{"The removal follows a call that returns an error, too, but not a panic."}
	default:
		return []string{"After a call that returns an error, nothing is removed or stored."}
	}
}
