package generator

import (
	"go/token"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/bunsui/bunsui-go/generator/decorator"
	"github.com/bunsui/bunsui-go/generator/emit"
)

// nameIt finds the wrapper's name and claims it, with those of inner layers. If
// there is none, which is reported, the chain stays without names.
func (c *chain) nameIt() {
	common := c.common()
	c.id = c.fn.ID()
	if common.Name != "" {
		c.id = common.Name
	}
	first := c.steps[0].pass
	switch {
	case first.Annotation.Pos != c.directives[0].Pos:
		return // the first directive is unknown, and what it says of names with it
	case c.fn.Implements():
		c.checkMethod()
		if c.home != nil && c.home.nameless {
			return
		}
	case common.As != "" && !c.canBeCalled(first, common.As), common.As == "" && !c.canName(first):
		return
	}
	names := decorator.NamesOf(c.fn, common.As)
	if c.below != nil && c.below.names.Wrapper == names.Wrapper {
		first.Report([]string{"give one of the two another name with as="}, "%s would be the name of what it makes and of the wrapper of bunsui:%s below",
			names.Wrapper, c.below.steps[0].entry.Schema.Name)
		return
	}
	if !c.claim(first, names.Wrapper, "the wrapper", decorator.AnotherName(c.fn)) {
		return
	}
	c.names = names
	for i, l := range c.layers[1:] {
		s := c.steps[l.first]
		c.claim(s.pass, c.layerName(i+1), "the "+s.entry.Schema.Name+" layer", "rename one of the two")
	}
}

// canBeCalled tells whether a wrapper can have the name that as= gives, and
// reports it if not.
func (c *chain) canBeCalled(first *decorator.Pass, as string) bool {
	inMain := c.fn.File.Package.Name == "main"
	switch {
	case !decorator.IsIdentifier(as):
		first.ReportOption("as", nil, "%q cannot name a function", as)
	case as == c.fn.Source().Name:
		first.ReportOption("as", nil, "%s is the decorated function itself: its wrapper needs another name", as)
	case c.fn.Recv != nil:
		return true
	case as == "init" || as == "main" && inMain:
		first.ReportOption("as", nil, "%s is a function that Go calls by itself: the wrapper needs another name", as)
	case decorator.IsPredeclared(as):
		first.ReportOption("as", nil, "%s would hide Go's own %s in the whole package: the wrapper needs another name", as, as)
	default:
		return c.isNoTest(first, as)
	}
	return false
}

// canName tells whether a wrapper's name can be made of the function's, and
// reports it if not.
func (c *chain) canName(first *decorator.Pass) bool {
	name := c.fn.Name
	if token.IsExported(name) {
		first.Report(nil, "%s is exported, so its wrapper needs a name of its own: add as=%s%s, or run bunsuigen adopt %s",
			c.fn.Symbol(), name, c.steps[0].entry.Layer, c.fn.Symbol())
		return false
	}
	if !token.IsExported(decorator.Export(name)) {
		first.Report(nil, "%s cannot be exported, so its wrapper needs a name of its own: add as=Name", c.fn.Symbol())
		return false
	}
	return c.isNoTest(first, decorator.Export(name))
}

// isNoTest tells whether go test leaves alone a function called name, and reports
// it if not.
func (c *chain) isNoTest(first *decorator.Pass, name string) bool {
	if c.fn.Recv != nil || !c.fn.File.Test {
		return true
	}
	for _, prefix := range []string{"Test", "Benchmark", "Fuzz", "Example"} {
		rest, ok := strings.CutPrefix(name, prefix)
		if next, _ := utf8.DecodeRuneInString(rest); ok && !unicode.IsLower(next) {
			first.Report(nil, "the wrapper of %s would be called %s, which go test takes for a test: add as=Name",
				c.fn.Symbol(), name)
			return false
		}
	}
	return true
}

// common collects the options of the whole chain, which stand on its first
// directive.
func (c *chain) common() decorator.Common {
	common := c.given()
	maker := c.namesMade()
	for i, s := range c.steps {
		if arg, ok := s.pass.Arg("as"); ok && maker != "" && i < len(c.steps)-1 {
			s.pass.ReportAt(arg.KeyPos, len(arg.Key), nil, "as= belongs to bunsui:%s, which names what it makes", maker)
			continue
		}
		if i == 0 {
			continue
		}
		if _, ok := s.options.(interface{ ChainOptions() decorator.Common }); !ok {
			continue
		}
		for _, key := range []string{"as", "name"} {
			if arg, ok := s.pass.Arg(key); ok && !(key == "as" && (c.fn.Implements() || maker != "")) {
				s.pass.ReportAt(arg.KeyPos, len(arg.Key), nil,
					"%s= belongs to the function's first directive, bunsui:%s", key, c.steps[0].pass.Annotation.Name)
			}
		}
	}
	return common
}

// claim takes the name of a function of ours, or reports what else has it.
func (c *chain) claim(p *decorator.Pass, name, what, mend string) bool {
	other, taken := c.claims.TakeFunc(c.fn, name, what)
	if taken {
		p.Report([]string{mend}, "%s of %s would be called %s, but %s", what, c.fn.Symbol(), name, other)
	}
	return !taken
}

// layerNames are the names of the i-th function from outside and of the one that it
// calls.
func (c *chain) layerNames(i int) emit.LayerNames {
	return emit.LayerNames{Name: c.layerName(i), Next: c.layerName(i + 1)}
}

// layerName is the name of the i-th function from outside; the last is the
// user's own.
func (c *chain) layerName(i int) string {
	switch {
	case i == len(c.layers) && c.fn.Implements():
		return c.home.next + "." + c.fn.Name
	case i == len(c.layers) && c.below != nil && c.below.names.Wrapper != "":
		return c.below.names.Wrapper
	case i == len(c.layers):
		return c.fn.Source().Name
	case i == 0:
		return c.names.Wrapper
	}
	suffix := c.steps[c.layers[i].first].entry.Layer
	same := 1
	for _, l := range c.layers[1:i] {
		if c.steps[l.first].entry.Layer == suffix {
			same++
		}
	}
	if same > 1 {
		suffix += strconv.Itoa(same)
	}
	return decorator.Unexport(c.fn.Name) + suffix
}
