package adopt

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bunsui/bunsui-go/annotations"
)

// A reading is one way to understand a NAME: import paths may have dots, too.
type reading struct{ pattern, symbol string }

// readings lists the ways to understand a name such as Store.GetUser or
// ./store.Store.GetUser, the most likely one first.
func readings(name string) []reading {
	name = strings.NewReplacer("(*", "", "(", "", ")", "").Replace(filepath.ToSlash(name))
	slash := strings.LastIndexByte(name, '/') + 1
	head, parts := name[:slash], strings.Split(name[slash:], ".")
	var found []reading
	for _, n := range []int{1, 2} { // Func, then Type.Func
		if len(parts) < n || slices.Contains(parts, "") {
			break
		}
		pattern := head + strings.Join(parts[:len(parts)-n], ".")
		switch {
		case pattern == "":
			pattern = "."
		case pattern == head && !strings.HasPrefix(head, ".") && !filepath.IsAbs(head):
			continue // example.com/GetUser
		case pattern == head && head != "/":
			pattern = strings.TrimSuffix(head, "/")
		}
		found = append(found, reading{pattern, strings.Join(parts[len(parts)-n:], ".")})
	}
	if head == "" {
		slices.Reverse(found) // Store.GetUser is a method before it is in a package store
	}
	return found
}

// A resolver finds packages and what they declare.
type resolver struct {
	request  Request
	packages map[string][]listed // by pattern
	folders  map[string]*folder  // by directory
	// imported are packages that are only looked at, by directory.
	imported map[string]*folder
}

// list finds the packages of patterns in one run of go list.
func (r *resolver) list(ctx context.Context, patterns []string) error {
	slices.Sort(patterns)
	packages, err := goList(ctx, r.request, slices.Compact(patterns))
	if err != nil {
		return err
	}
	for _, p := range packages {
		for _, pattern := range p.Match {
			r.packages[pattern] = append(r.packages[pattern], p)
		}
	}
	return nil
}

func (r *resolver) listNames(ctx context.Context, names []string) error {
	var patterns []string
	for _, name := range names {
		for _, way := range readings(name) {
			patterns = append(patterns, way.pattern)
		}
	}
	if len(patterns) == 0 {
		return nil
	}
	return r.list(ctx, patterns)
}

func (r *resolver) folder(p listed) (*folder, error) {
	if f := r.folders[p.Dir]; f != nil {
		return f, nil
	}
	f, err := survey(p)
	if err != nil {
		return nil, err
	}
	r.folders[p.Dir] = f
	return f, nil
}

// resolve finds the declarations that a name means, by way of pick. If there are
// none, it tells why not.
func (r *resolver) resolve(name string, pick func(*folder, string) []*function) ([]*function, string, error) {
	ways := readings(name)
	if len(ways) == 0 {
		return nil, fmt.Sprintf("%q: that is no name of a function: write GetUser, Store.GetUser or ./store.GetUser", name), nil
	}
	var reasons []string
	for _, way := range ways {
		reason := "there is no package " + way.pattern
		for _, p := range r.packages[way.pattern] {
			if p.Name == "" {
				continue // a directory without Go files
			}
			f, err := r.folder(p)
			if err != nil {
				return nil, "", err
			}
			if found := pick(f, way.symbol); len(found) > 0 {
				return found, "", nil
			}
			reason = f.missing(way.symbol)
		}
		reasons = append(reasons, reason)
	}
	if len(reasons) > 1 && !strings.ContainsAny(name, `/\`) {
		reasons = reasons[:1]
	}
	return nil, name + ": " + strings.Join(reasons, ", and "), nil
}

// missing says that a package has no function of a name, and what it has.
func (f *folder) missing(symbol string) string {
	hint := ""
	declared := slices.Sorted(maps.Keys(f.inside.functions))
	if near := annotations.Suggest(symbol, declared); near != "" {
		hint = fmt.Sprintf(" (did you mean %q?)", near)
	} else if full := f.methodsNamed(symbol); len(full) > 0 {
		hint = fmt.Sprintf(" (did you mean %s?)", strings.Join(full, " or "))
	}
	return fmt.Sprintf("package %s has no function %s%s", f.ImportPath, symbol, hint)
}

// methodsNamed returns the methods with the given name, of whatever type.
func (f *folder) methodsNamed(name string) []string {
	var found []string
	for symbol := range f.inside.functions {
		if strings.HasSuffix(symbol, "."+name) {
			found = append(found, symbol)
		}
	}
	slices.Sort(found)
	return found
}

// functionOf returns the function with a name in an imported package, if that
// belongs to the same module.
func (r *resolver) functionOf(from *folder, importPath, name string) []*function {
	if from.Module == nil || from.Module.Dir == "" {
		return nil
	}
	inside, ok := strings.CutPrefix(importPath, from.Module.Path+"/")
	if !ok {
		return nil
	}
	p := listed{Dir: filepath.Join(from.Module.Dir, filepath.FromSlash(inside)), ImportPath: importPath, Module: from.Module}
	f := r.imported[p.Dir]
	if f == nil {
		if f = r.folders[p.Dir]; f == nil {
			f, _ = survey(p) // what cannot be read is no reason to refuse
		}
		r.imported[p.Dir] = f
	}
	if f == nil {
		return nil
	}
	return f.inside.functions[name]
}
