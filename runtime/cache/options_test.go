package cache_test

import (
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
)

func TestOptionsThatAreWrong(t *testing.T) {
	for want, o := range map[string]cache.Options[int, int]{
		"cache: f: TTL is required: give one, or cache.Forever":                                  {},
		"cache: f: TTL is -1ns: it must be positive":                                             {TTL: -1},
		"cache: f: TTL is cache.Deferred, but there is no Late":                                  {TTL: cache.Deferred},
		"cache: f: Idle is -1s: it must be positive":                                             {TTL: 1, Idle: -time.Second},
		"cache: f: Timeout is -1s: it must be positive":                                          {TTL: 1, Timeout: -time.Second},
		"cache: f: Jitter is 1: it must be at least 0 and less than 1":                           {TTL: 1, Jitter: 1},
		"cache: f: Jitter is -0.1: it must be at least 0 and less than 1":                        {TTL: 1, Jitter: -0.1},
		"cache: f: MaxEntries is -2: it must be positive, 0 for the default, or cache.Unlimited": {TTL: 1, MaxEntries: -2},
		"cache: f: LoadLimit is -2: it must be positive, 0 or cache.Unlimited":                   {TTL: 1, LoadLimit: -2},
	} {
		o.Name = "f"
		o.Manager = newManager(t)
		for _, make := range []func(){
			func() { cache.New(o) },
			func() { cache.NewInstances[string](o) },
		} {
			if got := recovered(make); got != want {
				t.Errorf("panic %v, want %v", got, want)
			}
		}
	}
}

func recovered(f func()) (value any) {
	defer func() { value = recover() }()
	f()
	return nil
}
