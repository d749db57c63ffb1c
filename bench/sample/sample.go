// Package sample is what the benchmarks call: functions with directives, and the
// wrappers that bunsuigen made of them. Its functions do next to nothing, so that
// a benchmark measures the wrapper.
package sample

import "context"

//go:generate go tool bunsuigen

// User is what all caches of the benchmarks hold, by pointer.
type User struct {
	ID   int64
	Name string
}

// Place is the key that the generated wrapper of [userAt] makes of its two
// parameters, for caches that are called by hand.
type Place struct {
	Tenant int64
	Name   string
}

// userByID is read by number.
//
//bunsui:cached ttl=1h max_entries=112_000
func userByID(_ context.Context, id int64) (*User, error) {
	return &User{ID: id}, nil
}

// userByName is read by text.
//
//bunsui:cached ttl=1h max_entries=112_000
func userByName(_ context.Context, name string) (*User, error) {
	return &User{Name: name}, nil
}

// userAt is read by two arguments, which make a struct.
//
//bunsui:cached ttl=1h max_entries=112_000
func userAt(_ context.Context, tenant int64, name string) (*User, error) {
	return &User{ID: tenant, Name: name}, nil
}

// Nobody is what [freshUser] returns. It is shared, so that a miss is charged
// with no allocation that is not the cache's.
var Nobody = &User{Name: "nobody"}

// freshUser is loaded for keys that are always new.
//
//bunsui:cached ttl=1h max_entries=100_000
func freshUser(_ context.Context, id int64) (*User, error) {
	return Nobody, nil
}

// Add is what [measuredAdd] does, bare.
//
//go:noinline
func Add(a, b int) int { return a + b }

// measuredAdd is measured, without a context.
//
//bunsui:profile
func measuredAdd(a, b int) int { return Add(a, b) }

// AddContext is Add for callers with a context.
//
//go:noinline
func AddContext(_ context.Context, a, b int) int { return a + b }

// measuredAddContext is measured, with a context.
//
//bunsui:profile
func measuredAddContext(_ context.Context, a, b int) int { return Add(a, b) }

// measuredAddChild is measured, and could call others that are.
//
//bunsui:profile
func measuredAddChild(ctx context.Context, a, b int) int {
	if ctx == nil {
		return 0
	}
	return Add(a, b)
}

// measuredAddSampled is timed once in a hundred calls.
//
//bunsui:profile sample=1%
func measuredAddSampled(a, b int) int { return Add(a, b) }

// measuredAddOff is for a benchmark that switches it off.
//
//bunsui:profile
func measuredAddOff(a, b int) int { return Add(a, b) }

// measuredAddOffContext is for a benchmark that switches it off.
//
//bunsui:profile
func measuredAddOffContext(ctx context.Context, a, b int) int { return AddContext(ctx, a, b) }
