package guide

import (
	"fmt"
	"io"

	"github.com/bunsui/bunsui-go/runtime/monitor"
)

// Summary writes how things stand. What was not used has no rate.
func Summary(w io.Writer, r monitor.Report) {
	for _, c := range r.Caches {
		if lookups := c.Hits + c.Misses; lookups > 0 {
			fmt.Fprintf(w, "cache %s: %.0f %% of %d lookups were hits\n", c.Name, 100*c.HitRate(), lookups)
		}
	}
	for _, b := range r.Processors {
		if done := b.Succeeded + b.Failed; done > 0 {
			fmt.Fprintf(w, "batch %s: %.0f %% of %d items succeeded\n", b.Name, 100*float64(b.Succeeded)/float64(done), done)
		}
	}
	for _, p := range r.Pools {
		fmt.Fprintf(w, "pool %s: %d open, %d in use, %d wait\n", p.Name, p.Open(), p.InUse, p.Waiting)
	}
	for _, f := range r.Functions {
		if f.Calls > 0 {
			fmt.Fprintf(w, "function %s: %d calls, 99 %% within %v\n", f.Name, f.Calls, f.Quantile(0.99))
		}
	}
}
