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
	"syscall"
)

func main() {
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
