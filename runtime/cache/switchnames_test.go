package cache_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
)

var scopedNames = []string{"a.com/x.get", "a.com/x.get@eu", "a.com/x.get@eu/west", "a.com/x.item[b.com/y.T]", "a.com/x.item[int]"}

// scopedSwitches are names for Switch, in scopes, with the caches that they mean.
var scopedSwitches = []struct{ scope, said, want string }{
	{"", "get", "a.com/x.get a.com/x.get@eu a.com/x.get@eu/west"},
	{"", "get@eu", "a.com/x.get@eu a.com/x.get@eu/west"},
	{"", "x.get@eu/west", "a.com/x.get@eu/west"},
	{"", "a.com/x.get@eu/west", "a.com/x.get@eu/west"},
	{"", "item", "a.com/x.item[b.com/y.T] a.com/x.item[int]"},
	{"", "item[int]", "a.com/x.item[int]"},
	{"", "x.item[b.com/y.T]", "a.com/x.item[b.com/y.T]"},
	{"", "*", strings.Join(scopedNames, " ")},
	{"eu", "get", "a.com/x.get@eu a.com/x.get@eu/west"},
	{"eu", "x.get@eu/west", "a.com/x.get@eu/west"},
	{"", "T]", `error unknown cache "T]"`},
	{"", "west", `error unknown cache "west"`},
	{"", "get@us", `error unknown cache "get@us" (did you mean "get@eu"?)`},
	{"us", "get", `error unknown cache "get@us"`},
}

// A function is meant with all its scopes and instantiations, and each of those by more
// of its name.
func TestSwitchNamesInScopes(t *testing.T) {
	m := newManager(t)
	for _, name := range scopedNames {
		declare(m, name)
	}
	for _, tt := range scopedSwitches {
		t.Run(tt.scope+" "+tt.said, func(t *testing.T) {
			of := m
			if tt.scope != "" {
				of = m.Scope(tt.scope)
			}
			err := of.Switch(tt.said, cache.Off)
			if wanted, fails := strings.CutPrefix(tt.want, "error "); fails {
				if err == nil || err.Error() != "cache: switch "+tt.said+": "+wanted || !errors.Is(err, cache.ErrUnknownCache) {
					t.Errorf("%v, want %s", err, wanted)
				}
				return
			}
			must(t, err)
			var off []string
			for _, e := range m.Caches() {
				if e.Settings().Mode == cache.Off {
					off = append(off, e.Name())
				}
			}
			if got := strings.Join(off, " "); got != tt.want {
				t.Errorf("off are %s, want %s", got, tt.want)
			}
			must(t, of.Switch(tt.said, cache.Usual))
			for _, e := range m.Caches() {
				if got := e.Settings().Mode; got != cache.On {
					t.Errorf("%s stays %v", e.Name(), got)
				}
			}
		})
	}
}

// What a line names may be made after the file was written: the file is read again then.
func TestWatchSwitchesKnowsLateNames(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, log := loggingManager(t)
		path := filepath.Join(t.TempDir(), "switches")
		must(t, m.WatchSwitches(path, time.Second))
		write(t, path, "store.late = off\n")
		time.Sleep(5 * time.Second)
		synctest.Wait()
		if got := log.take(); strings.Count(got, "\n") != 1 || !strings.Contains(got, "unknown cache") {
			t.Errorf("logged %s", got)
		}
		declare(m, "example.com/store.late")
		time.Sleep(time.Second)
		synctest.Wait()
		if got := settingsOf(t, m, "example.com/store.late").Mode; got != cache.Off {
			t.Errorf("mode %v, log %s", got, log.take())
		}
	})
}

// A file of something else is refused in few words.
func TestWatchSwitchesBoundsWhatItSays(t *testing.T) {
	m, _ := loggingManager(t)
	path := filepath.Join(t.TempDir(), "switches")
	write(t, path, strings.Repeat("store.getUser "+strings.Repeat("x", 1000)+"\n", 100))
	err := m.WatchSwitches(path, time.Hour)
	if err == nil || strings.Count(err.Error(), "\n") != 20 || len(err.Error()) > 20_000 || !strings.HasSuffix(err.Error(), ":21: this is wrong too, and perhaps more") {
		t.Errorf("it says %.500s …", fmt.Sprint(err))
	}
	write(t, path, strings.Repeat("\n", 1<<20+1))
	if err := m.WatchSwitches(path, time.Hour); err == nil || !strings.Contains(err.Error(), "1048577 bytes are too many") {
		t.Errorf("a large file: %.500s", fmt.Sprint(err))
	}
	must(t, os.Remove(path))
	must(t, m.WatchSwitches(path, time.Hour)) // nothing was watched until now
}

// Mounted configuration is exchanged by a link to another folder.
func TestWatchSwitchesFollowsLinks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, log := loggingManager(t)
		folder := t.TempDir()
		exchange := func(version, content string) {
			must(t, os.Mkdir(filepath.Join(folder, version), 0o777))
			must(t, os.WriteFile(filepath.Join(folder, version, "switches"), []byte(content), 0o666))
			if err := os.Symlink(version, filepath.Join(folder, "next")); err != nil {
				t.Skip("no links here: ", err)
			}
			must(t, os.Rename(filepath.Join(folder, "next"), filepath.Join(folder, "data")))
			time.Sleep(2 * time.Second)
			synctest.Wait()
		}
		exchange("1", "* = memory\n")
		must(t, m.WatchSwitches(filepath.Join(folder, "data", "switches"), 0))
		log.take()
		exchange("2", "store.getUser = off\n")
		if got := strings.Count(log.take(), "\n"); got != 3 {
			t.Errorf("%d lines about 3 caches", got)
		}
		if got := settingsOf(t, m, "example.com/store.getUser").Mode; got != cache.Off {
			t.Errorf("mode %v", got)
		}
	})
}
