package tier

import (
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache/store"
)

const (
	// recently is how long a change may not have been heard of: much longer than a
	// store needs to find out that a connection is dead.
	recently = 30 * time.Second
	// maxRecent bounds the changes that are remembered one by one.
	maxRecent = 1024
)

// recent are the latest changes of a function's keys by this process.
type recent struct {
	texts []string
	at    []time.Time
	// full is when there were too many.
	full time.Time
}

func (c *recent) add(now time.Time, texts []string) {
	old := 0
	for old < len(c.at) && now.Sub(c.at[old]) > recently {
		old++
	}
	c.texts, c.at = c.texts[old:], c.at[old:]
	if len(c.texts)+len(texts) > maxRecent {
		c.texts, c.at, c.full = nil, nil, now
		return
	}
	for _, text := range texts {
		c.texts, c.at = append(c.texts, text), append(c.at, now)
	}
}

func (c *recent) any(now time.Time) bool {
	return !c.full.IsZero() && now.Sub(c.full) <= recently ||
		len(c.at) > 0 && now.Sub(c.at[len(c.at)-1]) <= recently
}

// under returns what is to be removed under a fingerprint.
func (c *recent) under(r *registry, fingerprint string, now time.Time) (all []debt) {
	if !c.full.IsZero() && now.Sub(c.full) <= recently {
		return []debt{{rule: store.Rule{Function: r.function}}}
	}
	for i, text := range c.texts {
		if now.Sub(c.at[i]) <= recently {
			all = append(all, debt{function: r.function, key: keyOf(r.prefix+fingerprint+":", text)})
		}
	}
	return all
}
