package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"time"
)

// writeHead writes what the results depend on: machine, versions, effort.
func writeHead(w io.Writer, c config, failed []error) error {
	fmt.Fprint(w, "# Results\n\nWritten by `make bench`; do not edit. What stands under \"What dominates\" comes from reading.md.\n\n")
	facts := [][2]string{
		{"date", time.Now().UTC().Format("2006-01-02")},
		{"commit", commit()},
		{"machine", fmt.Sprintf("%s, %d processors, %s/%s", processor(), runtime.NumCPU(), runtime.GOOS, runtime.GOARCH)},
		{"Go", runtime.Version()},
		{"rounds", fmt.Sprintf("%d of about %v for each contender, interleaved", c.rounds, c.sample)},
		{"versions", strings.Join(versions(), ", ")},
	}
	if c.note != "" {
		facts = append(facts, [2]string{"note", c.note})
	}
	for _, err := range failed {
		facts = append(facts, [2]string{"ended early", strings.ReplaceAll(err.Error(), "\n", " ")})
	}
	fmt.Fprint(w, "| | |\n|---|---|\n")
	for _, fact := range facts {
		fmt.Fprintf(w, "| %s | %s |\n", fact[0], fact[1])
	}
	_, err := fmt.Fprintln(w)
	return err
}

// commit names what is checked out, and says if it was changed.
func commit() string {
	out, err := exec.Command("git", "describe", "--always", "--dirty").Output()
	if err != nil {
		return "unknown"
	}
	return strings.TrimSpace(string(out))
}

// processor returns the name of the processor, where Linux tells.
func processor() string {
	text, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return "unknown processor"
	}
	for line := range strings.Lines(string(text)) {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return "unknown processor"
}

// versions lists the modules that are compiled into this program and measured, and
// the generators that go.mod pins.
func versions() []string {
	rivals := []string{
		"github.com/maypok86/otter/v2", "github.com/puzpuzpuz/xsync/v4", "github.com/Yiling-J/theine-go",
		"github.com/dgraph-io/ristretto/v2", "github.com/hashicorp/golang-lru/v2", "github.com/viccon/sturdyc",
		"golang.org/x/sync", "github.com/prometheus/client_golang",
		"github.com/vmihailenco/msgpack/v5", "github.com/fxamacker/cbor/v2", "github.com/redis/go-redis/v9", "github.com/go-redis/cache/v9",
		"github.com/redis/rueidis", "github.com/redis/rueidis/rueidisaside", "github.com/eko/gocache/lib/v4",
		"github.com/sourcegraph/conc", "github.com/alitto/pond/v2", "github.com/samber/lo", "github.com/destel/rill", "github.com/panjf2000/ants/v2",
		"github.com/cenkalti/backoff/v5", "github.com/avast/retry-go/v5", "github.com/vikstrous/dataloadgen", "github.com/graph-gophers/dataloader/v7",
	}
	var list []string
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, module := range info.Deps {
			if slices.Contains(rivals, module.Path) {
				list = append(list, module.Path+" "+module.Version)
			}
		}
	}
	for _, module := range []string{"golang.org/x/tools", "github.com/matryer/moq", "github.com/jmattheis/goverter", "github.com/vektra/mockery/v3"} {
		if out, err := exec.Command("go", "list", "-m", module).Output(); err == nil {
			list = append(list, strings.TrimSpace(string(out)))
		}
	}
	return list
}
