// Package examples holds no code: its folders are the programs and tests that
// the documentation shows.
//
//	quickstart  the README's first wrapper
//	demo        what caching does to a documentation site ("make demo")
//	stampede    a thousand HTTP requests that share one load
//	shared      processes that share what they read, through Redis
//	service     caches around a repository in PostgreSQL, injected by Wire
//	prices      how to test code that calls cached functions
//	parallel    parallel tests that count, force and fail what is theirs only
package examples

//go:generate go tool bunsuigen ./...
