package pool

import (
	"context"
	"log/slog"
)

// A driver is what the engine knows of Options. It handles resources in boxes, which are
// pointers to them, so that the engine is compiled once for all types. Its functions are
// nil where those of the options are.
type driver struct {
	settings

	create                         func(ctx context.Context) (box any, err error)
	onCreate, onAcquire, onRelease step
	ping, reset, shut              step
	onClose                        func(box any, why Reason, err error)

	broken func(error) bool
	logger *slog.Logger
}

// A step does something with a boxed resource.
type step func(ctx context.Context, box any) error

// newDriver panics if an option is wrong.
func newDriver[T any](o Options[T]) driver {
	d := driver{
		settings:  settingsOf(o),
		shut:      boxed(o.Close),
		ping:      boxed(o.Ping),
		reset:     boxed(o.Reset),
		onCreate:  boxed(o.Hooks.OnCreate),
		onAcquire: boxed(o.Hooks.OnAcquire),
		broken:    o.Broken,
		logger:    o.Logger,
	}
	d.create = func(ctx context.Context) (any, error) {
		v, err := o.New(ctx)
		return &v, err
	}
	if f := o.Hooks.OnRelease; f != nil {
		d.onRelease = func(_ context.Context, box any) error { return f(*box.(*T)) }
	}
	if f := o.Hooks.OnClose; f != nil {
		d.onClose = func(box any, why Reason, err error) { f(*box.(*T), why, err) }
	}
	if d.broken == nil {
		d.broken = Broken
	}
	return d
}

func boxed[T any](f func(context.Context, T) error) step {
	if f == nil {
		return nil
	}
	return func(ctx context.Context, box any) error { return f(ctx, *box.(*T)) }
}

func (d *driver) log() *slog.Logger {
	if d.logger != nil {
		return d.logger
	}
	return slog.Default()
}
