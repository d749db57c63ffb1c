// Package examples holds no code: its folders are the programs and tests that
// the documentation shows.
//
//	quickstart  the README's first wrapper
//	demo        what caching does to a documentation site ("make demo")
//	stampede    a thousand HTTP requests that share one load
//	shared      processes that share what they read, through Redis
//	prices      how to test code that calls cached functions
package examples

//go:generate go tool bunsuigen ./...
