package cache

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/bunsui/bunsui-go/internal/quantity"
)

// watchInterval is how often WatchSwitches looks at its file unless told otherwise.
const watchInterval = 2 * time.Second

// maxSwitchFile bounds a file of switches, in bytes: what is longer is another file.
const maxSwitchFile = 1 << 20

// maxSwitchErrors is how many mistakes of a file are told at once.
const maxSwitchErrors = 20

// WatchSwitches is Manager.WatchSwitches for the default manager.
func WatchSwitches(path string, every time.Duration) error {
	return Default().WatchSwitches(path, every)
}

// WatchSwitches gives caches the modes that a file says, over those of Configure and the
// environment and under those of Switch, now and whenever the file changes, until the
// manager is closed. It reads the file every so often; 0 means every two seconds. Links
// may be exchanged under it, as where configuration is mounted.
//
//	# all caches, then one
//	* = memory
//	store.getUser = off
//
// Names are as for Switch. A line that is gone takes its switch away, and a file that does
// not exist is an empty one. If anything in it is wrong now, nothing is watched, and the
// error, which joins all that is wrong, wraps *SettingError. If it becomes wrong later,
// that is logged, once for each content, and the switches stay as they were. So does it
// stay if the file cannot be read. What changes is logged.
//
// A manager watches one file: a second one is an error, and so is one for a manager that
// is closed, which changes nothing. A scope watches for the whole manager. It panics if every is negative.
func (m *Manager) WatchSwitches(path string, every time.Duration) error {
	m = m.root
	if every < 0 {
		panic(fmt.Sprintf("cache: WatchSwitches(%s, %v): the time must not be negative", path, every))
	}
	if every == 0 {
		every = watchInterval
	}
	if err := m.watchOnly(path); err != nil {
		return err
	}
	w := &switchWatch{manager: m, path: path}
	err := w.look()
	if err == nil {
		err = w.start(every)
	}
	if err != nil {
		m.replace(switchFile, nil)
		m.mu.Lock()
		m.watched = ""
		m.mu.Unlock()
	}
	return err
}

// watchOnly notes that a file is watched, unless one is, or nothing is any more.
func (m *Manager) watchOnly(path string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case m.closed.Load():
		return closedManager(path)
	case m.watched != "":
		return fmt.Errorf("cache: %s: the manager watches %s already", path, m.watched)
	}
	m.watched = path
	return nil
}

func closedManager(path string) error { return fmt.Errorf("cache: %s: the manager is closed", path) }

// switchWatch looks at a file of switches.
type switchWatch struct {
	manager *Manager
	path    string

	// content is that of the last look, in which wrong is what is wrong, by the names that
	// there were then, which known stands for.
	content string
	looked  bool
	wrong   error
	known   uint64
	// logged is the last error that was.
	logged string
}

// start looks at the file until the manager is closed.
func (w *switchWatch) start(every time.Duration) error {
	done, ended := make(chan struct{}), make(chan struct{})
	if !w.manager.atClose(func() { close(done) }, ended) {
		return closedManager(w.path)
	}
	go func() {
		defer close(ended)
		w.run(every, done)
	}()
	return nil
}

func (w *switchWatch) run(every time.Duration, done <-chan struct{}) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		select {
		case <-done:
			return
		case <-ticker.C:
		}
		err := w.look()
		switch {
		case err == nil:
			w.logged = ""
		case w.logged != err.Error():
			w.logged = err.Error()
			w.manager.log().Error("the file of cache switches cannot be used: they stay as they were", "file", w.path, "error", err)
		}
	}
}

// look reads the file and switches what it says if that is new.
func (w *switchWatch) look() error {
	content, err := readSwitches(w.path)
	if err != nil {
		return fmt.Errorf("cache: the file of switches: %w", err)
	}
	// What was unknown may have been made since.
	known := w.manager.nameChanges()
	if w.looked && content == w.content && (w.wrong == nil || w.known == known) {
		return w.wrong
	}
	w.looked, w.content, w.known = true, content, known
	var said map[string]Settings
	if said, w.wrong = w.manager.parseSwitches(w.path, content); w.wrong != nil {
		return w.wrong
	}
	w.manager.switching("cache switched by file", func() { w.manager.replace(switchFile, said) })
	return nil
}

// readSwitches returns the content of a file, nothing if there is none.
func readSwitches(path string) (string, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", nil
	case err != nil:
		return "", err
	case !info.Mode().IsRegular():
		return "", &fs.PathError{Op: "read", Path: path, Err: errors.New("it is no file")}
	case info.Size() > maxSwitchFile:
		return "", &fs.PathError{Op: "read", Path: path, Err: fmt.Errorf("%d bytes are too many for a file of switches", info.Size())}
	}
	content, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	return string(content), err
}

func (m *Manager) parseSwitches(path, content string) (map[string]Settings, error) {
	said := make(map[string]Settings)
	lines := make(map[string]int)
	var wrong []error
	number := 0
	for line := range strings.Lines(strings.TrimPrefix(content, "\ufeff")) {
		number++
		text, _, _ := strings.Cut(line, "#")
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		name, mode, err := m.parseSwitch(text)
		if before := lines[name]; err == nil && before > 0 {
			err = fmt.Errorf("%s has a mode already, at line %d", name, before)
		}
		if err == nil {
			said[name], lines[name] = Settings{Mode: mode}, number
			continue
		}
		if len(wrong) == maxSwitchErrors {
			wrong = append(wrong, fmt.Errorf("cache: %s:%d: this is wrong too, and perhaps more", path, number))
			break
		}
		wrong = append(wrong, &SettingError{Place: fmt.Sprintf("%s:%d", path, number), Value: text, Err: err})
	}
	return said, errors.Join(wrong...)
}

// parseSwitch reads NAME = MODE.
func (m *Manager) parseSwitch(text string) (name string, mode Mode, err error) {
	name, word, ok := strings.Cut(text, "=")
	name, word = strings.TrimSpace(name), strings.TrimSpace(word)
	if !ok || name == "" {
		return "", 0, fmt.Errorf("%s is not NAME = MODE", quantity.Quote(text))
	}
	if mode, err = parseMode(word); err != nil || name == everyName {
		return name, mode, err
	}
	name, err = m.whole(name)
	return name, mode, err
}
