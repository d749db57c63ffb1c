package sample

import (
	"context"
	"sync/atomic"
	"time"
)

// BackendCalls counts the calls of [QuickUsers], those by [SlowUsers] included.
var BackendCalls atomic.Int64

// QuickUsers returns [Nobody] for each of ids.
//
//bunsui:loader as=QuickUser
func QuickUsers(_ context.Context, ids []int64) ([]*User, []error) {
	BackendCalls.Add(1)
	users := make([]*User, len(ids))
	for i := range users {
		users[i] = Nobody
	}
	return users, nil
}

// SlowUsers is [QuickUsers] after a sleep of a millisecond.
//
//bunsui:loader as=SlowUser
func SlowUsers(ctx context.Context, ids []int64) ([]*User, []error) {
	time.Sleep(time.Millisecond)
	return QuickUsers(ctx, ids)
}
