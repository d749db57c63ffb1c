package prometheus

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/internal/promtest"
)

// patience bounds how long anything may take that the server does by itself.
const patience = 2 * time.Minute

// A server is a Prometheus server that scrapes one target, each second.
type server struct {
	url    string
	exited chan struct{}
	output lockedBuffer
}

// scraping is the server's configuration.
const scraping = `global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 500ms%s}
rule_files: [rules.yml]
scrape_configs:
  - job_name: bunsui
    static_configs: [{targets: [%q]}]
`

// start starts a server that ends with the test. native makes it take native histograms
// in place of classic ones. A port that was free a moment ago may be somebody else's by
// now, so there are several attempts.
func start(t *testing.T, target, rules string, native bool) *server {
	t.Helper()
	program := promtest.Program(t, "prometheus")
	dir := t.TempDir()
	var more string
	args := []string{"--config.file=prometheus.yml", "--storage.tsdb.path=data", "--log.level=warn"}
	if native {
		args = append(args, "--enable-feature=native-histograms")
		if major, minor := version(t, program); major > 3 || major == 3 && minor >= 8 {
			more = ", scrape_native_histograms: true" // where the feature says no more than that it may be so
		}
	}
	write(t, filepath.Join(dir, "prometheus.yml"), fmt.Sprintf(scraping, more, target))
	write(t, filepath.Join(dir, "rules.yml"), rules)
	for range 5 {
		s := &server{url: "http://" + freeAddress(t), exited: make(chan struct{})}
		s.run(t, exec.Command(program, append(args, "--web.listen-address="+strings.TrimPrefix(s.url, "http://"))...), dir)
		if s.ready(t) {
			return s
		}
		if out := s.output.String(); !strings.Contains(out, "address already in use") {
			t.Fatalf("prometheus does not start:\n%s", out)
		}
	}
	t.Fatal("prometheus finds no port")
	return nil
}

// run starts the process, and ends it with the test.
func (s *server) run(t *testing.T, cmd *exec.Cmd, dir string) {
	t.Helper()
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &s.output, &s.output
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		_ = cmd.Wait()
		close(s.exited)
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // its data are going to be removed
		<-s.exited
	})
}

// ready waits until the server answers, and reports whether it does.
func (s *server) ready(t *testing.T) bool {
	t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		select {
		case <-s.exited:
			return false
		default:
		}
		if resp, err := http.Get(s.url + "/-/ready"); err == nil {
			_ = resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return true
			}
		}
	}
	t.Fatalf("prometheus is not ready within %v:\n%s", patience, s.output.String())
	return false
}

func version(t *testing.T, program string) (major, minor int) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), program, "--version").CombinedOutput()
	found := regexp.MustCompile(`version (\d+)\.(\d+)`).FindStringSubmatch(string(out))
	if err != nil || found == nil {
		t.Fatalf("%v: %s", err, out)
	}
	major, _ = strconv.Atoi(found[1])
	minor, _ = strconv.Atoi(found[2])
	return major, minor
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// A lockedBuffer may be read while the process still writes.
type lockedBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}
