package write

import (
	"bytes"
	"path/filepath"

	"github.com/rogpeppe/go-internal/diff"
)

// absent is what a diff calls the side on which a file does not exist, on every
// system.
const absent = "/dev/null"

// Diff returns what Apply would change as a unified diff, by path, which patch
// -p0 understands in dir. Paths below dir are relative to it, with forward
// slashes. It is empty if there is nothing to do.
func (p Plan) Diff(dir string) []byte {
	var out bytes.Buffer
	for _, c := range p.Changes() {
		name := c.Path
		if rel, err := filepath.Rel(dir, c.Path); err == nil && filepath.IsLocal(rel) {
			name = rel
		}
		out.Write(c.diff(filepath.ToSlash(name)))
	}
	return out.Bytes()
}

// diff compares both sides. An empty file that comes or goes has no lines to
// show, but must not go unseen.
func (c Change) diff(name string) []byte {
	before, after := name, name
	if c.Old == nil {
		before = absent
	}
	if c.New == nil {
		after = absent
	}
	text := diff.Diff(before, c.Old, after, c.New)
	if len(text) == 0 {
		text = []byte("diff " + before + " " + after + "\n--- " + before + "\n+++ " + after + "\n")
	}
	return text
}
