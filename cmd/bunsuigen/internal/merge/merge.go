// Package merge merges a generated file by generating it anew from the merged
// sources. Git calls it, as a merge driver, before it has written anything to the
// work tree: the sources are therefore merged in a temporary folder.
//
// It prints nothing, and changes nothing but the file that git gives it for the
// result.
package merge

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"

	"github.com/bunsui/bunsui-go/cmd/bunsuigen/internal/git"
	"github.com/bunsui/bunsui-go/generator"
	"github.com/bunsui/bunsui-go/generator/load"
)

// A Request is what git tells a merge driver.
type Request struct {
	// Top is the absolute folder of the work tree, and Env the environment that git
	// has given.
	Top string
	Env []string
	// Base, Ours and Theirs are the files with the three versions, absolute. Ours
	// receives the result.
	Base, Ours, Theirs string
	// Path is the merged file's, below Top, with slashes.
	Path string
}

// A Conflict is a file that could not be merged. What Ours holds is as it was.
type Conflict struct {
	Path string
	// Advice says what to do now.
	Advice string
	cause  error
}

// Error names the file, the reason and the way out.
func (c *Conflict) Error() string {
	return fmt.Sprintf("%s: %v; %s", c.Path, c.cause, c.Advice)
}

// Unwrap returns the reason.
func (c *Conflict) Unwrap() error { return c.cause }

const regenerate = "then run go generate ./... and git add it"

// errTextually is the reason of a conflict in an operation that does not say what is merged.
var errTextually = errors.New("both sides changed it")

// Run merges. The error is a *Conflict, or tells that the result could not be written.
//
// Where git does not say which commits are merged, as in a cherry-pick, the texts are
// merged, as without a driver; but no marks of conflicts are left in a generated file.
func Run(ctx context.Context, r Request) error {
	tree := git.Tree{Dir: r.Top, Env: r.Env}
	s, known := findSides(ctx, tree, r)
	if !known {
		return r.mergeTexts(ctx, tree)
	}
	merged, err := s.merge(ctx, tree)
	if err != nil {
		return &Conflict{r.Path, regenerate, err}
	}
	content, err := r.generate(ctx, tree, merged)
	if err != nil {
		return &Conflict{r.Path, "resolve what conflicts in the sources, " + regenerate, err}
	}
	return r.write(content)
}

func (r Request) write(content []byte) error { return os.WriteFile(r.Ours, content, 0o666) }

// mergeTexts is what git does without a driver.
func (r Request) mergeTexts(ctx context.Context, tree git.Tree) error {
	out, err := tree.Run(ctx, "merge-file", "--stdout", "--quiet", r.Ours, r.Base, r.Theirs)
	if err != nil {
		return &Conflict{r.Path, "our side is kept: finish the sources, " + regenerate, errTextually}
	}
	return r.write([]byte(out))
}

// generate makes the file from the sources of a tree.
func (r Request) generate(ctx context.Context, tree git.Tree, id string) (content []byte, err error) {
	folder, err := os.MkdirTemp("", "bunsuigen-merge-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	// The generator compares paths as the go command prints them, without links.
	if folder, err = filepath.EvalSymlinks(folder); err != nil {
		return nil, err
	}
	sources := filepath.Join(folder, "sources")
	if err := checkOut(ctx, tree, id, filepath.Join(folder, "index"), sources); err != nil {
		return nil, err
	}
	output := filepath.Join(sources, filepath.FromSlash(r.Path))
	result, problems, err := generator.Run(ctx, load.Config{
		Dir: filepath.Dir(output), Env: goEnvironment(r.Env), Patterns: []string{"."},
	})
	switch {
	case err != nil:
		return nil, err
	case len(problems) > 0:
		first := problems[0]
		return nil, fmt.Errorf("it cannot be generated from the merged sources: %s:%d: %s",
			path.Join(path.Dir(r.Path), filepath.Base(first.Pos.Filename)), first.Pos.Line, first.Message)
	}
	i := slices.IndexFunc(result.Outputs, func(o generator.Output) bool { return o.Path == output })
	if i < 0 {
		return nil, errors.New("nothing in the merged sources generates it")
	}
	return result.Outputs[i].Content, nil
}

// checkOut writes the files of a tree to a folder, by an index of its own.
func checkOut(ctx context.Context, tree git.Tree, id, index, folder string) error {
	tree.Env = append(slices.Clip(tree.Env), "GIT_INDEX_FILE="+index)
	if _, err := tree.Run(ctx, "read-tree", id); err != nil {
		return err
	}
	_, err := tree.Run(ctx, "checkout-index", "--all", "--quiet", "--prefix="+folder+string(filepath.Separator))
	if err != nil {
		return err
	}
	if _, err := os.Stat(folder); errors.Is(err, fs.ErrNotExist) {
		return errors.New("the merged tree is empty")
	}
	return nil
}

// goEnvironment is env for the go command in a folder that is in no work tree.
func goEnvironment(env []string) []string {
	return append(slices.Clip(env), "GOFLAGS="+lookUp(env, "GOFLAGS")+" -buildvcs=false")
}
