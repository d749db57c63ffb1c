package awspool

import (
	"testing"
	"time"
)

func TestBuckets(t *testing.T) {
	var l latencies
	for d := time.Duration(1); d < time.Hour; d += d/7 + 1 {
		b := bucketOf(d)
		if bound := boundOf(b); d > bound || d > time.Microsecond && bound > d+d/8+1 {
			t.Errorf("%v is in a bucket up to %v", d, bound)
		}
		if b > 0 && d > time.Microsecond && boundOf(b-1) > d {
			t.Errorf("%v would fit into the bucket before", d)
		}
		l.note(d)
	}
	l.note(-1)
	l.note(100 * time.Hour)
	if got, want := quantile(l.counts(), 1), boundOf(len(l)-1); got != want {
		t.Errorf("%v, want %v", got, want)
	}
	if quantile(nil, 0.5) != 0 {
		t.Error("a quantile of nothing")
	}
}

func TestQuantile(t *testing.T) {
	var l latencies
	for range 98 {
		l.note(time.Millisecond)
	}
	l.note(time.Second)
	l.note(time.Second)
	for q, want := range map[float64]time.Duration{0: time.Millisecond, 0.5: time.Millisecond, 0.98: time.Millisecond, 0.99: time.Second, 1: time.Second} {
		if got := quantile(l.counts(), q); got < want || got > want+want/8 {
			t.Errorf("quantile %v is %v, want %v", q, got, want)
		}
	}
}
