// Package poolfaults measures what callers notice whose connections come from a pool
// while the server behind them is killed, restarted, or behind a bad network: calls that
// hang or fail, answers of other calls, connections that are left. The servers are a
// real PostgreSQL, a real Redis, and one of its own that answers lines; all are reached
// over sockets, which are counted on both sides.
//
// A resource is one connection: that of pgx for PostgreSQL, and for Redis a connection
// that speaks its protocol by itself, since the clients have pools of their own and
// connect again in silence. These two greet the server when they connect; a connection to
// the third is one as soon as it is accepted. Figures are those of the machine; only the counts of what
// must not happen are the same everywhere.
package poolfaults

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/internal/stage"
)

const (
	// Most is how many connections a pool may have, and callers how many use them.
	Most    = 8
	callers = 32
	// acquireBound is how long a caller waits for a connection, and callBound how long
	// a call may take with that. Every twentieth caller gives up sooner, within impatience.
	acquireBound = 500 * time.Millisecond
	callBound    = time.Second
	impatience   = 3 * time.Millisecond
	closeTimeout = 500 * time.Millisecond

	// Hung is how long a call takes at least that counts as one that hangs.
	Hung = 10 * time.Second
	// patience bounds how long it may take until the server has noticed that a connection
	// was closed.
	patience = 20 * time.Second
)

// Effort says how long something goes wrong, and how many calls are made meanwhile, and
// a quarter of that time before and after, at least.
type Effort struct {
	Fault time.Duration
	Calls int
}

// DefaultEffort is what the table of the docs is made with.
func DefaultEffort() Effort { return Effort{Fault: 4 * time.Second, Calls: 10_000} }

// Row is what came of one fault.
type Row struct {
	Server, Fault string
	// Calls counts the calls, Failed those of them that returned an error, and GaveUp
	// those whose caller would not wait.
	Calls, Failed, GaveUp int
	// Wrong counts the answers to another question, and the calls that had a connection
	// at the same time as another call.
	Wrong int
	// Hung counts the calls that took at least Hung.
	Hung int
	// Leaked counts the connections that were open after the pool was closed, in this
	// process or on the server, and goroutines of the pool.
	Leaked int
	// Longest is the longest call, and LongestWait what one of them waited at most for
	// its connection.
	Longest, LongestWait time.Duration
	// Made counts the connections that were made, and Open is how many there were at most.
	Made, Open int
	// Back is how long after the fault a call began that failed.
	Back time.Duration
}

// Play starts a server and plays the faults whose name contains a text. It returns an
// error if the server does not do what it should, if calls never return, or when ctx
// ends.
func Play(ctx context.Context, server Server, only string, e Effort) (rows []Row, err error) {
	err = stage.Run(func(t testing.TB) error {
		rows, err = play(ctx, t, server, only, e)
		return err
	})
	if err != nil {
		err = fmt.Errorf("poolfaults: %s: %w", server.Name, err)
	}
	return rows, err
}

func play(ctx context.Context, t testing.TB, server Server, only string, e Effort) ([]Row, error) {
	on := server.start(t)
	var rows []Row
	for _, f := range faultsLike(only) {
		r := newRun(on, f, e)
		if err := r.play(ctx); err != nil {
			return rows, fmt.Errorf("%s: %w", f.name, err)
		}
		rows = append(rows, r.row())
	}
	return rows, nil
}
