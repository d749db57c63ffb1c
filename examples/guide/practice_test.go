package guide

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
	"github.com/bunsui/bunsui-go/runtime/cache/cachetest"
)

func TestTune(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := cachetest.New(t)
		ctx := cachetest.With(t.Context(), m)
		if err := Tune(m); err != nil {
			t.Fatal(err)
		}
		for _, pause := range []time.Duration{0, 26 * time.Minute, 5 * time.Minute} {
			time.Sleep(pause)
			if _, err := UserProfile(ctx, 7, "en"); err != nil {
				t.Fatal(err)
			}
		}
		cachetest.Loads(t, UserProfileCache, 2) // half an hour, less a tenth at most
	})
}

func TestEnvironment(t *testing.T) {
	t.Setenv("BUNSUI_CACHE_USER_PROFILE_TTL", "soon")
	err := Tune(cachetest.New(t))
	if mistake, ok := errors.AsType[*cache.SettingError](err); !ok || mistake.Place != "BUNSUI_CACHE_USER_PROFILE_TTL" {
		t.Errorf("%v, want an error that names the variable", err)
	}
}
