package adopt

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strings"
)

// listed is what go list says about a package. None of its imports are looked at.
type listed struct {
	Dir            string
	ImportPath     string
	Name           string
	Standard       bool
	Match          []string // the patterns that it is listed for
	IgnoredGoFiles []string
	Module         *struct {
		Path, Dir string
		Main      bool
	}
}

// own tells whether the package belongs to the user.
func (p *listed) own() bool {
	return !p.Standard && (p.Module == nil || p.Module.Main)
}

// goList lists packages. A pattern that matches none is left out of the result.
func goList(ctx context.Context, r Request, patterns []string) ([]listed, error) {
	args := []string{"list", "-e", "-find", "-json=Dir,ImportPath,Name,Standard,Match,IgnoredGoFiles,Module"}
	out, err := goCommand(ctx, r, append(append(args, tagFlags(r.Tags)...), patterns...)...)
	if err != nil {
		return nil, err
	}
	var packages []listed
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return packages, nil
		} else if err != nil {
			return nil, fmt.Errorf("reading the output of go list: %w", err)
		}
		if p.Dir != "" {
			packages = append(packages, p)
		}
	}
}

func tagFlags(tags string) []string {
	if tags == "" {
		return []string{"--"}
	}
	return []string{"-tags=" + tags, "--"}
}

// importers returns the packages of all main modules that import one of paths.
func importers(ctx context.Context, r Request, paths map[string]bool) ([]string, error) {
	dirs, err := goCommand(ctx, r, "list", "-m", "-f", "{{.Dir}}")
	if err != nil {
		return nil, err
	}
	args := []string{
		"list", "-e", "-f",
		"{{.Dir}}{{range .Imports}}\t{{.}}{{end}}{{range .TestImports}}\t{{.}}{{end}}{{range .XTestImports}}\t{{.}}{{end}}",
	}
	args = append(args, tagFlags(r.Tags)...)
	for dir := range strings.Lines(string(dirs)) {
		args = append(args, strings.TrimSpace(dir)+"/...")
	}
	out, err := goCommand(ctx, r, args...)
	if err != nil {
		return nil, err
	}
	var found []string
	for line := range strings.Lines(string(out)) {
		fields := strings.Split(strings.TrimSpace(line), "\t")
		if slices.ContainsFunc(fields[1:], func(path string) bool { return paths[path] }) {
			found = append(found, fields[0])
		}
	}
	return found, nil
}

// goCommand runs the go command and returns what it prints.
func goCommand(ctx context.Context, r Request, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir, cmd.Env = r.Dir, r.Env
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	switch {
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case err != nil && stderr.Len() > 0:
		return nil, fmt.Errorf("go %s: %s", args[0], strings.TrimSpace(stderr.String()))
	case err != nil:
		return nil, fmt.Errorf("go %s: %w", args[0], err)
	}
	return out, nil
}
