package cache

import (
	"errors"
	"fmt"
)

// outcome is how a transaction ended, the worst last.
type outcome int

const (
	pending outcome = iota
	committed
	unknown
	rolledBack
)

func outcomeOf(err error) outcome {
	switch {
	case err == nil:
		return committed
	case errors.Is(err, ErrUnknownOutcome):
		return unknown
	default:
		return rolledBack
	}
}

// ending is the end of a transaction, at which its changes happen.
type ending struct {
	// doubtful says that it is not known whether what belongs to the change that
	// happens now was committed.
	doubtful bool
	// own counts what the transaction itself has changed.
	own tallied
}

// done ends the transaction.
func (t *transaction) done(err error) error {
	t.mu.Lock()
	if t.how != pending {
		t.mu.Unlock()
		return err
	}
	how, changes := outcomeOf(err), t.changes
	t.how, t.changes = how, nil
	t.mu.Unlock()
	// What an outer one that has ended already did not wait for shares its fate.
	for outer := t.outer; outer != nil && how != rolledBack; outer = outer.outer {
		if outer.take(how, changes...) {
			return err
		}
		how = max(how, outer.outcome())
	}
	if how == rolledBack {
		return err
	}
	failed := errors.Join(happen(changes, how, new(ending))...)
	if failed != nil && how == committed {
		failed = fmt.Errorf("%w: %w", ErrAfterCommit, failed)
	}
	if failed == nil {
		return err
	}
	return errors.Join(err, failed)
}

// happen makes the changes, all of them even if one panics.
func happen(changes []change, how outcome, by *ending) (errs []error) {
	defer func() {
		if len(changes) > 0 {
			happen(changes, how, by)
		}
	}()
	for len(changes) > 0 {
		c := changes[0]
		changes = changes[1:]
		by.doubtful = c.doubtful || how == unknown
		if err := c.do(c.ctx, by); err != nil {
			errs = append(errs, err)
		}
	}
	return errs
}
