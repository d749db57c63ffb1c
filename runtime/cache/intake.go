package cache

import (
	"sync"
	"sync/atomic"

	"github.com/bunsui/bunsui-go/runtime/internal/engine"
)

// intake is what comes into a cache past its loads: what Warm brings, and what
// LoadFrom has read. A cache that uses neither has none.
type intake struct {
	stock stock
	// open is the number of fences.
	open   atomic.Int32
	mu     sync.Mutex
	fences map[*fence]struct{}
}

// intaken returns the intake of a cache, which it makes if there is none.
func (s *state) intaken() *intake {
	if in := s.intake.Load(); in != nil {
		return in
	}
	s.intake.CompareAndSwap(nil, &intake{})
	return s.intake.Load()
}

// fence begins to note what is changed. What is brought in until it is lifted may be
// older than that.
func (in *intake) fence() (f *fence, lift func()) {
	f = &fence{}
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.fences == nil {
		in.fences = make(map[*fence]struct{})
	}
	in.fences[f] = struct{}{}
	in.open.Add(1)
	return f, func() {
		in.mu.Lock()
		defer in.mu.Unlock()
		delete(in.fences, f)
		in.open.Add(-1)
	}
}

// idle reports whether changes need not be told.
func (in *intake) idle() bool {
	return in == nil || in.open.Load() == 0 && in.stock.n.Load() == 0
}

// each tells all fences of a change.
func (in *intake) each(note func(*fence)) {
	if in.open.Load() == 0 {
		return
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	for f := range in.fences {
		note(f)
	}
}

// overtake is called before the key of an entry is changed, or when it was loaded:
// what is brought in for it is not to be used.
func (s *state) overtake(it *engine.Item) {
	in := s.intake.Load()
	if in.idle() {
		return
	}
	in.each(func(f *fence) { f.noteHash(it.Hash) })
	if s.home.rich != nil && s.home.rich.carrier != nil {
		text, _ := s.home.text(it)
		in.overtakeText(text)
	}
}

// overtakeText is overtake for a key that is known by its text.
func (in *intake) overtakeText(text string) {
	if in.idle() {
		return
	}
	in.each(func(f *fence) { f.noteText(text) })
	in.stock.drop(text)
}

// overtakeMatching is overtake for the keys that match: own says that a text is the
// key's own.
func (in *intake) overtakeMatching(match func(text string, own bool) bool) {
	if in.idle() {
		return
	}
	in.each(func(f *fence) { f.noteRule(match) })
	in.stock.dropMatching(func(text string) bool { return match(text, true) })
}

// overtakeAll is overtake for all keys.
func (in *intake) overtakeAll() {
	if in.idle() {
		return
	}
	in.each((*fence).noteAll)
	in.stock.clear()
}

// A fence notes what is changed while results are brought in.
type fence struct {
	// version grows with each note.
	version atomic.Uint64

	mu     sync.Mutex
	all    bool
	hashes map[uint64]struct{}
	texts  map[string]struct{}
	rules  []func(text string, own bool) bool
}

// How many notes of a kind a fence takes. After more, everything counts as changed.
const (
	maxNotes = 1 << 16
	maxRules = 1 << 8
)

func (f *fence) noteHash(hash uint64) {
	f.note(func() {
		if f.hashes == nil {
			f.hashes = make(map[uint64]struct{})
		}
		f.hashes[hash] = struct{}{}
	})
}

func (f *fence) noteText(text string) {
	f.note(func() {
		if f.texts == nil {
			f.texts = make(map[string]struct{})
		}
		f.texts[text] = struct{}{}
	})
}

func (f *fence) noteRule(match func(text string, own bool) bool) {
	f.note(func() { f.rules = append(f.rules, match) })
}

func (f *fence) noteAll() { f.note(func() { f.all = true }) }

func (f *fence) note(add func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	defer f.version.Add(1)
	if !f.all {
		add()
	}
	if f.all || len(f.hashes) > maxNotes || len(f.texts) > maxNotes || len(f.rules) > maxRules {
		f.all, f.hashes, f.texts, f.rules = true, nil, nil, nil
	}
}

// crossedHash reports whether the key of a hash was changed in this process.
func (f *fence) crossedHash(hash uint64) bool {
	if f.version.Load() == 0 {
		return false
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	_, ok := f.hashes[hash]
	return ok || f.all
}

// crossedText reports whether the key of a text was changed.
func (f *fence) crossedText(text string, own bool) bool {
	if f.version.Load() == 0 {
		return false
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, ok := f.texts[text]; own && ok || f.all {
		return true
	}
	for _, match := range f.rules {
		if match(text, own) {
			return true
		}
	}
	return false
}
