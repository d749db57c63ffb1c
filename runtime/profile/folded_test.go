package profile_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/profile"
)

func TestFolded(t *testing.T) {
	profile.Reset()
	synctest.Test(t, func(t *testing.T) {
		call(t.Context(), "a;b", time.Microsecond, func(ctx context.Context) {
			call(ctx, "c d\n", 2, nil)
			call(ctx, "nothing", 0, nil)
		})
	})
	var out strings.Builder
	must(t, profile.WriteFolded(&out))
	if want := "a,b 1000\na,b;c d  2\n"; out.String() != want {
		t.Errorf("folded stacks\n%swant\n%s", out.String(), want)
	}
}
