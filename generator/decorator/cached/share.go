package cached

import (
	"crypto/sha256"
	"fmt"
	"go/types"
	"slices"

	"github.com/bunsui/bunsui-go/generator/codec"
	"github.com/bunsui/bunsui-go/generator/decorator"
)

// A sharePlan is the plan of how results leave the process.
type sharePlan struct {
	// leaves tells that results leave the process, and option what asks for it.
	leaves bool
	option string
	// texts are the values that spell each part of the key, and hashed tells which
	// parts stand there as a hash.
	texts  [][]exactValue
	hashed []bool
	// carried is the generated codec, or nil where user says which one is taken.
	carried *codec.Plan
	user    *userCodec
	// fingerprint is set where the codec's schema does not count.
	fingerprint string
}

// schemaTolerant lets the fields of a result come and go.
const schemaTolerant = "tolerant"

func planSharing(p *decorator.Pass, o *Options, made *plan) sharePlan {
	s := leaving(o)
	checkUnshared(p, o, s.leaves)
	if !s.leaves {
		checkHashed(p, o, made.key)
		return s
	}
	checkPredeclared(p, "to spell keys", "string")
	if o.Shared {
		checkInstances(p, made)
	}
	s.hashed = checkHashed(p, o, made.key)
	for _, part := range made.key.parts {
		values, why := exactText(p, part.typ, part.how)
		if why != "" {
			p.ReportOption(s.option, keyTextNotes(part),
				"%s has no text that tells it apart outside the process: %s %s", part.text, p.TypeString(part.typ), why)
		}
		s.texts = append(s.texts, values)
		if _, list := part.how.(elementsKey); list {
			checkPredeclared(p, "to spell keys", elementOf(part.typ).Underlying().String())
		}
	}
	if o.Schema == schemaTolerant {
		s.fingerprint = tolerantFingerprint(p)
	}
	return s
}

// keyTextNotes tells what to write instead of a part that has no exact text.
func keyTextNotes(part part) []string {
	if part.vary != nil || part.fn != nil {
		return []string{"let the function return a text, a number, or a struct of such"}
	}
	return []string{
		fmt.Sprintf("key=\"…\" with the fields of %s that matter, or key=fn with a function that returns a text, a number, or a struct of such", part.text),
	}
}

// leaving decides whether results leave the process.
func leaving(o *Options) sharePlan {
	switch {
	case o.Shared:
		return sharePlan{leaves: true, option: "shared"}
	case o.Persist:
		return sharePlan{leaves: true, option: "persist"}
	case o.Codec.Set():
		return sharePlan{leaves: true, option: "codec"}
	}
	return sharePlan{}
}

// checkUnshared refuses options that only count beside shared, or for results that
// leave the process in some way.
func checkUnshared(p *decorator.Pass, o *Options, leaves bool) {
	refuse := func(why string, options ...string) {
		for _, option := range options {
			if arg, ok := p.Arg(option); ok && arg.Raw != "false" {
				p.ReportAt(arg.KeyPos, len(arg.Key), nil, "%s matters only for results that %s, or leave it out", option, why)
			}
		}
	}
	if !leaves {
		refuse("leave the process: add shared or persist", "schema", "hash", "compress")
	}
	if !o.Shared {
		refuse("are in a store: add shared", "memory_ttl", "strict")
	} else if o.Persist {
		p.ReportOption("persist", nil, "shared gives all that persist does: leave persist out")
	}
}

// checkInstances refuses caches of instances that would meet in the store.
func checkInstances(p *decorator.Pass, made *plan) {
	if !made.instances() || made.readsReceiver() {
		return
	}
	name := p.Func.Recv.Name
	if name == "" {
		name = "s"
	}
	p.ReportOption("receiver", []string{fmt.Sprintf("such as key=\"{%s.Name}:…\", where the field tells instances apart in all processes", name)},
		"shared results of several instances would be mixed up in the store: add a key= that names a field of the receiver")
}

// readsReceiver tells whether the key is made of the receiver, too.
func (p *plan) readsReceiver() bool {
	return slices.ContainsFunc(p.key.parts, func(part part) bool {
		return part.path != nil && part.path.param < 0 || part.fn != nil && part.fn.receiver
	})
}

// checkHashed finds the parts of the key that hash= names.
func checkHashed(p *decorator.Pass, o *Options, k key) []bool {
	hashed := make([]bool, len(k.parts))
	for _, param := range o.Hash {
		at := argIndex(p.Func, param.Name)
		found := false
		for i, part := range k.parts {
			if part.path != nil && part.path.param == at {
				hashed[i], found = true, true
			}
		}
		switch {
		case at < 0:
			p.ReportAt(param.Pos, len(param.Name), nil, "%s has no parameter %s%s", p.Func.Name, param.Name, suggestParam(p.Func, param.Name))
		case found:
		case len(k.parts) > 0 && k.parts[0].fn != nil:
			p.ReportAt(param.Pos, len(param.Name), nil, "what %s makes of %s stands in the key, not the parameter: let the function hash it", o.Key.Name.Text, param.Name)
		default:
			p.ReportAt(param.Pos, len(param.Name), nil, "%s is not part of the key, so it leaves the process nowhere", param.Name)
		}
	}
	return hashed
}

// tolerantFingerprint depends on the name of the result's type alone.
func tolerantFingerprint(p *decorator.Pass) string {
	var results []byte
	for _, v := range p.Func.Values() {
		results = fmt.Appendf(results, "%s\n", types.TypeString(v.Type, (*types.Package).Path))
	}
	return fmt.Sprintf("t%x", sha256.Sum256(results))[:16]
}

// planCodec decides how results become bytes. It needs the names of the plan.
func (s *sharePlan) planCodec(p *decorator.Pass, o *Options, made *plan) {
	hidden := decorator.Unexport(p.Names.Base) + "Codec"
	if o.Codec.Set() {
		s.user = findCodec(p, o.Codec)
		if s.user != nil && s.user.variable {
			s.user.name = p.Modest(hidden, "Wire", "the codec")
		}
		if s.user != nil && !s.user.json {
			checkPredeclared(p, "to make a codec", "byte", "new")
		}
		return
	}
	if len(p.Func.AllTypeParams()) > 0 {
		p.ReportOption(s.option, []string{"codec=json, or codec=fn with a type of your own: " + wantedCodec(p)},
			"%s is generic, and no codec can be generated for all that its results may be: add codec=", p.Func.Symbol())
		return
	}
	checkPredeclared(p, "to carry results", "append", "byte", "len")
	set := decorator.OfFile(p, "codec", func() *codec.Set {
		return codec.NewSet(p.Func.File.Package.Path, func(want, what string) string { return p.Modest(want, "Wire", what) })
	})
	carried, problems := set.Plan(hidden, made.valueType(p))
	for _, problem := range problems {
		p.ReportOption(s.option, []string{problem.Advice}, "%s", problem)
	}
	s.carried = carried
}

// valueType is V, of a function that is not generic.
func (p *plan) valueType(pass *decorator.Pass) types.Type {
	values := pass.Func.Values()
	if len(values) == 1 {
		return values[0].Type
	}
	results := make([]types.Type, len(values))
	for i, v := range values {
		results[i] = v.Type
	}
	return codec.Results(pass.Func.File.Package.Types, pass.Names.Base+"Value", p.values, results)
}
