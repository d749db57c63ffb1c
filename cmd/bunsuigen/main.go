// Bunsuigen generates the wrappers of functions that are annotated with //bunsui:
// comments. This package reads flags, prints, and chooses the exit code; what is
// generated is decided in package generator, and files are touched in
// generator/write only.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
)

func main() {
	// A run is short and ends with all its memory, so that collecting it often only
	// costs time. GOGC in the environment still decides where it is set.
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(400)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the process at once
	dir, err := os.Getwd()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bunsuigen:", err)
		os.Exit(exitFailed)
	}
	s := &session{stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr, dir: dir, env: os.Environ()}
	os.Exit(s.run(ctx, os.Args[1:]))
}
