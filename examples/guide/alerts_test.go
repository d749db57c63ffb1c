package guide

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/monitor"
)

// What Watch tells of a cache whose keys are too many at first.
const alertsTold = `
hit rate below 80 %: cache github.com/bunsui/bunsui-go/examples/guide.userProfile of default: 62 %, limit 80 %
over: hit rate below 80 %: cache github.com/bunsui/bunsui-go/examples/guide.userProfile of default: 92 %, limit 80 %
`

// What Watch tells of a function that misses its objective.
const objectiveTold = `
error objective: function github.com/bunsui/bunsui-go/examples/guide.greetingPage: 5 %, limit 1 %
over: error objective: function github.com/bunsui/bunsui-go/examples/guide.greetingPage: 0 %, limit 1 %
`

func TestObjective(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		caches := named(t)
		ctx, stop := context.WithCancel(t.Context())
		told := "\n"
		m := Watch(ctx, func(e monitor.Event) {
			if e.Kind == "function" {
				told += e.String() + "\n"
			}
		})
		time.Sleep(5 * time.Second)
		for i := range 100 {
			user := int64(7)
			if i < 5 {
				user = 9 // there is none
			}
			_, _ = GreetingPage(caches, user)
		}
		time.Sleep(time.Minute)
		for range 100 {
			_, _ = GreetingPage(caches, 7)
		}
		time.Sleep(time.Minute)
		stop()
		<-m.Done()
		if told != objectiveTold {
			t.Errorf("told%swant%s", told, objectiveTold)
		}
	})
}

func TestWatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		caches := named(t)
		ctx, stop := context.WithCancel(t.Context())
		told := "\n"
		m := Watch(ctx, func(e monitor.Event) {
			if e.Kind == "cache" && e.Manager == t.Name() {
				e.Manager = "default" // which most programs have alone
				told += e.String() + "\n"
			}
		})
		ask := func(seconds, different int) {
			for range seconds / 10 {
				for i := range 100 {
					_, _ = UserProfile(caches, int64(i%different), "en")
				}
				time.Sleep(10 * time.Second)
			}
		}
		time.Sleep(5*time.Minute + 5*time.Second) // nobody asks: nothing is wrong; and not when it is looked
		ask(30, 100)
		ask(80, 10)
		stop()
		<-m.Done()
		if told != alertsTold {
			t.Errorf("told%swant%s", told, alertsTold)
		}
	})
}
