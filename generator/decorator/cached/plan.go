package cached

import (
	"fmt"
	"go/types"
	"strings"

	"github.com/bunsui/bunsui-go/generator/decorator"
	"github.com/bunsui/bunsui-go/generator/model"
)

// A plan is all that the emitters need to know of one cached function.
type plan struct {
	fn    *model.Func
	opts  *Options
	id    string
	names names
	key   key
	// receiver is ignore, instance or key, or empty for a function.
	receiver string
	// values are the result's fields: one for each result but the error.
	values []string
	late   []lateOption
	weigh  weighing
	policy policy
	share  sharePlan
	tags   []tag
	copies copying
	// several looks up several keys, or is empty where nothing asks for that.
	several string
}

// names are the package-level names of one cached function.
type names struct {
	wrapper string
	// handle is the variable GetUserCache, or for a generic function the function
	// of that name, and handleType its type.
	handle, handleType string
	// key and value are structs, made where one key or result has several parts.
	key, value string
	// hash is a function that hashes a key which is a struct of the user's.
	hash string
	// late is a type whose method reads durations that are the user's variables.
	late string
	// policy is a type whose methods decide about single results.
	policy string
	// weigh is a function that weighs results, or with weigh= a type whose method
	// does.
	weigh string
	// family and construct serve generic functions.
	family, construct string
	// field holds the handle in a home, and accessor is the home's method that returns
	// it. There is no variable then.
	field, accessor string
}

// A lateOption is a duration that is a variable or constant of the user's.
type lateOption struct {
	field  string
	object types.Object
}

func check(p *decorator.Pass, o *Options) *plan {
	made := &plan{fn: p.Func, opts: o, id: p.ID}
	checkResults(p)
	made.values = valueFields(p.Func)
	made.receiver = checkReceiver(p, o)
	made.key = planKey(p, o, made.receiver)
	made.late = checkLate(p, o)
	made.weigh = planWeighing(p, o, made.key)
	made.policy = planPolicy(p, o)
	made.share = planSharing(p, o, made)
	made.tags = planTags(p, o, made.key)
	made.copies = planCopying(p, o)
	checkConflicts(p, o)
	checkFreshness(p, o)
	checkSelfCall(p, made.key)
	made.names = claimNames(p, made)
	planSeveral(p, made)
	if made.share.leaves {
		made.share.planCodec(p, o, made)
	}
	return made
}

func checkResults(p *decorator.Pass) {
	values := p.Func.Values()
	if len(values) == 0 {
		p.Report(nil, "%s has no result besides error, so there is nothing to keep", p.Func.Name)
		return
	}
	for _, v := range values {
		if model.IsError(v.Type) {
			p.Report(nil, "%s returns an error that is not its last result: errors are not kept, so the error must come last", p.Func.Name)
			return
		}
	}
}

// valueFields names the fields that hold several results.
func valueFields(fn *model.Func) []string {
	taken := make(map[string]bool)
	var fields []string
	for i, r := range fn.Values() {
		fields = append(fields, unique(exported(r.Name, fmt.Sprintf("Value%d", i+1)), taken))
	}
	return fields
}

func claimNames(p *decorator.Pass, made *plan) names {
	base := p.Names.Base
	n := names{wrapper: p.Names.Wrapper, handle: base + "Cache", handleType: base + "CacheHandle"}
	if p.Func.Home == nil {
		p.Claim(n.handle, "the cache's handle")
	} else if n.wrapper != "" {
		n.field = p.Field(decorator.Unexport(n.wrapper)+"Handle", "the handle's field")
		n.accessor = n.wrapper + "Cache"
		p.Accessor(n.accessor, "the method that returns the cache's handle")
	}
	p.Claim(n.handleType, "the handle's type")
	if len(made.key.parts) > 1 {
		n.key = base + "Key"
		p.Claim(n.key, "the key's type")
	}
	if len(made.values) > 1 {
		n.value = base + "Value"
		p.Claim(n.value, "the type of several results")
	}
	n.hash = hashName(p, made.key)
	if len(made.late) > 0 {
		n.late = p.Hidden(decorator.Unexport(base)+"Late", "the type that reads durations")
	}
	if made.policy.wanted() {
		n.policy = p.Modest(decorator.Unexport(base)+"Policy", "Kept", "the type that decides about results")
	}
	switch {
	case made.weigh.fn != nil:
		n.weigh = p.Hidden(decorator.Unexport(base)+"Weigher", "the type that weighs results")
	case made.weigh.wanted:
		n.weigh = p.Modest("weigh"+decorator.Export(base), "Held", "the function that weighs results")
	}
	if made.generic() {
		n.family = p.Hidden(decorator.Unexport(base)+"Caches", "the caches of a generic function")
		n.construct = p.Hidden("new"+decorator.Export(base)+"CacheHandle", "the handle's constructor")
	}
	return n
}

func declared(pkg *model.Package, name string) bool {
	_, own := pkg.Declared[name]
	_, imported := pkg.FileImports[name]
	return own || imported
}

// generic tells that there is a handle for each instantiation. A home, generic or not,
// has handles of its own.
func (p *plan) generic() bool { return len(p.fn.AllTypeParams()) > 0 && p.fn.Home == nil }

func (p *plan) instances() bool { return p.receiver == receiverInstance }

// KeyText tells by what results are told apart, for bunsuigen list.
func (p *plan) KeyText() string {
	var parts []string
	if p.instances() {
		parts = append(parts, "instance")
	}
	switch {
	case p.opts.Key.Template != nil:
		parts = append(parts, p.opts.Key.Template.Text)
	case p.opts.Key.Set:
		parts = append(parts, p.opts.Key.Name.Text+"()")
	default:
		for _, part := range p.key.parts {
			if part.vary == nil {
				parts = append(parts, part.text)
			}
		}
	}
	for _, part := range p.key.parts {
		if part.vary != nil {
			parts = append(parts, part.text)
		}
	}
	if len(parts) == 0 {
		return "(one entry)"
	}
	return strings.Join(parts, ", ")
}

// Describe adds to the wrapper's doc comment what its callers must know.
func (p *plan) Describe() []string {
	lines := p.sharedNotes()
	if p.copies.wanted() {
		lines = append(lines, "Each caller gets a copy of its own.")
	}
	if !p.fn.HasContext() {
		lines = append(lines, fmt.Sprintf(
			"%s takes no context, so a call that reaches %s with the same arguments again from inside waits for itself for ever.",
			p.fn.Name, p.names.wrapper))
	}
	return lines
}

// Notes tells what the author should have thought of: that results are shared, or
// need no copies.
func (p *plan) Notes() []string {
	lines := p.sharedNotes()
	if p.opts.Copy.On && !p.copies.wanted() {
		lines = append(lines, "copy is not needed: callers can change nothing in the results for each other.")
	}
	return lines
}

func (p *plan) sharedNotes() []string {
	var lines []string
	if shared := sharedResults(p.fn); len(shared) > 0 && !p.opts.Alias && !p.opts.Copy.On {
		them := "it"
		if len(shared) > 1 {
			them = "them"
		}
		lines = append(lines, fmt.Sprintf("Callers share the returned %s: do not modify %s.", strings.Join(shared, " and "), them))
	}
	return lines
}
