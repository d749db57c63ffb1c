package rows

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
)

// A Child is a measurement that needs a process of its own, because others would
// have left memory or goroutines behind. It prints numbers.
type Child func(args []string, out io.Writer) error

// children lists them by name.
func children() map[string]Child {
	return map[string]Child{
		"entries":  entriesChild,
		"empty":    emptyChild,
		"growth":   growthChild,
		"idle":     idleChild,
		"hostile":  hostileChild,
		"streamed": streamedChild,
	}
}

// RunChild runs the child that args begin with. It is what the command does when it
// is started by itself.
func RunChild(args []string, out io.Writer) error {
	if len(args) == 0 {
		return fmt.Errorf("a child needs a name")
	}
	do, ok := children()[args[0]]
	if !ok {
		return fmt.Errorf("no child is called %q", args[0])
	}
	return do(args[1:], out)
}

// childCommand starts this program as a child.
func childCommand(ctx context.Context, args ...string) (*exec.Cmd, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, self, append([]string{"-child"}, args...)...)
	cmd.Stderr = os.Stderr
	return cmd, nil
}

// ask runs a child and returns its numbers.
func ask(ctx context.Context, args ...string) ([]float64, error) {
	cmd, err := childCommand(ctx, args...)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	cmd.Stdout = &out
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("child %v: %w", args, err)
	}
	return numbers(out.String())
}

func numbers(text string) ([]float64, error) {
	words := strings.Fields(text)
	values := make([]float64, len(words))
	for i, word := range words {
		v, err := strconv.ParseFloat(word, 64)
		if err != nil {
			return nil, err
		}
		values[i] = v
	}
	return values, nil
}
