package tier_test

import (
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache/cachetest"
)

func TestListen(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		a := join(t, cachetest.NewStore(), nil)
		if !a.link.Listen(t.Context()) || !a.link.Live() {
			t.Error("it does not listen")
		}
		if drops := a.news.drops; drops != 1 {
			t.Errorf("%d drops when it returned, want that the only one has happened", drops)
		}
		deaf := join(t, cachetest.NewStore(), nil)
		deaf.store.Disconnect()
		began := time.Now()
		if deaf.link.Listen(t.Context()) {
			t.Error("it listens without a connection")
		}
		if took := time.Since(began); took != 500*time.Millisecond {
			t.Errorf("it took %v", took)
		}
		deaf.store.Reconnect()
		time.Sleep(time.Minute)
		if !deaf.link.Listen(t.Context()) {
			t.Error("it does not listen again")
		}
		if err := deaf.link.Close(t.Context()); err != nil || deaf.link.Listen(t.Context()) {
			t.Errorf("it listens after Close (%v)", err)
		}
	})
}
