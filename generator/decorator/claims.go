package decorator

import (
	"fmt"
	"go/token"
	"path/filepath"
	"slices"

	"github.com/bunsui/bunsui-go/generator/model"
)

// Claims are the names that a run declares in one package, beside those that the
// user declares there.
type Claims struct {
	pkg *model.Package
	// names holds package-level names, members those of methods by type.
	names   map[string]string
	members map[string]map[string]string
	// files holds what the functions of one file share, by file and kind.
	files map[fileKey]any
}

type fileKey struct {
	file *model.File
	kind string
}

// NewClaims prepares the names of pkg.
func NewClaims(pkg *model.Package) *Claims {
	return &Claims{
		pkg: pkg, names: make(map[string]string), members: make(map[string]map[string]string),
		files: make(map[fileKey]any),
	}
}

// Names returns every package-level name of the package, the user's and ours.
func (c *Claims) Names() map[string]bool {
	all := make(map[string]bool)
	for name := range c.pkg.Declared {
		all[name] = true
	}
	for name := range c.names {
		all[name] = true
	}
	return all
}

// take claims a package-level name. If it is taken, other tells by what.
func (c *Claims) take(fn *model.Func, name, what string) (other string, taken bool) {
	if pos, ok := c.pkg.Declared[name]; ok {
		return name + " is declared at " + Place(pos), true
	}
	if pos, ok := c.pkg.FileImports[name]; ok {
		return name + " is imported at " + Place(pos), true
	}
	if owner, ok := c.names[name]; ok {
		return name + " is " + owner, true
	}
	c.names[name] = fmt.Sprintf("%s of %s at %s", what, fn.Symbol(), Place(fn.Pos))
	return "", false
}

// Free returns name, or one like it that neither the user nor this run declares.
func (c *Claims) Free(name string) string {
	free := name
	for n := 2; c.ours(free) || c.declared(free); n++ {
		free = fmt.Sprint(name, n)
	}
	return free
}

// FreeEmbedded is Free for a type that the home of an interface embeds: the name must
// be none of the home's members either.
func (c *Claims) FreeEmbedded(h *model.Home, name string) string {
	free := c.Free(name)
	for n := 2; c.inHome(h, free) != ""; n++ {
		free = c.Free(fmt.Sprint(name, n))
	}
	return free
}

func (c *Claims) declared(name string) bool {
	_, own := c.pkg.Declared[name]
	_, imported := c.pkg.FileImports[name]
	return own || imported
}

// ours tells whether something that this run declares has a package-level name.
func (c *Claims) ours(name string) bool {
	_, taken := c.names[name]
	return taken
}

// TakeFunc claims the name of a function or method with fn's receiver.
func (c *Claims) TakeFunc(fn *model.Func, name, what string) (other string, taken bool) {
	if fn.Recv == nil {
		return c.take(fn, name, what)
	}
	if fn.Implements() && name != fn.Name {
		if other := c.inHome(fn.Home, name); other != "" {
			return fn.Recv.TypeName + "." + name + " is " + other, true
		}
	}
	return c.takeMember(fn, fn.Recv.TypeName, name, what)
}

// takenFunc tells whether a function or method with fn's receiver cannot have a name.
func (c *Claims) takenFunc(fn *model.Func, name string) bool {
	if fn.Recv == nil {
		return c.ours(name) || c.declared(name)
	}
	return c.member(fn.Recv.TypeName, name) != ""
}

// takeMember claims the name of a method or field of a type for fn.
func (c *Claims) takeMember(fn *model.Func, typeName, name, what string) (other string, taken bool) {
	if other := c.member(typeName, name); other != "" {
		return typeName + "." + name + " is " + other, true
	}
	if c.members[typeName] == nil {
		c.members[typeName] = make(map[string]string)
	}
	c.members[typeName][name] = fmt.Sprintf("%s of %s at %s", what, fn.Symbol(), Place(fn.Pos))
	return "", false
}

// member tells what a method or field of a type is, or nothing if there is none.
func (c *Claims) member(typeName, name string) string {
	if pos, ok := c.pkg.Members[typeName][name]; ok {
		return "declared at " + Place(pos)
	}
	return c.members[typeName][name]
}

// inHome is member for a home, which has the methods of the interface that it
// implements.
func (c *Claims) inHome(h *model.Home, name string) string {
	if h.Interface != nil && slices.Contains(h.Interface.Methods, name) {
		return "a method of " + h.Interface.Name
	}
	return c.member(h.Type, name)
}

// Place spells the place of another declaration, for messages.
func Place(pos token.Position) string {
	return fmt.Sprintf("%s:%d:%d", filepath.Base(pos.Filename), pos.Line, pos.Column)
}
