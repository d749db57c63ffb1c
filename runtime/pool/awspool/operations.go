package awspool

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go/middleware"
)

// An Operation tells about the calls of one operation of a service.
type Operation struct {
	// Service and Name are those of the SDK: "S3" and "GetObject".
	Service, Name string
	// Calls counts the calls that have ended, Errors those of them that failed.
	Calls, Errors uint64
	// Retries counts the requests that were sent again, Throttles those to which the
	// service answered that there were too many.
	Retries, Throttles uint64
	// InFlight is how many calls are under way.
	InFlight int
	// Total is how long the calls took, together, and Max the longest. That is with all
	// retries, the pauses between them and the wait for a connection, but for operations
	// whose results stream (as GetObject) without reading these.
	Total, Max time.Duration

	latencies []uint64
}

// Mean returns how long a call took on average, or 0 if there was none.
func (o Operation) Mean() time.Duration {
	if o.Calls == 0 {
		return 0
	}
	return o.Total / time.Duration(o.Calls)
}

// Quantile returns the time within which a part q of the calls ended, where q is from 0
// to 1: a bound that is above the exact value by up to an eighth, from a microsecond to an
// hour. It is 0 if there was no call.
func (o Operation) Quantile(q float64) time.Duration { return min(o.Max, quantile(o.latencies, q)) }

// operations are the records of those that were called. There are as many as the
// services' clients have methods, at most.
type operations struct{ records sync.Map }

type operationKey struct{ service, name string }

type record struct {
	calls, errors, retries, throttles atomic.Uint64
	inFlight, total, longest          atomic.Int64
	latencies                         latencies
}

// measure is for aws.Config.APIOptions.
func (f *figures) measure(stack *middleware.Stack) error {
	name := stack.ID()
	return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("bunsui/awspool", func(
		ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler,
	) (out middleware.InitializeOutput, metadata middleware.Metadata, err error) {
		service := middleware.GetServiceID(ctx)
		if service == "" { // clients that were generated before 2024
			service = awsmiddleware.GetServiceID(ctx)
		}
		r := f.operations.of(operationKey{service, name})
		r.inFlight.Add(1)
		defer r.inFlight.Add(-1)
		began := time.Now()
		out, metadata, err = next.HandleInitialize(ctx, in)
		r.note(time.Since(began), metadata, err)
		return out, metadata, err
	}), middleware.Before)
}

func (o *operations) of(key operationKey) *record {
	if r, ok := o.records.Load(key); ok {
		return r.(*record)
	}
	r, _ := o.records.LoadOrStore(key, new(record))
	return r.(*record)
}

// note counts a call that has ended.
func (r *record) note(took time.Duration, metadata middleware.Metadata, err error) {
	attempts, _ := retry.GetAttemptResults(metadata)
	r.retries.Add(uint64(max(0, len(attempts.Results)-1)))
	for _, attempt := range attempts.Results {
		if throttled.IsErrorThrottle(attempt.Err).Bool() {
			r.throttles.Add(1)
		}
	}
	if err != nil {
		r.errors.Add(1)
	}
	r.total.Add(int64(took))
	r.latencies.note(took)
	for {
		longest := r.longest.Load()
		if int64(took) <= longest || r.longest.CompareAndSwap(longest, int64(took)) {
			break
		}
	}
	r.calls.Add(1)
}

// throttled judges errors as the retries of the SDK do.
var throttled = retry.IsErrorThrottles(retry.DefaultThrottles)

// all returns the figures of all operations, by service and name.
func (o *operations) all() []Operation {
	var all []Operation
	for k, v := range o.records.Range {
		key, r := k.(operationKey), v.(*record)
		all = append(all, Operation{
			Service: key.service, Name: key.name,
			Calls: r.calls.Load(), Errors: r.errors.Load(),
			Retries: r.retries.Load(), Throttles: r.throttles.Load(),
			InFlight: int(r.inFlight.Load()),
			Total:    time.Duration(r.total.Load()), Max: time.Duration(r.longest.Load()),
			latencies: r.latencies.counts(),
		})
	}
	slices.SortFunc(all, func(a, b Operation) int {
		return cmp.Or(cmp.Compare(a.Service, b.Service), cmp.Compare(a.Name, b.Name))
	})
	return all
}
