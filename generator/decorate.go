package generator

import (
	"github.com/bunsui/bunsui-go/generator/decorator/all"
	"github.com/bunsui/bunsui-go/generator/diag"
	"github.com/bunsui/bunsui-go/generator/model"
)

// checkInterfaces checks the directives of all decorated interfaces, and returns
// those types around them that cannot have their names.
func checkInterfaces(packages []*model.Package, problems *diag.List) map[*model.Home]bool {
	nameless := make(map[*model.Home]bool)
	for _, pkg := range packages {
		for _, file := range pkg.Files {
			for _, h := range file.Homes {
				if h.Interface == nil {
					continue
				}
				found := all.CheckInterface(h)
				problems.Add(found...)
				nameless[h] = len(found) > 0
			}
		}
	}
	return nameless
}

// checkMethod refuses options that are for functions, where the chain is on a method
// of an interface.
func (c *chain) checkMethod() {
	for _, s := range c.steps {
		for _, key := range []string{"as", "in"} {
			arg, given := s.pass.Arg(key)
			if !given || s.entry.Schema.Option(key) == nil {
				continue
			}
			s.pass.ReportAt(arg.KeyPos, len(arg.Key), nil, "%s= is not for the methods of an interface: %s", key, c.insteadOf(key))
		}
	}
}

func (c *chain) insteadOf(key string) string {
	if key == "as" {
		return c.fn.Recv.TypeName + "." + c.fn.Name + " must have the method's own name"
	}
	return "the results are kept in each " + c.fn.Recv.TypeName
}
