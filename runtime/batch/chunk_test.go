package batch

import (
	"errors"
	"runtime"
	"testing"
	"time"
)

func TestChunkSizer(t *testing.T) {
	s := newChunkSizer(0)
	for range 20 {
		s.learn(s.n, quickChunk-1)
	}
	if s.n != largest {
		t.Errorf("%d after quick chunks", s.n)
	}
	s.learn(s.n, quickChunk)
	s.learn(s.n, slowChunk)
	if s.n != largest {
		t.Errorf("%d after chunks that are right", s.n)
	}
	for range 20 {
		s.learn(s.n, slowChunk+1)
	}
	if s.n != 1 {
		t.Errorf("%d after slow chunks", s.n)
	}
	s.n = 8
	if s.learn(7, 0); s.n != 8 {
		t.Errorf("%d after a part of a chunk", s.n)
	}
	fixed := newChunkSizer(3)
	if fixed.learn(3, 0); fixed.n != 3 {
		t.Errorf("%d, which was to be 3", fixed.n)
	}
}

func TestFullJitter(t *testing.T) {
	b := fullJitter{first: 10, most: 1 << 62}
	for range 2 {
		b.Reset()
		for most := time.Duration(10); most > 0 && most <= b.most; most *= 2 {
			if wait := b.NextBackOff(); wait <= 0 || wait > most {
				t.Fatalf("%d of %d", wait, most)
			}
		}
		if wait := b.NextBackOff(); wait <= 0 || wait > b.most {
			t.Errorf("%d after all", wait)
		}
	}
	b = fullJitter{first: 10, most: 5}
	if b.Reset(); b.NextBackOff() > 5 {
		t.Error("above the longest delay")
	}
}

func TestProtect(t *testing.T) {
	boom := errors.New("boom")
	if p := protect(func() {}); p != nil {
		t.Error(p)
	}
	if p := protect(func() { panic(boom) }); p == nil || !errors.Is(p, boom) || len(p.Stack) == 0 {
		t.Error(p)
	}
	if p := protect(runtime.Goexit); p == nil || !errors.Is(p, ErrGoexit) {
		t.Error(p)
	}
}
