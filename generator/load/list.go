package load

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"
)

// listMode makes packages.Load run the go command and nothing else: with types
// or syntax it would do the work that load does, in a way that is slower and
// that sees our own output.
const listMode = packages.NeedName | packages.NeedFiles | packages.NeedImports |
	packages.NeedDeps | packages.NeedExportFile | packages.NeedModule |
	packages.NeedForTest

// list runs go list, in effect once, on all patterns.
func (l *loader) list(ctx context.Context, tests bool, patterns ...string) ([]*packages.Package, error) {
	// The overlay stays out of it: with one, packages reads no export data.
	config := &packages.Config{
		Mode: listMode, Context: ctx, Dir: l.cfg.Dir, Env: l.cfg.Env, Tests: tests,
	}
	if l.cfg.Tags != "" {
		config.BuildFlags = []string{"-tags=" + l.cfg.Tags}
	}
	pkgs, err := packages.Load(config, patterns...)
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if err != nil {
		return nil, l.listingFailed(ctx, patterns, err.Error())
	}
	slices.SortFunc(pkgs, func(a, b *packages.Package) int { return cmp.Compare(a.ID, b.ID) })
	packages.Visit(pkgs, nil, func(p *packages.Package) { l.listed[p.PkgPath] = p })
	return pkgs, nil
}

// listRoots returns the user's own packages that the patterns match.
func (l *loader) listRoots(ctx context.Context) ([]*packages.Package, error) {
	pkgs, err := l.list(ctx, false, l.cfg.Patterns...)
	if err != nil {
		return nil, err
	}
	patterns := strings.Join(l.cfg.Patterns, " ")
	if len(pkgs) == 0 {
		return nil, l.listingFailed(ctx, l.cfg.Patterns, l.whyNothing(ctx, "no packages match", l.cfg.Patterns))
	}
	roots := pkgs[:0]
	var failed []error
	for _, p := range pkgs {
		switch {
		case p.Dir == "" || len(p.GoFiles)+len(p.IgnoredFiles) == 0 && !l.hasGoFiles(p.Dir):
			failed = append(failed, l.listingFailed(ctx, []string{p.ID}, whyUnlisted(p)))
		case l.isOwn(p):
			roots = append(roots, p)
		}
	}
	if len(failed) > 0 {
		return nil, errors.Join(failed...)
	}
	if len(roots) == 0 {
		return nil, fmt.Errorf("%s matches no package of the main module", patterns)
	}
	return roots, nil
}

// isOwn tells whether a package is the user's to generate for: dependencies and
// the standard library are not, even if a pattern such as "all" matches them.
func (l *loader) isOwn(p *packages.Package) bool {
	if p.Module == nil {
		// Without modules nothing tells; the patterns are then trusted.
		return l.getenv("GO111MODULE") == "off" || l.getenv("GOPACKAGESDRIVER") != ""
	}
	return p.Module.Main
}

// getenv returns a variable as the go command will see it.
func (l *loader) getenv(name string) string {
	for _, entry := range slices.Backward(l.cfg.Env) {
		if value, ok := strings.CutPrefix(entry, name+"="); ok {
			return value
		}
	}
	return ""
}

// whyUnlisted says why the go command knows no directory for a package.
func whyUnlisted(p *packages.Package) string {
	if len(p.Errors) == 0 {
		return "no Go files"
	}
	return p.Errors[0].Msg
}

// listingFailed makes an error of what the go command said, which is not to the
// point where there is no module.
func (l *loader) listingFailed(ctx context.Context, patterns []string, message string) error {
	// Package packages writes "err: ...: stderr: ...", the second being the better.
	if first, stderr, ok := strings.Cut(message, ": stderr: "); ok {
		message = cmp.Or(strings.TrimSpace(stderr), strings.TrimPrefix(first, "err: "))
	}
	message = strings.TrimPrefix(strings.TrimSpace(message), "go: ")
	if l.outsideModules(ctx) {
		return fmt.Errorf("there is no go.mod in %s or above it: run go mod init", l.cfg.Dir)
	}
	names := strings.Join(patterns, " ")
	if strings.Contains(message, names) {
		return errors.New(message)
	}
	return fmt.Errorf("%s: %s", names, message)
}

// outsideModules tells whether neither a module nor a workspace is in use.
func (l *loader) outsideModules(ctx context.Context) bool {
	command := l.command(ctx, "env", "GOMOD", "GOWORK")
	out, err := command.Output()
	return err == nil && strings.TrimSpace(string(out)) == os.DevNull
}

// whyNothing asks the go command why it lists nothing, which it does not say
// where it is told to go on after errors. otherwise is the answer if it has no errors.
func (l *loader) whyNothing(ctx context.Context, otherwise string, patterns []string, flags ...string) string {
	if l.cfg.Tags != "" {
		flags = append(flags, "-tags="+l.cfg.Tags)
	}
	_, err := l.command(ctx, slices.Concat([]string{"list"}, flags, []string{"--"}, patterns)...).Output()
	if failure := (*exec.ExitError)(nil); errors.As(err, &failure) {
		return string(failure.Stderr)
	}
	return otherwise
}

func (l *loader) command(ctx context.Context, args ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, "go", args...)
	command.Dir, command.Env = l.cfg.Dir, l.cfg.Env
	return command
}

// hasGoFiles tells whether dir has Go files; go list names none without tests
// where there are only tests.
func (l *loader) hasGoFiles(dir string) bool {
	names, err := l.goFiles(dir)
	return err == nil && len(names) > 0
}

// warnOf notes what the go command says about a package, apart from what is to
// be expected: that it does not compile, and anything about our own output.
func (l *loader) warnOf(f *folder) {
	for _, e := range f.listed.Errors {
		compiling := strings.HasPrefix(e.Msg, "# ")
		for line := range strings.Lines(e.Error()) {
			line = strings.TrimSpace(line)
			own := slices.ContainsFunc(f.outputs, func(path string) bool {
				return strings.Contains(line, filepath.Base(path))
			})
			if line == "" || own || compiling && !strings.Contains(line, ": syntax error: ") {
				continue
			}
			l.warnings = append(l.warnings, f.listed.PkgPath+": "+strings.TrimPrefix(line, "-: "))
		}
	}
}

// missingImports returns the paths that files import and that go list did not
// name as imports of p, as it does not where the content comes from an overlay.
func missingImports(p *packages.Package, sources []*source) []string {
	missing := make(map[string]bool)
	for _, s := range sources {
		for _, spec := range s.syntax.Imports {
			path := importPath(spec)
			if path != "C" && path != "unsafe" && path != "" && p.Imports[path] == nil {
				missing[path] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(missing))
}
