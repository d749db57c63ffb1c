package codec

import (
	"fmt"
	"go/types"
	"reflect"
	"slices"
	"strings"
)

// structNode plans the fields of a struct. An embedded struct is a field with the
// name of its type.
func (b *builder) structNode(n *node, t *types.Struct, path string) {
	taken := make(map[string]string)
	for i := range t.NumFields() {
		v := t.Field(i)
		wire, known := wireName(v, t.Tag(i))
		if wire == "" {
			continue
		}
		at := path + "." + v.Name()
		own := v.Pkg().Path() == b.set.own
		if !v.Exported() && !own {
			b.report(at, fmt.Sprintf("is an unexported field of package %s", v.Pkg().Path()), adviceHidden)
			return // the type has its secrets: one is enough
		}
		if !known && own {
			b.report(at, fmt.Sprintf("has the tag `msg:%q`, of which only the name and \"-\" are understood", msgTag(t.Tag(i))), "write `msg:\""+wire+"\"`")
			continue
		}
		if other, ok := taken[wire]; ok {
			b.report(at, fmt.Sprintf("would be called %q like %s", wire, other), "give one of them another name with the tag `msg:\"name\"`")
			continue
		}
		taken[wire] = v.Name()
		n.fields = append(n.fields, field{name: v.Name(), wire: wire, node: b.node(v.Type(), at, n.hintFor(v.Name()))})
	}
}

func msgTag(tag string) string { return reflect.StructTag(tag).Get("msg") }

// tolerated are options of msgp's own generator that change nothing in what a
// value means.
var tolerated = []string{"omitempty", "omitzero", "allownil"}

// wireName returns the name of a field in the bytes, or nothing if it is left out.
// known tells whether all of its tag is understood.
func wireName(v *types.Var, tag string) (name string, known bool) {
	msg := msgTag(tag)
	if v.Name() == "_" || msg == "-" {
		return "", true
	}
	name, options, _ := strings.Cut(msg, ",")
	if name == "" {
		name = v.Name()
	}
	known = options == ""
	if !known {
		known = !slices.ContainsFunc(strings.Split(options, ","), func(o string) bool { return !slices.Contains(tolerated, o) })
	}
	return name, known
}
