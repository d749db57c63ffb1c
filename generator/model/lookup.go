package model

import "go/types"

// Lookup finds an unqualified name as code at the top level of the file would:
// in the package, among dot imports, and among what Go predeclares. It returns
// nil if there is none.
func (f *File) Lookup(name string) types.Object {
	if obj := f.Package.Types.Scope().Lookup(name); obj != nil {
		return obj
	}
	if f.Scope != nil {
		if obj := f.Scope.Lookup(name); obj != nil {
			return obj
		}
	}
	return types.Universe.Lookup(name)
}

// Import finds the package that the file imports under a name. A blank import
// counts under the name that the package gives itself, so that a file can import
// what only a directive uses. It returns nil if there is none.
func (f *File) Import(name string) *types.Package {
	if imported, ok := f.Imports[name]; ok {
		return imported.Imported()
	}
	for _, imported := range f.Imports {
		if imported.Name() == "_" && imported.Imported().Name() == name {
			return imported.Imported()
		}
	}
	return nil
}
