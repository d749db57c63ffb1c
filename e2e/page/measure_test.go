package page

import (
	"bufio"
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	cdpage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/performance"
	"github.com/chromedp/chromedp"
)

// measure in the environment makes TestMeasure take its minutes: see make page-figures.
const measure = "BUNSUI_MEASURE"

// The size of the program that is measured: functions, and calls of them in a second.
const (
	manyFunctions = 500
	manyCalls     = 3000
)

// TestMeasure tells what the page of a program of 500 functions costs: the browser until it
// is there and for each update, the wire, and the program that is looked at. It asserts
// nothing: times are those of the machine.
func TestMeasure(t *testing.T) {
	if os.Getenv(measure) == "" {
		t.Skipf("%s is not set: this takes minutes", measure)
	}
	if runtime.GOOS != "linux" {
		t.Skip("CPU times are read from /proc")
	}
	customers.SetRate(0) // the shop of this process is of no interest
	p := startProgram(t)
	c := newTab(t)
	c.load(p)
	c.updatesOf(p)
	p.cpu(c)
}

// A program is the example as a process.
type program struct {
	testing.TB
	pid int
	at  *url.URL
}

func startProgram(t testing.TB) *program {
	t.Helper()
	path := filepath.Join(t.TempDir(), "dashboard")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", path, "./dashboard")
	build.Dir = filepath.Join("..", "..", "examples")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v\n%s", build, err, out)
	}
	cmd := exec.Command(path, "-rate=0", fmt.Sprint("-functions=", manyFunctions), fmt.Sprint("-calls=", manyCalls))
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		if err := cmd.Wait(); err != nil {
			t.Error(err)
		}
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	at, err := url.Parse(strings.TrimSpace(line))
	if err != nil {
		t.Fatal(err)
	}
	return &program{TB: t, pid: cmd.Process.Pid, at: at}
}

// load opens the page several times, the first time with nothing in the browser's cache, and
// tells how long it took. The last one stays open.
func (c *tab) load(p *program) {
	c.Helper()
	const watch = `(function wait() {
		const rows = document.querySelectorAll('table[aria-label=Functions] tbody tr').length;
		if (rows >= ` + "%d" + `) requestAnimationFrame(() => setTimeout(() => { window.full = performance.now(); }));
		else requestAnimationFrame(wait);
	})(); window.long = []; new PerformanceObserver((l) => long.push(...l.getEntries().map((e) => e.duration))).observe({ type: 'longtask', buffered: true });`
	c.do("watch", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, cdpage.AddScriptToEvaluateOnNewDocument,
			cdpage.AddScriptToEvaluateOnNewDocumentParams{Source: fmt.Sprintf(watch, manyFunctions)})
		return err
	}))
	var paints, fulls []float64
	for i := range 5 {
		c.visit(&url.URL{Scheme: "about", Opaque: "blank"})
		c.forget()
		c.visit(p.at)
		c.until("window.full")
		if i == 0 {
			c.bytes()
		}
		fulls = append(fulls, evaluate[float64](c, "window.full"))
		paints = append(paints, evaluate[float64](c, "performance.getEntriesByName('first-contentful-paint')[0].startTime"))
	}
	c.Logf("first contentful paint after %.0f ms, all %d rows after %.0f ms (medians of 5)", median(paints), manyFunctions, median(fulls))
}

// bytes tells what came over the wire until the page was there.
func (c *tab) bytes() {
	c.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	var sum int64
	for kind, n := range c.wire {
		if kind != "events" {
			sum += n
		}
	}
	c.Logf("over the wire: the page and its assets %d bytes, its document %d bytes (%d as text)", sum, c.wire["events"], c.updates[0].bytes)
}

// updatesOf waits for some updates, and tells what they are and what the browser spends on
// them.
func (c *tab) updatesOf(p *program) {
	c.Helper()
	const n = 10
	c.do("count", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, performance.Enable, performance.EnableParams{TimeDomain: performance.EnableTimeDomainThreadTicks})
		return err
	}))
	c.forget()
	long := evaluate[int](c, "long.length")
	before := c.metrics()
	begin := time.Now()
	seen := func() int {
		c.mu.Lock()
		defer c.mu.Unlock()
		return len(c.updates)
	}
	for seen() < n {
		if time.Since(begin) > 10*patience {
			c.Fatalf("%d updates within %v", seen(), time.Since(begin))
		}
		time.Sleep(10 * time.Millisecond)
	}
	after := c.metrics()
	c.mu.Lock()
	var text int64
	for _, u := range c.updates {
		text += int64(u.bytes)
	}
	count, wire := int64(len(c.updates)), c.wire["events"]
	c.mu.Unlock()
	each := func(name string) float64 { return 1000 * (after[name] - before[name]) / float64(count) }
	c.Logf("an update: %d bytes over the wire, %d as text, one each %v", wire/count, text/count, (time.Since(begin) / time.Duration(count)).Round(10*time.Millisecond))
	c.Logf("the browser's main thread for an update: %.1f ms, of which script %.1f ms, styles %.1f ms, layout %.1f ms; %d tasks of more than 50 ms in %d updates",
		each("TaskDuration"), each("ScriptDuration"), each("RecalcStyleDuration"), each("LayoutDuration"), evaluate[int](c, "long.length")-long, count)
}

func (c *tab) metrics() map[string]float64 {
	c.Helper()
	res, err := chromedp.Call(c.ctx, performance.GetMetrics, cdp.Empty{})
	if err != nil {
		c.Fatal(err)
	}
	values := make(map[string]float64)
	for _, m := range res.Metrics {
		values[m.Name] = m.Value
	}
	return values
}

// cpu compares the CPU time of the program with and without the page open, by turns.
func (p *program) cpu(c *tab) {
	p.Helper()
	const rounds, length = 4, 15 * time.Second
	var open, closed []float64
	for range rounds {
		c.visit(p.at)
		c.live()
		open = append(open, p.share(length))
		c.visit(&url.URL{Scheme: "about", Opaque: "blank"})
		closed = append(closed, p.share(length))
	}
	p.Logf("CPU of the program, %% of a core, while the page is open: %.2f; without: %.2f; the page: %.2f (medians of %d times %v; open %.2f, closed %.2f)",
		median(open), median(closed), median(open)-median(closed), rounds, length, open, closed)
}

// share is how much of a core the program uses for some time, in percent.
func (p *program) share(length time.Duration) float64 {
	p.Helper()
	before, begin := p.used(), time.Now()
	time.Sleep(length)
	return 100 * (p.used() - before).Seconds() / time.Since(begin).Seconds()
}

// used is the CPU time of all of its threads.
func (p *program) used() time.Duration {
	p.Helper()
	tasks, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", p.pid))
	if err != nil || len(tasks) == 0 {
		p.Fatalf("no threads of process %d: %v", p.pid, err)
	}
	var sum int64
	for _, task := range tasks {
		text, err := os.ReadFile(task)
		if err != nil {
			continue // Go's threads do not end, but for those that are locked
		}
		var ns int64
		if _, err := fmt.Sscan(string(text), &ns); err != nil {
			p.Fatal(err)
		}
		sum += ns
	}
	return time.Duration(sum)
}

func median(all []float64) float64 {
	all = slices.Sorted(slices.Values(all))
	return (all[(len(all)-1)/2] + all[len(all)/2]) / 2
}
