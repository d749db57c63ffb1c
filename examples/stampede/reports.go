package main

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"
)

// Reports serves reports over HTTP, each of which takes its database a while.
type Reports struct {
	// crowd and leavers are what the database waits for: see query.
	crowd, leavers int64

	requests, left, loads, cancelled atomic.Int64
}

// load gets one report from the database.
//
//bunsui:cached ttl=60 receiver=instance
func (r *Reports) load(ctx context.Context, id int) (string, error) {
	r.loads.Add(1)
	report, err := r.query(ctx, id)
	if ctx.Err() != nil {
		r.cancelled.Add(1)
	}
	return report, err
}

// query stands in for a slow database, and gives up when nobody wants the report
// any more. So that the figures do not depend on how fast a machine is, it takes
// until the crowd has asked and those who want to leave have left.
func (r *Reports) query(ctx context.Context, id int) (string, error) {
	err := until(ctx, func() bool { return r.requests.Load() >= r.crowd && r.left.Load() >= r.leavers })
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("report %d", id), nil
}

// ServeHTTP answers GET /?id=N. The request's context ends when its client hangs
// up. What that means for a load that others wait for as well is the wrapper's
// business: Load returns here, and the load goes on.
func (r *Reports) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	id, err := strconv.Atoi(req.FormValue("id"))
	if err != nil {
		http.Error(w, "id must be a number", http.StatusBadRequest)
		return
	}
	r.requests.Add(1)
	report, err := r.Load(req.Context(), id)
	if err != nil {
		r.left.Add(1)
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	fmt.Fprintln(w, report)
}

// until waits for a condition.
func until(ctx context.Context, done func() bool) error {
	for !done() {
		select {
		case <-time.After(time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}
