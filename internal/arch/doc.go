// Package arch holds the tests that keep the architecture: which package may
// import which, what a user's program compiles, and what the modules require.
// It has no code of its own.
package arch
