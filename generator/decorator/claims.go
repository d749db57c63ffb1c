package decorator

import (
	"fmt"
	"go/token"
	"path/filepath"

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
	typeName := fn.Recv.TypeName
	if pos, ok := c.pkg.Members[typeName][name]; ok {
		return fmt.Sprintf("%s.%s is declared at %s", typeName, name, Place(pos)), true
	}
	if owner, ok := c.members[typeName][name]; ok {
		return fmt.Sprintf("%s.%s is %s", typeName, name, owner), true
	}
	if c.members[typeName] == nil {
		c.members[typeName] = make(map[string]string)
	}
	c.members[typeName][name] = fmt.Sprintf("%s of %s at %s", what, fn.Symbol(), Place(fn.Pos))
	return "", false
}

// Place spells the place of another declaration, for messages.
func Place(pos token.Position) string {
	return fmt.Sprintf("%s:%d:%d", filepath.Base(pos.Filename), pos.Line, pos.Column)
}
