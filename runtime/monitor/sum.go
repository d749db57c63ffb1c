package monitor

import (
	"maps"

	"github.com/bunsui/bunsui-go/runtime/batch"
	"github.com/bunsui/bunsui-go/runtime/pool"
)

func plusManager(a, b Manager) Manager {
	a.Caches += b.Caches
	a.HasStore = a.HasStore || b.HasStore
	a.Store.Errors += b.Store.Errors
	a.Store.Timeouts += b.Store.Timeouts
	a.Store.Refused += b.Store.Refused
	a.Store.Lost += b.Store.Lost
	a.Store.Waits += b.Store.Waits
	a.Store.Owed += b.Store.Owed
	a.Store.Open = a.Store.Open || b.Store.Open
	a.Store.Live = a.Store.Live || b.Store.Live
	return a
}

func plusProcessor(a, b batch.ProcessorStats) batch.ProcessorStats {
	a.Runs += b.Runs
	a.Running += b.Running
	a.Succeeded += b.Succeeded
	a.Failed += b.Failed
	a.NotStarted += b.NotStarted
	a.Retries += b.Retries
	a.Panics += b.Panics
	return a
}

func plusLoader(a, b batch.LoaderStats) batch.LoaderStats {
	a.Calls += b.Calls
	a.Deduplicated += b.Deduplicated
	a.Left += b.Left
	a.Batches += b.Batches
	a.Keys += b.Keys
	a.Errors += b.Errors
	a.Panics += b.Panics
	a.NotFound += b.NotFound
	a.KeyErrors += b.KeyErrors
	a.Largest = max(a.Largest, b.Largest)
	a.InFlight += b.InFlight
	a.Waiting += b.Waiting
	return a
}

func plusPool(a, b Pool) Pool {
	a.Created += b.Created
	a.Reused += b.Reused
	a.Closed += b.Closed
	a.ClosedBy = plusReasons(a.ClosedBy, b.ClosedBy)
	a.Acquired += b.Acquired
	a.Errors += b.Errors
	a.CloseErrors += b.CloseErrors
	a.Waits += b.Waits
	a.WaitTime += b.WaitTime
	for i, n := range b.WaitTimes {
		a.WaitTimes[i] += n
	}
	a.Canceled += b.Canceled
	a.Timeouts += b.Timeouts
	a.Leaks += b.Leaks
	a.Misuses += b.Misuses
	a.InUse += b.InUse
	a.Idle += b.Idle
	a.Constructing += b.Constructing
	a.Closing += b.Closing
	a.Waiting += b.Waiting
	a.Min += b.Min
	a.Max += b.Max
	if a.CreateError == nil {
		a.CreateError = b.CreateError
	}
	a.Suspended = a.Suspended && b.Suspended
	a.Stopped = a.Stopped && b.Stopped
	return a
}

func plusReasons(a, b map[pool.Reason]uint64) map[pool.Reason]uint64 {
	sum := make(map[pool.Reason]uint64, len(a)+len(b))
	maps.Copy(sum, a)
	for reason, n := range b {
		sum[reason] += n
	}
	return sum
}
