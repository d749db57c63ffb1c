// Package examples holds no code: its folders are the programs and tests that
// the documentation shows.
//
//	quickstart  the README's first wrapper
//	demo        what caching does to a documentation site ("make demo")
//	stampede    a thousand HTTP requests that share one load
//	shared      processes that share what they read, through Redis
//	service     caches around a repository in PostgreSQL, injected by Wire
//	writers     many orders in calls that may fail in part: SQS, DynamoDB, PostgreSQL, Redis
//	checksums   the files of a folder, several at a time, with a progress bar
//	aws         clients of AWS: one whose connections are pooled, and pools of many
//	loaders     single products out of queries for many: PostgreSQL, Redis
//	dashboard   a shop under load with its live page ("make dashboard")
//	prices      how to test code that calls cached functions
//	parallel    parallel tests that count, force and fail what is theirs only
//	guide       the code of docs/guide.md, a file for each chapter
package examples

//go:generate go tool bunsuigen ./...
