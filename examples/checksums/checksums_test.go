package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bunsui/bunsui-go/runtime/batch"
)

func write(t *testing.T, dir string, n int) {
	t.Helper()
	for i := range n {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%03d.txt", i)), []byte("abc"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func TestRun(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, 100)
	var out, progress bytes.Buffer
	if err := run(t.Context(), dir, &out, &progress); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	const abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
	if len(lines) != 100 || lines[42] != abc+"  "+filepath.Join(dir, "042.txt") {
		t.Errorf("%d lines, one of them %s", len(lines), lines[min(42, len(lines)-1)])
	}
}

func TestStops(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, 2)
	paths := make([]string, 100)
	for i := range paths {
		paths[i] = filepath.Join(dir, "gone.txt")
	}
	r := SumBatch(t.Context(), paths, batch.Concurrency(1))
	if r.Failed != 21 || r.NotStarted != 79 || r.Outcomes[0].Attempts != 1 || !errors.Is(r.Err(), batch.ErrStopped) || !errors.Is(r.Err(), os.ErrNotExist) {
		t.Errorf("failed %d, not started %d, %+v", r.Failed, r.NotStarted, r.Outcomes[0])
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := run(ctx, dir, new(bytes.Buffer), new(bytes.Buffer)); err == nil {
		t.Error("it was cancelled, and nothing was said")
	}
}
