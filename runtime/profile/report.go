package profile

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"time"
)

// A Report is what is known of the process at one time.
type Report struct {
	Time      time.Time
	Enabled   bool        // as Enabled returned
	Functions []FuncStats // as Snapshot returned
	Tree      []Node      // as Tree returned
}

// Take returns the figures of now: the functions first, then the call tree, so that
// the tree may have calls that ended a little later.
func Take() Report {
	return Report{Time: time.Now(), Enabled: Enabled(), Functions: Snapshot(), Tree: Tree()}
}

// WriteFolded writes the call tree as folded stacks, which flame graph programs read:
// a line for each place, with the functions from the top separated by semicolons, and
// the nanoseconds that were spent there and not further down ([Node].Self). Errors are
// those of w.
func WriteFolded(w io.Writer) error {
	return Report{Tree: Tree()}.WriteFolded(w)
}

// WriteFolded is the function WriteFolded for figures that were taken before.
func (r Report) WriteFolded(w io.Writer) error {
	buffered := bufio.NewWriter(w)
	for _, n := range r.Tree {
		n.fold(buffered, "")
	}
	if err := buffered.Flush(); err != nil {
		return fmt.Errorf("profile: write folded stacks: %w", err)
	}
	return nil
}

// What a name may not have in it where stacks are folded.
var foldedName = strings.NewReplacer(";", ",", "\n", " ", "\r", " ")

func (n Node) fold(w *bufio.Writer, above string) {
	path := above + foldedName.Replace(n.Name)
	if n.Self > 0 {
		fmt.Fprintf(w, "%s %d\n", path, int64(n.Self))
	}
	for _, c := range n.Children {
		c.fold(w, path+";")
	}
}
