package guide

import (
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
)

// Tune is what main says of caches where it knows better than their annotations, before it
// lets the environment say what it likes.
func Tune(m *cache.Manager) error {
	m.SetMaxBytes(256 << 20) // for all caches together
	jitter := 0.1
	err := m.Configure(UserProfileCache.Name(), cache.Settings{
		TTL: 30 * time.Minute, Jitter: &jitter, MaxEntries: 50_000,
	})
	if err != nil {
		return err
	}
	return m.ReadEnvironment()
}
