// Command demo is the heart of a documentation site: it answers requests for the
// documentation of the Go standard library, from the sources, and shows what
// caching does to its times. It uses no network and ends by itself.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"text/tabwriter"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
	"github.com/bunsui/bunsui-go/runtime/profile"
)

func main() {
	if err := run(context.Background(), os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer) error {
	root, err := GoRoot(ctx)
	if err != nil {
		return err
	}
	library := &Library{root: filepath.Join(root, "src")}
	for _, step := range []func() error{
		func() error { return compare(ctx, out, library) },
		func() error { return edit(ctx, out) },
		func() error { return report(out) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// compare serves the same visitors with and without the caches. Those with come
// first, so that they are the ones who wait for a cold disk.
func compare(ctx context.Context, out io.Writer, library *Library) error {
	all := visits(2000)
	few := all[:25]
	fmt.Fprintf(out, "Visitors read the documentation of %d symbols of the standard library.\n\n", len(popular))

	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "requests\ttime\ta request\t")
	for _, round := range []struct {
		name string
		ctx  context.Context
		all  []visit
	}{
		{"cached, nothing kept yet", ctx, all},
		{"cached, once more", ctx, all},
		{"not cached", cache.Bypass(ctx), few},
	} {
		took, err := serve(round.ctx, library, round.all)
		if err != nil {
			return err
		}
		each := took / time.Duration(len(round.all))
		fmt.Fprintf(table, "%d\t%s\t%s\t  %s\n", len(round.all), short(took), short(each), round.name)
	}
	return table.Flush()
}

// edit changes the source of a package that has been looked up.
func edit(ctx context.Context, out io.Writer) error {
	root, err := os.MkdirTemp("", "bunsui-demo-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(root)
	library := &Library{root: root} // has caches of its own: receiver=instance

	fmt.Fprint(out, "\nA package is edited after it has been read:\n\n")
	show := func(when string) error {
		pkg, err := library.Open(ctx, "greet")
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "  %-18s %s\n", when, pkg.Synopsis)
		return nil
	}
	write := func(synopsis string) error {
		source := "// " + synopsis + "\npackage greet\n"
		return os.WriteFile(filepath.Join(root, "greet", "greet.go"), []byte(source), 0o600)
	}
	for _, step := range []func() error{
		func() error { return os.Mkdir(filepath.Join(root, "greet"), 0o700) },
		func() error { return write("Package greet says hello.") },
		func() error { return show("at first:") },
		func() error { return write("Package greet says good morning.") },
		func() error { return show("edited:") },
		func() error { return LibraryOpenCache.Invalidate(ctx, library, "greet") },
		func() error { return show("after Invalidate:") },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// report prints the figures that the wrappers have kept.
func report(out io.Writer) error {
	fmt.Fprint(out, "\nCaches:\n\n")
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "hits\tmisses\thit rate\tentries\t  function")
	for _, c := range cache.Default().Caches() {
		s := c.Stats()
		fmt.Fprintf(table, "%d\t%d\t%.1f %%\t%d\t  %s\n", s.Hits, s.Misses, 100*s.HitRate(), s.Size, c.Name())
	}
	if err := table.Flush(); err != nil {
		return err
	}
	fmt.Fprint(out, "\nProfiles (explain is measured above its cache, open below it):\n\n")
	return profile.WriteText(out)
}

// short rounds to three digits or so.
func short(d time.Duration) time.Duration {
	for unit := time.Duration(1); ; unit *= 10 {
		if d < 1000*unit {
			return d.Round(unit)
		}
	}
}
