package cache

import "time"

// durationField is one of the durations of a struct that has all of them.
type durationField struct {
	name string
	at   *time.Duration
}

// durations returns the durations of s, in the order of those of Durations.
func (s *Settings) durations() []durationField {
	return []durationField{
		{"TTL", &s.TTL},
		{"Idle", &s.Idle},
		{"Timeout", &s.Timeout},
		{"Refresh", &s.Refresh},
		{"Stale", &s.Stale},
		{"SoftTimeout", &s.SoftTimeout},
		{"ErrorsTTL", &s.ErrorsTTL},
		{"MissingTTL", &s.MissingTTL},
		{"MemoryTTL", &s.MemoryTTL},
	}
}

// values returns the durations in the order of those of Settings.
func (d *Durations) values() [9]time.Duration {
	return [...]time.Duration{
		d.TTL, d.Idle, d.Timeout, d.Refresh, d.Stale, d.SoftTimeout, d.ErrorsTTL, d.MissingTTL, d.MemoryTTL,
	}
}

// firstFresh is the first of the durations that only a rich cache can have.
const firstFresh = 3
