package guide

import (
	"context"
	"html"
	"time"

	"github.com/bunsui/bunsui-go/runtime/monitor"
)

// Watch judges everything every ten seconds until ctx ends, and tells of what begins to be
// wrong and of what is well again.
func Watch(ctx context.Context, tell func(monitor.Event)) *monitor.Monitor {
	alerts := append(monitor.Alerts(), monitor.Alert{ // to the three that suit most programs
		Name:       "supplier fails",
		When:       monitor.Only(monitor.BatchErrorsAbove(0.02), "*/guide.price"),
		For:        time.Minute,
		MinSamples: 200,
	})
	return monitor.Start(ctx, monitor.Watch(alerts...), monitor.OnAlert(tell))
}

// greetingPage is what users wait for: of its calls no more than one in a hundred may take
// longer than 200 ms, or fail. The monitor judges that by itself.
//
//bunsui:profile p99=200ms max_errors=1%
func greetingPage(ctx context.Context, user int64) (string, error) {
	profile, err := UserProfile(ctx, user, "en")
	if err != nil {
		return "", err
	}
	return "<h1>" + html.EscapeString(profile.Greeting) + "</h1>", nil
}
