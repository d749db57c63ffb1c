// Command checksums prints the SHA-256 of each file below a folder, several at a time, in
// the order of their names, with a bar that shows how far it is:
//
//	go run ./checksums -dir ..
package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"log"
	"os"
	"os/signal"
	"path/filepath"

	"github.com/bunsui/bunsui-go/runtime/batch"
	"github.com/bunsui/bunsui-go/runtime/batch/progressbar"
)

// sum reads one file. One that has gone since it was listed is not worth a second look.
//
//bunsui:batch concurrency=4 attempts=3 delay=50ms permanent=fs.ErrNotExist,fs.ErrPermission stop_on=20%
func sum(ctx context.Context, path string) ([sha256.Size]byte, error) {
	if err := ctx.Err(); err != nil {
		return [sha256.Size]byte{}, err
	}
	f, err := os.Open(path)
	if err != nil {
		return [sha256.Size]byte{}, err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return [sha256.Size]byte{}, err
	}
	return [sha256.Size]byte(h.Sum(nil)), nil
}

func main() {
	dir := flag.String("dir", ".", "the `folder` whose files are read")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *dir, os.Stdout, os.Stderr); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, dir string, out, progress io.Writer) error {
	paths, err := files(dir)
	if err != nil {
		return err
	}
	r := SumBatch(ctx, paths, progressbar.Show(progress, "reading"))
	for _, o := range r.Outcomes {
		if o.Err == nil {
			fmt.Fprintf(out, "%x  %s\n", o.Value, o.Item)
		}
	}
	for _, o := range r.Failures() {
		if !errors.Is(o.Err, batch.ErrNotStarted) {
			fmt.Fprintf(progress, "%v (after %d attempts)\n", o.Err, o.Attempts)
		}
	}
	if r.NotStarted > 0 {
		return fmt.Errorf("%d of %d files were not read", r.NotStarted, len(paths))
	}
	return nil
}

// files lists regular files in the order of their names.
func files(dir string) (paths []string, err error) {
	err = filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() {
			paths = append(paths, path)
		}
		return err
	})
	return paths, err
}
