package cache_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
)

func TestConfigureFreshness(t *testing.T) {
	const none = cache.Never
	inBubble("Refresh", t, func(t *testing.T) {
		o := refreshed{Refresh: cache.Forever, Manager: newManager(t)} // room, but no refresh
		c, s := newCache(t, o), &source{}
		mustLoad(t, c, 1, 1, s.load)
		time.Sleep(30 * time.Second)
		mustLoad(t, c, 1, 1, s.load)
		synctest.Wait()
		s.called(t, 1)
		mustConfigure(t, o.Manager, cache.Settings{Refresh: 30 * time.Second})
		mustLoad(t, c, 1, 1, s.load)
		synctest.Wait()
		mustLoad(t, c, 1, 2, s.load)
		mustConfigure(t, o.Manager, cache.Settings{Refresh: none})
		time.Sleep(59 * time.Second)
		mustLoad(t, c, 1, 2, s.load)
		synctest.Wait()
		s.called(t, 2)
	})
	inBubble("Stale", t, func(t *testing.T) {
		o := staleFor
		o.Manager = newManager(t)
		c, s := aged(t, o)
		time.Sleep(time.Minute)
		mustConfigure(t, o.Manager, cache.Settings{Stale: time.Minute + 1})
		mustLoad(t, c, 1, 1, s.load)
		mustConfigure(t, o.Manager, cache.Settings{Stale: cache.Forever})
		time.Sleep(10000 * time.Hour)
		mustLoad(t, c, 1, 1, s.load)
		mustConfigure(t, o.Manager, cache.Settings{Stale: none})
		mustFail(t, c, errLoad, s.load)
	})
	inBubble("SoftTimeout", t, func(t *testing.T) {
		o := staleFor
		o.Manager = newManager(t)
		c, s := aged(t, o)
		s.fails(nil)
		s.takes(time.Minute)
		took := func(want time.Duration) {
			t.Helper()
			began := time.Now()
			if _, err := c.Load(t.Context(), 1, s.load); err != nil || time.Since(began) != want {
				t.Errorf("Load: %v after %v, want %v", err, time.Since(began), want)
			}
		}
		mustConfigure(t, o.Manager, cache.Settings{SoftTimeout: time.Second})
		took(time.Second)
		time.Sleep(time.Second)
		mustConfigure(t, o.Manager, cache.Settings{SoftTimeout: none})
		took(time.Minute - 2*time.Second)
	})
	inBubble("ErrorsTTL and MissingTTL", t, func(t *testing.T) {
		o := refreshed{Policy: policy{}, Manager: newManager(t)}
		c, s := newCache(t, o), &source{}
		for _, tt := range []struct {
			err      error
			set, off cache.Settings
		}{
			{errLoad, cache.Settings{ErrorsTTL: time.Minute}, cache.Settings{ErrorsTTL: none}},
			{errAbsent, cache.Settings{MissingTTL: time.Minute}, cache.Settings{MissingTTL: none}},
		} {
			s.fails(tt.err)
			calls := s.calls.Load()
			mustFail(t, c, tt.err, s.load)
			mustFail(t, c, tt.err, s.load)
			s.called(t, calls+2)
			mustConfigure(t, o.Manager, tt.set)
			mustFail(t, c, tt.err, s.load)
			mustFail(t, c, tt.err, s.load)
			s.called(t, calls+3)
			mustConfigure(t, o.Manager, tt.off)
			mustFail(t, c, tt.err, s.load)
			s.called(t, calls+4)
		}
	})
	inBubble("Mode", t, func(t *testing.T) {
		o := staleFor
		o.ErrorsTTL, o.Manager = time.Minute, newManager(t)
		c, s := aged(t, o)
		mustConfigure(t, o.Manager, cache.Settings{Mode: cache.Off})
		mustFail(t, c, errLoad, s.load)
		mustFail(t, c, errLoad, s.load)
		s.called(t, 3)
		mustConfigure(t, o.Manager, cache.Settings{Mode: cache.On})
		mustFail(t, c, errLoad, s.load)
		mustFail(t, c, errLoad, s.load)
		s.called(t, 4)
	})
}

func TestFreshSettingsThatAreWrong(t *testing.T) {
	m := newManager(t)
	newCache(t, refreshed{Name: "plain", Manager: m})
	newCache(t, refreshed{Name: "rich", Manager: m, Stale: 1})
	for want, tt := range map[string]struct {
		name string
		s    cache.Settings
	}{
		"cache: configure plain: Refresh is only for caches that were made with ": {"plain", cache.Settings{Refresh: 1}},
		"cache: configure rich: Stale is -2ns: it must be positive, Never, or 0":  {"rich", cache.Settings{Stale: -2}},
		"cache: configure rich: TTL is -1ns: it must be positive, or 0":           {"rich", cache.Settings{TTL: cache.Never}},
	} {
		if err := m.Configure(tt.name, tt.s); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("Configure: %v, want %v", err, want)
		}
	}
	if err := m.Configure("plain", cache.Settings{Stale: cache.Never}); err != nil {
		t.Error(err)
	}
	for want, o := range map[string]refreshed{
		"cache: f: Refresh is 1m0s: it must be shorter than the TTL, which is 1m0s":            {Refresh: time.Minute},
		"cache: f: Stale is -1ns: it must be positive":                                         {Stale: cache.Never},
		"cache: f: SoftTimeout needs Stale: there is nothing to return while the load goes on": {SoftTimeout: 1},
		"cache: f: MissingTTL needs a Policy that tells which errors mean absence":             {MissingTTL: 1},
		"cache: f: ErrorsTTL is cache.Deferred, but there is no Late":                          {ErrorsTTL: cache.Deferred},
		"cache: f: Refresh is given by Late: it must be cache.Deferred in Options":             {Late: &late{Refresh: time.Second}},
		"cache: f: Refresh is 2m0s: it must be shorter than the TTL, which is 1m0s":            {Stale: 1, Late: &late{Refresh: 2 * time.Minute}},
		"cache: f: Stale is 0s: it must be positive":                                           {Stale: cache.Deferred, Late: &late{}},
	} {
		o.Name, o.Manager = "f", newManager(t)
		if o.TTL == 0 {
			o.TTL = time.Minute
		}
		got, _ := recovered(func() { cache.New(o).Get(1) }).(string)
		if got != want {
			t.Errorf("panic %v, want %v", got, want)
		}
	}
}

func TestLateFreshness(t *testing.T) {
	inBubble("is as given by Late", t, func(t *testing.T) {
		const d = cache.Deferred
		m := newManager(t)
		c := newCache(t, refreshed{
			TTL: d, Refresh: d, Stale: d, SoftTimeout: d, ErrorsTTL: d, Manager: m,
			Late: &late{TTL: time.Minute, Refresh: 10 * time.Second, Stale: time.Hour, SoftTimeout: time.Second, ErrorsTTL: 2 * time.Second},
		})
		s := &source{}
		s.fails(errLoad)
		mustFail(t, c, errLoad, s.load)
		mustFail(t, c, errLoad, s.load)
		s.called(t, 1)
		got := m.Caches()[0].Settings()
		if got.Refresh != 10*time.Second || got.Stale != time.Hour || got.SoftTimeout != time.Second || got.ErrorsTTL != 2*time.Second {
			t.Errorf("Settings() = %+v", got)
		}
	})
}
