package batch

import (
	"slices"
	"sync"
	"sync/atomic"
)

// A Processor is the options that calls of one function have in common, and counts what
// becomes of them. It is an Option itself: Process(ctx, items, f, p, Size(10)).
//
// It lives as long as the process, which finds it by Processors. Make one for a function
// and not for a call. It is safe for concurrent use.
type Processor struct {
	name string
	opts []Option

	runs, running                          atomic.Int64
	succeeded, failed, notStarted, retries atomic.Uint64
	panics                                 atomic.Uint64
}

// ProcessorStats are the figures of a Processor since it was made.
type ProcessorStats struct {
	Name string
	// Runs are the calls of Process, Stream and Write that have ended, and Running those
	// that have not.
	Runs, Running int64
	// Succeeded, Failed and NotStarted count items. Retries are calls for an item after
	// its first one, and Panics the calls that panicked.
	Succeeded, Failed, NotStarted, Retries, Panics uint64
}

var processors struct {
	mu  sync.Mutex
	all []*Processor
}

// NewProcessor makes a Processor of a name, which is import/path.Func in generated code.
func NewProcessor(name string, opts ...Option) *Processor {
	p := &Processor{name: name, opts: slices.Clone(opts)}
	processors.mu.Lock()
	defer processors.mu.Unlock()
	processors.all = append(processors.all, p)
	return p
}

// Processors returns all of the process, in the order in which they were made.
func Processors() []*Processor {
	processors.mu.Lock()
	defer processors.mu.Unlock()
	return slices.Clone(processors.all)
}

// Name returns the name.
func (p *Processor) Name() string { return p.name }

// With returns the processor's options, then own, then opts, which are those of a caller.
func (p *Processor) With(opts []Option, own ...Option) []Option {
	all := make([]Option, 0, 1+len(own)+len(opts))
	all = append(all, p)
	all = append(all, own...)
	return append(all, opts...)
}

func (p *Processor) apply(s *settings) {
	s.by = p
	for _, o := range p.opts {
		if o != nil {
			o.apply(s)
		}
	}
}

// Stats returns the figures.
func (p *Processor) Stats() ProcessorStats {
	return ProcessorStats{
		Name: p.name, Runs: p.runs.Load(), Running: p.running.Load(),
		Succeeded: p.succeeded.Load(), Failed: p.failed.Load(), NotStarted: p.notStarted.Load(),
		Retries: p.retries.Load(), Panics: p.panics.Load(),
	}
}
