package cache

import (
	"context"
	"errors"
	"testing"
)

// What the stores of strict caches say reaches the caller of done, told apart from
// a failure of the transaction.
func TestTxErrors(t *testing.T) {
	first, second, commit := errors.New("first"), errors.New("second"), errors.New("no commit")
	lost := errors.Join(ErrUnknownOutcome, commit)
	for _, end := range []error{nil, lost, commit} {
		ctx, done := Tx(t.Context())
		calls := 0
		for _, err := range []error{first, nil, second} {
			if during(ctx, func(context.Context, *ending) error { calls++; return err }) != nil {
				t.Error("the change does not wait")
			}
		}
		err := done(end)
		if end == commit {
			if err != commit || calls != 0 {
				t.Errorf("done = %v after %d changes", err, calls)
			}
			continue
		}
		if calls != 3 || !errors.Is(err, first) || !errors.Is(err, second) {
			t.Errorf("done = %v after %d changes", err, calls)
		}
		if errors.Is(err, ErrAfterCommit) != (end == nil) || end != nil && !errors.Is(err, commit) {
			t.Errorf("done(%v) = %v", end, err)
		}
	}
}
