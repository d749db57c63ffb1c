package sample

import "context"

// A Handle is a resource of which nothing is asked.
type Handle struct{ Uses int }

// newHandle makes one. The pool is as in production: it looks at ages and, now and then,
// whether a handle works.
//
//bunsui:pool max=20 max_age=1h max_idle=1m ping=pingHandle
func newHandle() *Handle { return &Handle{} }

func pingHandle(context.Context, *Handle) error { return nil }

// useHandle counts a use.
//
//go:noinline
//bunsui:pooled
func useHandle(_ context.Context, h *Handle) error {
	h.Uses++
	return nil
}
