package guide

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/bunsui/bunsui-go/runtime/profile"
)

func ExampleLogIn() {
	profile.Reset()
	ctx := context.Background()
	_ = LogIn(ctx, "ada", "correct")
	_ = LogIn(ctx, "ada", "guessed")

	for _, f := range profile.Snapshot() {
		if strings.HasSuffix(f.Name, ".logIn") {
			fmt.Println(f.Calls, "calls,", f.Errors, "errors,", f.Panics, "panics")
			fmt.Println(f.Min <= f.Quantile(0.5), f.Quantile(0.5) <= f.Quantile(0.99), f.Quantile(0.99) <= f.Max)
		}
	}
	// Output:
	// 2 calls, 1 errors, 0 panics
	// true true true
}

func ExampleImport() {
	profile.Reset()
	_ = Import(context.Background(), []string{"ada", "grace"})
	for _, region := range profile.Tree() {
		fmt.Println(region.Name, region.Calls)
		for _, called := range region.Children {
			fmt.Println("  "+called.Name[strings.LastIndex(called.Name, "/")+1:], called.Calls)
		}
	}
	// Output:
	// import: accounts 1
	//   guide.logIn 2
}

func TestExport(t *testing.T) {
	dir := t.TempDir()
	_ = LogIn(t.Context(), "ada", "correct")
	if err := Export(dir); err != nil {
		t.Fatal(err)
	}
	figures, err := os.ReadFile(filepath.Join(dir, "profile.json"))
	if err != nil {
		t.Fatal(err)
	}
	functions, err := profile.ReadJSON(bytes.NewReader(figures))
	if err != nil || !slices.ContainsFunc(functions, func(f profile.FuncStats) bool { return strings.HasSuffix(f.Name, "guide.logIn") }) {
		t.Errorf("%v, %d functions, want one of them logIn", err, len(functions))
	}
	if calls, err := os.ReadFile(filepath.Join(dir, "calls.pb.gz")); err != nil || len(calls) < 2 || calls[0] != 0x1f || calls[1] != 0x8b {
		t.Errorf("calls.pb.gz is not compressed: %v", err)
	}
	if err := Export(filepath.Join(dir, "none")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%v, want an error for a folder that does not exist", err)
	}
}

func TestCPU(t *testing.T) {
	var cpu bytes.Buffer
	called := false
	if err := CPU(&cpu, func() { called = LogIn(t.Context(), "ada", "correct") == nil }); err != nil {
		t.Fatal(err)
	}
	if !called || cpu.Len() == 0 {
		t.Errorf("called %v, %d bytes", called, cpu.Len())
	}
}
