package guide

import (
	"bytes"
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/batch"
	"github.com/bunsui/bunsui-go/runtime/cache/cachetest"
)

// What Why writes at first, and three seconds later.
const traced = `
in memory false, for 0s more; in the store false
github.com/bunsui/bunsui-go/examples/guide.userProfile: loaded
in memory true, for 59m57s more; in the store false
github.com/bunsui/bunsui-go/examples/guide.userProfile: memory, 3s old
`

func TestWhy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx := cachetest.Context(t)
		var b bytes.Buffer
		for range 2 {
			if err := Why(ctx, &b, 7); err != nil {
				t.Fatal(err)
			}
			time.Sleep(3 * time.Second)
		}
		equal(t, traced, b.String())
	})
}

// What LogEvents writes of two calls of UserProfile, of a batch with one item, and of a mail.
const logged = `
level=DEBUG msg="cache miss" cache=github.com/bunsui/bunsui-go/examples/guide.userProfile key=user_profile:7:en
level=DEBUG msg="cache load" cache=github.com/bunsui/bunsui-go/examples/guide.userProfile key=user_profile:7:en took=…
level=DEBUG msg="cache store" cache=github.com/bunsui/bunsui-go/examples/guide.userProfile key=user_profile:7:en source=loaded
level=DEBUG msg="cache hit" cache=github.com/bunsui/bunsui-go/examples/guide.userProfile key=user_profile:7:en age=…
level=DEBUG msg="batch retry" batch=github.com/bunsui/bunsui-go/examples/guide.price index=0 attempt=2 delay=… error="503 Service Unavailable"
level=DEBUG msg="batch run" batch=github.com/bunsui/bunsui-go/examples/guide.price succeeded=1 failed=0 not_started=0 took=…
level=DEBUG msg="pool wait" pool=mail before=0
level=DEBUG msg="pool create" pool=mail took=…
level=DEBUG msg="pool acquire" pool=mail took=…
level=DEBUG msg="pool release" pool=mail
level=DEBUG msg="pool close" pool=mail reason="pool closed"
`

func TestLogEvents(t *testing.T) {
	newPostOffice(t)
	server := supplier()
	defer server.Close()
	ctx := cachetest.Context(t)
	p := NewMailPool(0, 1)
	var b bytes.Buffer
	stop := LogEvents(&b)
	defer stop()
	for range 2 {
		if _, err := UserProfile(ctx, 7, "en"); err != nil {
			t.Error(err)
		}
	}
	PriceBatch(ctx, []string{"tea"}, server.URL, batch.Delay(time.Millisecond))
	err := p.With(ctx, func(ctx context.Context, s *MailSession) error { return send(ctx, s, "ada@example.com", "hello") })
	if err := errors.Join(err, p.Close(ctx)); err != nil {
		t.Error(err)
	}
	stop()
	if _, err := UserProfile(ctx, 7, "en"); err != nil { // of which nothing is logged
		t.Error(err)
	}
	text := regexp.MustCompile(`time=\S+ `).ReplaceAllString(b.String(), "")
	text = regexp.MustCompile(`(took|age|delay)=\S+`).ReplaceAllString(text, "$1=…")
	// What goroutines do at the same time is logged in any order.
	if want, got := sorted(logged), sorted("\n"+text); got != want {
		t.Errorf("logged\n%s\nwant\n%s", got, want)
	}
}

func sorted(text string) string {
	lines := strings.Split(text, "\n")
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}
