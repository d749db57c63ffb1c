package change

import (
	"cmp"
	"fmt"
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
	manager managerField
	// notes are for the function's author.
	notes []string
}

// A managerField is the field of a home that has its manager, and the method that
// returns it where the home may be nil. Both are empty if none is needed.
type managerField struct{ field, accessor string }

// managerOf takes the names for the manager of the function's home, once for all of
// its functions.
func managerOf(p *decorator.Pass) managerField {
	return decorator.OfHome(p, "manager", func() managerField {
		made := managerField{field: p.Field("manager", "the manager of the caches")}
		if !p.Func.Implements() {
			made.accessor = p.Field("cacheManager", "the method that returns the manager")
		}
		return made
	})
}

// ofHome lets tags and patterns concern the caches of the home's manager.
func (p *plan) ofHome(pass *decorator.Pass) {
	for _, c := range p.changes {
		if c.text != nil {
			p.manager = managerOf(pass)
			c.text.manager = p.manager
		}
	}
}

// noteField notes that a tag or a pattern does not concern the caches in the receiver's
// field.
func (p *plan) noteField(pass *decorator.Pass) {
	recv := pass.Func.Recv
	if recv == nil || recv.Name == "" || !slices.ContainsFunc(p.changes, func(c change) bool { return c.text != nil }) {
		return
	}
	for _, w := range pass.Facts.Wrappers(pass.Func.File.Package.Types) {
		if w.Cached == nil || w.Cached.Home == nil || w.Cached.Home.Owner != recv.TypeName {
			continue
		}
		field := w.Cached.Home.Field
		p.notes = append(p.notes, fmt.Sprintf(
			"tag= and pattern= are about the caches of the default manager: add in=%s.%s if those of %s.%s are meant.",
			recv.Name, field, recv.TypeName, field))
		return
	}
}

// Notes tells what the author may have meant otherwise.
func (p *plan) Notes() []string { return p.notes }

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
	// manager is what it concerns, if that is not the default manager.
	manager managerField
}

func join(first, second *plan) *plan {
	return &plan{
		fn: first.fn, manager: cmp.Or(first.manager, second.manager),
		changes: slices.Concat(first.changes, second.changes), notes: slices.Concat(first.notes, second.notes),
	}
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
	if p.Func.Implements() || o.In.Set() {
		made.ofHome(p)
	} else {
		made.noteField(p)
	}
	if o.In.Set() && o.Tag.Text == "" && o.Pattern.Text == "" && !p.Func.Implements() {
		p.ReportOption("in", nil, "in= is about tag= and pattern=: where the results of a wrapper are is known, so leave it out")
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
		made := &change{entry: t.entry("InvalidateAll", nil)}
		if made.entry.home != nil {
			made.guards = t.guards // what holds the handle may be nil
		}
		return made
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
