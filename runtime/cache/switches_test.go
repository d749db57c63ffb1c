package cache_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
)

// lines keeps what is logged.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

// take returns what was logged since the last call, without time and level.
func (l *lines) take() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	defer l.text.Reset()
	return regexp.MustCompile(`(?m)^time=\S+ level=\S+ `).ReplaceAllString(l.text.String(), "")
}

// loggingManager is a manager with two functions, and what it logs.
func loggingManager(t *testing.T) (*cache.Manager, *lines) {
	t.Helper()
	log := new(lines)
	m := cache.NewManager(cache.Config{Logger: slog.New(slog.NewTextHandler(log, nil))})
	t.Cleanup(func() { must(t, m.Close(context.Background())) })
	for _, name := range []string{"example.com/store.getUser", "example.com/stock.getUser", "example.com/store.Users.GetUser"} {
		cache.New(cache.Options[int, int]{Name: name, Manager: m, TTL: time.Hour})
	}
	return m, log
}

func TestSwitchNames(t *testing.T) {
	m, log := loggingManager(t)
	for said, want := range map[string]string{
		"example.com/store.getUser": "example.com/store.getUser",
		"store.getUser":             "example.com/store.getUser",
		"Users.GetUser":             "example.com/store.Users.GetUser",
		"GetUser":                   "example.com/store.Users.GetUser",
	} {
		must(t, m.Switch(said, cache.Off))
		if got := log.take(); got != `msg="cache switched" cache=`+want+" from=on to=off\n" {
			t.Errorf("%s: %s", said, got)
		}
		must(t, m.Switch(said, cache.Off))
		if got := log.take(); got != "" {
			t.Errorf("%s again: %s", said, got)
		}
		must(t, m.Switch(said, cache.Usual))
		if got := log.take(); got != `msg="cache switched" cache=`+want+" from=off to=on\n" {
			t.Errorf("%s taken away: %s", said, got)
		}
	}
	for said, want := range map[string]string{
		"getUser":      "getUser may be any of example.com/stock.getUser, example.com/store.getUser: say more of its name",
		"store.getUsr": `unknown cache "store.getUsr" (did you mean "store.getUser"?)`,
		"User":         `unknown cache "User"`,
		"":             `unknown cache ""`,
	} {
		err := m.Switch(said, cache.Off)
		if err == nil || err.Error() != "cache: switch "+said+": "+want {
			t.Errorf("%s: %v", said, err)
		}
		if strings.HasPrefix(want, "unknown") != errors.Is(err, cache.ErrUnknownCache) {
			t.Errorf("%s: %v", said, err)
		}
	}
	if err := m.SwitchAll(7); err == nil {
		t.Error("there is a seventh mode")
	}
}

// write exchanges the file at once, as mounted configuration is.
func write(t *testing.T, path, content string) {
	t.Helper()
	next := path + ".next"
	must(t, os.WriteFile(next, []byte(content), 0o666))
	must(t, os.Rename(next, path))
}

func TestWatchSwitches(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, log := loggingManager(t)
		path := filepath.Join(t.TempDir(), "switches")
		expect := func(when, want string) {
			t.Helper()
			time.Sleep(2 * time.Second)
			synctest.Wait()
			if got := log.take(); got != strings.ReplaceAll(want, "PATH", path) {
				t.Errorf("%s: %s", when, got)
			}
		}
		must(t, m.WatchSwitches(path, 0))
		expect("no file", "")
		write(t, path, "# an incident\n\nstore.getUser = off # for now\n")
		expect("one", "msg=\"cache switched by file\" cache=example.com/store.getUser from=on to=off\n")
		expect("unchanged", "")
		write(t, path, "store.getUsr = off\nstore.getUser off\nstock.getUser = of\n* = memory\n* = off\n")
		expect("mistakes", `msg="the file of cache switches cannot be used: they stay as they were" file=PATH error="`+
			`cache: PATH:1: unknown cache \"store.getUsr\" (did you mean \"store.getUser\"?)\n`+
			`cache: PATH:2: \"store.getUser off\" is not NAME = MODE\n`+
			`cache: PATH:3: \"of\" is no mode (did you mean \"off\"?): on, memory or off\n`+
			`cache: PATH:5: * has a mode already, at line 4"`+"\n")
		expect("the same mistakes", "")
		if got := settingsOf(t, m, "example.com/store.getUser").Mode; got != cache.Off {
			t.Errorf("mode %v after a mistake", got)
		}
		must(t, m.Switch("store.getUser", cache.On))
		log.take()
		write(t, path, "Users.GetUser = memory\n")
		expect("under Switch", "msg=\"cache switched by file\" cache=example.com/store.Users.GetUser from=on to=memory\n")
		must(t, os.Remove(path))
		expect("removed", "msg=\"cache switched by file\" cache=example.com/store.Users.GetUser from=memory to=on\n")
		must(t, os.Mkdir(path, 0o777))
		expect("a folder", `msg="the file of cache switches cannot be used: they stay as they were" file=PATH error="cache: the file of switches: read PATH: it is no file"`+"\n")
		must(t, os.Remove(path))
		expect("mended", "")
	})
}

func TestWatchSwitchesRefuses(t *testing.T) {
	m, _ := loggingManager(t)
	path := filepath.Join(t.TempDir(), "switches")
	write(t, path, "\ufeffnobody = off\r\n")
	err := m.WatchSwitches(path, time.Second)
	var wrong *cache.SettingError
	if !errors.As(err, &wrong) || wrong.Place != path+":1" || !errors.Is(err, cache.ErrUnknownCache) {
		t.Fatalf("%v", err)
	}
	write(t, path, "store.getUser = off\r\n")
	must(t, m.WatchSwitches(path, time.Hour))
	if got := settingsOf(t, m, "example.com/store.getUser").Mode; got != cache.Off {
		t.Errorf("mode %v", got)
	}
	if err := m.WatchSwitches(path+"2", time.Second); err == nil || !strings.Contains(err.Error(), "watches "+path+" already") {
		t.Errorf("a second file: %v", err)
	}
	must(t, m.Close(t.Context()))
	if err := m.WatchSwitches(path, time.Second); err == nil {
		t.Error("a closed manager watches a file")
	}
}

func FuzzSwitchFile(f *testing.F) {
	f.Add("store.getUser = off\n* = memory # all\n")
	f.Add("=\n==\n*=*")
	f.Fuzz(func(t *testing.T, content string) {
		m, _ := loggingManager(t)
		path := filepath.Join(t.TempDir(), "switches")
		must(t, os.WriteFile(path, []byte(content), 0o666))
		if err := m.WatchSwitches(path, time.Hour); err != nil && !strings.HasPrefix(err.Error(), "cache: ") {
			t.Fatal(err)
		}
	})
}
