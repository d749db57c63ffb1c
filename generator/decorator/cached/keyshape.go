package cached

import (
	"crypto/sha256"
	"fmt"
	"go/types"
	"strings"

	"github.com/bunsui/bunsui-go/generator/model"
)

// keyShape stands for all that the text of a key depends on beside the arguments: what
// it is made of, by names and types, in which order, and the words between. Without it,
// two parameters of one type that change places would find each other's results.
func (p *plan) keyShape() string {
	var b strings.Builder
	if t := p.opts.Key.Template; t != nil {
		for _, part := range t.Parts {
			fmt.Fprintf(&b, "%q %q\n", part.Literal, part.Path)
		}
	}
	for i, part := range p.key.parts {
		fmt.Fprintf(&b, "%q %t ", part.text, p.share.hashed[i])
		writeShape(&b, part.typ)
		b.WriteByte('\n')
	}
	return fmt.Sprintf("%x", sha256.Sum256([]byte(b.String())))[:8]
}

// writeShape spells a type with the fields of structs, which stand in a text without
// their names.
func writeShape(b *strings.Builder, t types.Type) {
	name := types.TypeString(t, (*types.Package).Path)
	_, isParam := types.Unalias(t).(*types.TypeParam)
	if isParam || model.IsNamed(t, "time", "Time") || model.IsNamed(t, "unique", "Handle") {
		b.WriteString(name)
		return
	}
	if _, named := types.Unalias(t).(*types.Named); named {
		b.WriteString(name + " ")
	}
	switch u := t.Underlying().(type) {
	case *types.Struct:
		b.WriteByte('{')
		for field := range u.Fields() {
			b.WriteString(field.Name() + " ")
			writeShape(b, field.Type())
			b.WriteByte(';')
		}
		b.WriteByte('}')
	case *types.Array:
		fmt.Fprintf(b, "[%d]", u.Len())
		writeShape(b, u.Elem())
	case *types.Slice:
		b.WriteString("[]")
		writeShape(b, u.Elem())
	default: // what leads to other types has no text, and is an error elsewhere
		b.WriteString(types.TypeString(u, (*types.Package).Path))
	}
}
