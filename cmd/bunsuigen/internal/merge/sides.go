package merge

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"github.com/bunsui/bunsui-go/cmd/bunsuigen/internal/git"
)

// sides are the commits that git merges.
type sides struct {
	ours, theirs string
	// base is the commit whose difference to theirs is applied to ours. If it is
	// empty, git finds the ones that both have in common.
	base string
}

// findSides finds out what is merged, which git does not tell its drivers. What is
// guessed is held against the versions of the file that git has given.
func findSides(ctx context.Context, tree git.Tree, r Request) (sides, bool) {
	s, found := mergedSides(r.Env)
	if !found {
		s, found = rebasedSides(ctx, tree)
	}
	if !found || !isVersion(ctx, tree, s.ours, r.Path, r.Ours) || !isVersion(ctx, tree, s.theirs, r.Path, r.Theirs) {
		return sides{}, false
	}
	return s, s.base == "" || isVersion(ctx, tree, s.base, r.Path, r.Base)
}

// mergedSides are those of git merge, which names the other heads in its
// environment, so that they can be shown by name.
func mergedSides(env []string) (sides, bool) {
	const prefix = "GITHEAD_"
	var heads []string
	for _, variable := range env {
		name, _, _ := strings.Cut(variable, "=")
		if id, is := strings.CutPrefix(name, prefix); is {
			heads = append(heads, id)
		}
	}
	if len(heads) != 1 {
		return sides{}, false
	}
	return sides{ours: "HEAD", theirs: heads[0]}, true
}

// rebasedSides are those of git rebase, whose list of what is done ends with the
// commit at hand.
func rebasedSides(ctx context.Context, tree git.Tree) (sides, bool) {
	file, err := tree.Line(ctx, "rev-parse", "--git-path", "rebase-merge/done")
	if err != nil {
		return sides{}, false
	}
	if !filepath.IsAbs(file) {
		file = filepath.Join(tree.Dir, filepath.FromSlash(file))
	}
	done, err := os.ReadFile(file)
	if err != nil {
		return sides{}, false
	}
	lines := strings.Split(strings.TrimSpace(string(done)), "\n")
	words := strings.Fields(lines[len(lines)-1])
	if len(words) < 2 {
		return sides{}, false
	}
	id, err := tree.Line(ctx, "rev-parse", "--verify", "--quiet", "--end-of-options", words[1]+"^{commit}")
	return sides{ours: "HEAD", theirs: id, base: id + "^"}, err == nil
}

// isVersion tells whether a file holds what a commit has at a path.
func isVersion(ctx context.Context, tree git.Tree, commit, path, file string) bool {
	committed, err := tree.Run(ctx, "cat-file", "blob", commit+":"+path)
	if err != nil {
		return false
	}
	content, err := os.ReadFile(file)
	return err == nil && bytes.Equal([]byte(committed), content)
}

// textual merges generated files in the merge of the sources, whose generated files
// do not matter.
const textual = "merge.bunsui.driver=git merge-file --quiet --ours %A %O %B"

// merge returns the tree that the merge gives. Files that conflict are in it with the
// marks of git.
func (s sides) merge(ctx context.Context, tree git.Tree) (id string, err error) {
	if s.base != "" {
		if s, err = s.alone(ctx, tree); err != nil {
			return "", err
		}
	}
	out, err := tree.Run(ctx, "-c", textual, "merge-tree", "--write-tree", s.ours, s.theirs)
	id, _, _ = strings.Cut(out, "\n")
	if failure, ok := errors.AsType[*git.Error](err); ok && failure.Code == 1 && id != "" {
		return id, nil // there are conflicts
	}
	return id, err
}

// alone makes commits with the same content whose only common ancestor is one with
// the content of base, since older git takes no base.
func (s sides) alone(ctx context.Context, tree git.Tree) (sides, error) {
	var made sides
	var err error
	commit := func(of string, parents ...string) string {
		args := []string{"-c", "user.name=bunsuigen", "-c", "user.email=bunsuigen@invalid", "commit-tree", "-m", "bunsuigen", of + "^{tree}"}
		for _, parent := range parents {
			args = append(args, "-p", parent)
		}
		id, failure := tree.Line(ctx, args...)
		err = errors.Join(err, failure)
		return id
	}
	made.base = commit(s.base)
	made.ours, made.theirs = commit(s.ours, made.base), commit(s.theirs, made.base)
	return made, err
}

func lookUp(env []string, name string) string {
	value := ""
	for _, variable := range env {
		if given, is := strings.CutPrefix(variable, name+"="); is {
			value = given
		}
	}
	return value
}
