package load

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"

	"github.com/bunsui/bunsui-go/annotations"
)

// A survey reads the directories that patterns seem to mean while the go command
// is still at work, which leaves processor time to spare. It only prepares: which
// packages match, and which files are in the build, go list tells.
type survey struct {
	loader *loader
	// sources are the user's files read so far, by path; outputs are ours. Files
	// of directories without any mention of us are not parsed.
	sources map[string]*source
	outputs map[string]bool
	// listed stops the parsing once go list has finished: from then on all
	// processors are free for it.
	listed atomic.Bool
	done   chan struct{}
}

// startSurvey begins a survey of the patterns that are paths. It ends by itself;
// its findings may be used after finish.
func (l *loader) startSurvey(ctx context.Context) *survey {
	v := &survey{
		loader: l, done: make(chan struct{}),
		sources: make(map[string]*source), outputs: make(map[string]bool),
	}
	go func() {
		defer close(v.done)
		for _, pattern := range l.cfg.Patterns {
			v.pattern(ctx, pattern)
		}
	}()
	return v
}

func (v *survey) finish() {
	v.listed.Store(true)
	<-v.done
}

// pattern surveys what a pattern such as ./store/... means. Errors are left for
// go list, or for reading in earnest, to report.
func (v *survey) pattern(ctx context.Context, pattern string) {
	root, rest, recursive := strings.Cut(filepath.ToSlash(pattern), "...")
	if !strings.HasPrefix(root, ".") && !filepath.IsAbs(pattern) || recursive && rest != "" {
		return
	}
	root = filepath.FromSlash(root)
	if !filepath.IsAbs(root) {
		root = filepath.Join(v.loader.cfg.Dir, root)
	}
	root = filepath.Clean(root)
	_ = filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil || !entry.IsDir():
			return nil
		case ctx.Err() != nil:
			return filepath.SkipAll
		case path == root:
		case !recursive || isSkipped(path, entry.Name()):
			return filepath.SkipDir
		}
		v.directory(path)
		return nil
	})
}

// isSkipped tells whether patterns leave a directory out.
func isSkipped(path, name string) bool {
	if name == "testdata" || name == "vendor" || name[0] == '.' || name[0] == '_' {
		return true
	}
	_, err := os.Stat(filepath.Join(path, "go.mod"))
	return err == nil
}

func (v *survey) directory(dir string) {
	names, err := v.loader.goFiles(dir)
	if err != nil {
		return
	}
	var sources []*source
	for _, name := range names {
		s, output, err := v.loader.open(filepath.Join(dir, name))
		switch {
		case err != nil:
			continue
		case output:
			v.outputs[filepath.Join(dir, name)] = true
			continue
		}
		sources = append(sources, s)
		v.sources[s.path] = s
	}
	forgetUnmentioned(sources)
	for _, s := range sources {
		if s.content != nil && !v.listed.Load() {
			_ = v.loader.parse(s)
		}
	}
}

// unlisted returns the files with directives in directories of which go list
// knows nothing, because build constraints exclude all that is in them.
func (v *survey) unlisted(folders []*folder) []Dir {
	known := make(map[string]bool)
	for _, f := range folders {
		known[f.dir] = true
	}
	found := make(map[string]*Dir)
	for path, s := range v.sources {
		dir := filepath.Dir(path)
		if known[dir] || !s.mentions || v.loader.parse(s) != nil || !hasDirective(s) {
			continue
		}
		if found[dir] == nil {
			found[dir] = &Dir{Path: dir}
		}
		found[dir].Excluded = append(found[dir].Excluded, path)
	}
	var dirs []Dir
	for _, d := range found {
		dirs = append(dirs, *d)
	}
	return dirs
}

func hasDirective(s *source) bool {
	for _, group := range s.syntax.Comments {
		for _, comment := range group.List {
			if annotations.IsDirective(comment.Text) {
				return true
			}
		}
	}
	return false
}
