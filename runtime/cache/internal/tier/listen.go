package tier

import (
	"context"
	"time"
)

// listenEvery is how often Listen looks.
const listenEvery = 5 * time.Millisecond

// Listen begins to watch the store, and waits until changes that others make are heard
// of as they happen and the caches have dropped what they had before. It returns false
// if that does not come to be within the time bound of an operation, or before ctx ends.
func (l *Link) Listen(ctx context.Context) bool {
	if !l.use() {
		return false
	}
	bound, cancel := context.WithTimeout(ctx, l.config.Timeout)
	defer cancel()
	ticker := time.NewTicker(listenEvery)
	defer ticker.Stop()
	for !l.settled.Load() {
		select {
		case <-ticker.C:
		case <-bound.Done():
			return false
		}
	}
	return true
}
