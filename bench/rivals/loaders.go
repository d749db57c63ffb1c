package rivals

import (
	"context"
	"time"

	"github.com/graph-gophers/dataloader/v7"
	"github.com/vikstrous/dataloadgen"

	"github.com/bunsui/bunsui-go/bench/sample"
	"github.com/bunsui/bunsui-go/runtime/batch"
)

// What all loaders have: the most keys of a batch, and how long one waits for more.
// These are the defaults of ours.
const (
	loaderMax  = 100
	loaderWait = time.Millisecond
)

// A Fetch finds users by their numbers, in their order.
type Fetch func(ctx context.Context, ids []int64) ([]*sample.User, []error)

// A KeyLoader makes of a [Fetch] a function of one number. None keeps anything.
type KeyLoader struct {
	Name string

	// Load returns a user.
	Load func(ctx context.Context, id int64) (*sample.User, error)

	// Many loads users from one goroutine, all before it waits for one.
	Many func(ctx context.Context, ids []int64) error

	// Enqueue has users loaded without waiting for them; nil if there is no such call.
	Enqueue func(ctx context.Context, id int64)
}

// The names that rows refer to.
const (
	OurLoader   = "generated"
	NewLoader   = "by hand"
	ManyFlights = "by hand, 16 in flight"
	Dataloadgen = "dataloadgen"
)

// KeyLoaders returns this project's and those of others, in front of a backend which takes
// a millisecond or nothing.
func KeyLoaders(slow bool) []KeyLoader {
	generated := KeyLoader{Name: OurLoader, Load: sample.QuickUser, Many: many(sample.QuickUserMany)}
	fetch := Fetch(sample.QuickUsers)
	if slow {
		generated = KeyLoader{Name: OurLoader, Load: sample.SlowUser, Many: many(sample.SlowUserMany)}
		fetch = sample.SlowUsers
	}
	return append([]KeyLoader{generated}, LoadersOf(fetch)...)
}

// LoadersOf is [KeyLoaders] for a backend that was not known to bunsuigen.
func LoadersOf(fetch Fetch) []KeyLoader {
	ours, more := batch.NewErrorsLoader(fetch), batch.NewErrorsLoader(fetch, batch.InFlight(16))
	return []KeyLoader{
		{Name: NewLoader, Load: ours.Load, Many: many(ours.LoadMany)},
		{Name: ManyFlights, Load: more.Load, Many: many(more.LoadMany)},
		newDataloadgen(fetch),
		newGraphGophers(fetch),
	}
}

func many(load func(context.Context, []int64) batch.Result[int64, *sample.User]) func(context.Context, []int64) error {
	return func(ctx context.Context, ids []int64) error { return load(ctx, ids).Err() }
}

// newDataloadgen has no bound on batches at once, does not let a caller leave, and runs
// a batch with the context of its first caller.
func newDataloadgen(fetch Fetch) KeyLoader {
	l := dataloadgen.NewLoader(fetch, dataloadgen.WithWait(loaderWait), dataloadgen.WithBatchCapacity(loaderMax), dataloadgen.WithoutCache())
	return KeyLoader{
		Name: Dataloadgen, Load: l.Load,
		Many: func(ctx context.Context, ids []int64) error {
			_, err := l.LoadAll(ctx, ids)
			return err
		},
		Enqueue: func(ctx context.Context, id int64) { _ = l.LoadThunk(ctx, id) },
	}
}

// newGraphGophers is as [newDataloadgen] in that. Its functions return a pointer for each
// key.
func newGraphGophers(fetch Fetch) KeyLoader {
	l := dataloader.NewBatchedLoader(func(ctx context.Context, ids []int64) []*dataloader.Result[*sample.User] {
		users, _ := fetch(ctx, ids)
		results := make([]*dataloader.Result[*sample.User], len(users))
		for i, user := range users {
			results[i] = &dataloader.Result[*sample.User]{Data: user}
		}
		return results
	},
		dataloader.WithCache[int64, *sample.User](&dataloader.NoCache[int64, *sample.User]{}),
		dataloader.WithWait[int64, *sample.User](loaderWait), dataloader.WithBatchCapacity[int64, *sample.User](loaderMax))
	return KeyLoader{
		Name: "graph-gophers", Load: func(ctx context.Context, id int64) (*sample.User, error) { return l.Load(ctx, id)() },
		Many: func(ctx context.Context, ids []int64) error {
			_, errs := l.LoadMany(ctx, ids)()
			for _, err := range errs {
				if err != nil {
					return err
				}
			}
			return nil
		},
		Enqueue: func(ctx context.Context, id int64) { _ = l.Load(ctx, id) },
	}
}
