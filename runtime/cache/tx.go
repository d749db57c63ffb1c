package cache

import (
	"context"
	"errors"
	"sync"

	"github.com/bunsui/bunsui-go/runtime/internal/route"
)

// ErrUnknownOutcome tells the function that ends a transaction, wrapped in its
// argument, that nobody knows whether the commit took place, as when the
// connection broke before the database had answered.
var ErrUnknownOutcome = errors.New("it is not known whether the transaction was committed")

// ErrAfterCommit is wrapped by the errors that the end of a transaction gives
// although it was committed: a change of a strict cache did not reach the store.
// To repeat the transaction would be wrong.
var ErrAfterCommit = errors.New("the transaction was committed, but not all caches were told")

// Tx returns a context for the time of a database transaction, and a function
// that ends this time:
//
//	ctx, done := cache.Tx(ctx)
//	… // begin, change, with ctx
//	return done(tx.Commit())
//
// Cached functions that are called with the context are called directly, as with
// Bypass: a transaction sees what it has changed itself, which others must not.
// Changes of caches that are made with it wait: Set, Delete, Clear,
// InvalidateMatching, and what generated code makes of them. Refresh calls the
// function, and the key is removed later, since what a transaction sees may be
// older than what others have kept. Methods that look at what is kept, Peek and
// those without a context, see what everyone sees. Packages sqltx and pgxtx call
// Tx at the right moments.
//
// done(nil), after the commit, makes the changes in their order, whatever became
// of the context. done(err) drops them. If err wraps ErrUnknownOutcome, they
// happen, but values that were set are removed instead, because the database may
// have them or not. done returns err, joined with the errors of the changes,
// which then wrap ErrAfterCommit. Only the first call counts; a second one
// returns its argument. Without any call the changes never happen, and nothing
// needs to be freed. Afterwards the context is as if it had not been used for a
// transaction.
//
// Whoever calls a cached function after done has returned gets no value from
// before the commit, not even from a load that began before it, unless the
// function reads from a replica that lags behind. Between the commit and the end
// of done others may still get one: this lasts as long as the changes take. If the
// process dies in that time, they do not happen: what other processes and the
// store keep then lives on until its TTL.
//
// Whatever reads with the transaction must be given this context: with another one,
// and in functions without a context, caches work as usual, and would keep what
// was not committed.
//
// A value that is set must not be modified after Set, and should be what the
// transaction has written. If the key was changed otherwise while the transaction
// was open, perhaps by one that came after it, done removes it instead.
//
// If ctx belongs to an open transaction, the new one is a part of it, like a
// savepoint: done(nil) hands its changes to the outer one, done(err) drops its
// own only. See SeparateTx. The context and done are safe for concurrent use.
//
// From the first call of Tx on, each hit of the process costs a look at its
// context.
func Tx(ctx context.Context) (context.Context, func(error) error) {
	outer := transactionOf(ctx)
	return open(ctx, &transaction{parent: outer, outer: outer})
}

// SeparateTx is Tx for a transaction that is committed for itself even if ctx
// belongs to another one that is open, such as one on another connection: done
// does not wait for the outer one.
func SeparateTx(ctx context.Context) (context.Context, func(error) error) {
	return open(ctx, &transaction{parent: transactionOf(ctx)})
}

// InTx reports whether ctx comes from Tx or SeparateTx, and the time of that
// transaction has not ended.
func InTx(ctx context.Context) bool { return transactionOf(ctx) != nil }

func open(ctx context.Context, t *transaction) (context.Context, func(error) error) {
	return route.In(ctx, t), t.done
}

// transaction has the changes that wait for the end of a transaction. Nothing
// refers to it but contexts, so it needs no end.
type transaction struct {
	// parent is the one that was open when this one began, or nil, and outer the
	// one that gets the changes.
	parent, outer *transaction

	mu      sync.Mutex
	how     outcome
	changes []change
}

// A change is something that was done to a cache with a context.
type change struct {
	ctx context.Context
	do  func(ctx context.Context, by *ending) error
	// doubtful says that the transaction that it was made in ended as unknown.
	doubtful bool
}

// transactionOf returns the innermost transaction of ctx that is open, or nil.
func transactionOf(ctx context.Context) *transaction {
	if !route.Active() {
		return nil
	}
	return openIn(route.Of(ctx))
}

func openIn(r route.Route) *transaction {
	t, _ := r.Tx.(*transaction)
	for t != nil && t.outcome() != pending {
		t = t.parent
	}
	return t
}

func (t *transaction) outcome() outcome {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.how
}

// during makes a change now, or when the transaction of ctx has ended.
func during(ctx context.Context, do func(ctx context.Context, by *ending) error) error {
	if t := transactionOf(ctx); t != nil && t.add(ctx, do) {
		return nil
	}
	return do(ctx, nil)
}

// add makes a change wait, unless the transaction and those around it have ended
// meanwhile.
func (t *transaction) add(ctx context.Context, do func(ctx context.Context, by *ending) error) bool {
	c := change{ctx: context.WithoutCancel(ctx), do: do}
	for ; t != nil; t = t.parent {
		if t.take(committed, c) {
			return true
		}
	}
	return false
}

// take makes changes of a transaction that ended in some way wait for this one. It
// returns false if this one has ended too.
func (t *transaction) take(how outcome, changes ...change) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.how != pending {
		return false
	}
	from := len(t.changes)
	t.changes = append(t.changes, changes...)
	if how == unknown {
		for i := range t.changes[from:] {
			t.changes[from+i].doubtful = true
		}
	}
	return true
}

// setLater makes a call of Set wait for the end of t.
func (c *Cache[K, V]) setLater(ctx context.Context, t *transaction, at *core, key K, v V) bool {
	since := at.sinceNow(c.hashOf(key))
	return t.add(ctx, func(ctx context.Context, by *ending) error {
		if by.doubtful || since.others(by) {
			return c.delete(ctx, at, by, []K{key})
		}
		err := c.set(ctx, at, by, key, v)
		// Looked at again: who changes the key counts first, so that either sees
		// the other.
		if since.others(by) {
			err = errors.Join(err, c.delete(ctx, at, by, []K{key}))
		}
		return err
	})
}

// deleteLater makes a call of Delete wait for the end of t.
func (c *Cache[K, V]) deleteLater(ctx context.Context, t *transaction, at *core, keys []K) bool {
	// A copy that lets the slice of other callers stay on their stacks.
	own := make([]K, len(keys))
	copy(own, keys)
	return t.add(ctx, func(ctx context.Context, by *ending) error { return c.delete(ctx, at, by, own) })
}

// refreshPast is Refresh with a context that goes past the cache. At the end of a
// transaction the key is removed.
func (c *Cache[K, V]) refreshPast(ctx context.Context, key K, load func(context.Context, K) (V, error)) (V, error) {
	v, err := load(ctx, key)
	traceOf(ctx).add(c.core.name, SourceBypassed, 0)
	if err == nil && InTx(ctx) {
		err = c.Delete(ctx, key)
	}
	return v, err
}
