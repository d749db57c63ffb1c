package cached

import (
	"go/types"

	"github.com/bunsui/bunsui-go/annotations"
	"github.com/bunsui/bunsui-go/generator/decorator"
	"github.com/bunsui/bunsui-go/generator/model"
)

const (
	receiverIgnore   = "ignore"
	receiverInstance = "instance"
	receiverKey      = "key"
)

var receiverNotes = []string{
	"receiver=ignore: results do not depend on the receiver, all instances share them",
	"receiver=instance: each instance has a cache of its own, freed with it (pointer receivers)",
	"receiver=key: the receiver's value is part of the key (comparable value receivers)",
}

// checkReceiver decides what the receiver has to do with the key.
func checkReceiver(p *decorator.Pass, o *Options) string {
	recv := p.Func.Recv
	if p.Func.Home != nil {
		if o.Receiver != "" {
			p.ReportOption("receiver", nil, "each %s has caches of its own: leave out receiver=", p.Func.Home.Type)
		}
		if !p.Func.Implements() && !o.In.Set() {
			p.Report(nil, "another directive of %s has in=, so say it here too, or leave it out there", p.Func.Symbol())
		}
		return receiverIgnore
	}
	if recv == nil {
		if o.Receiver != "" {
			p.ReportOption("receiver", nil, "%s is not a method, so it has no receiver", p.Func.Name)
		}
		return ""
	}
	switch o.Receiver {
	case "":
		return defaultReceiver(p, o)
	case receiverInstance:
		if !recv.Pointer {
			p.ReportOption("receiver", receiverNotes, "receiver=instance needs a pointer receiver, and %s has a value receiver", p.Func.Symbol())
		}
	case receiverKey:
		if _, why := keyable(p, recv.Type); why != "" {
			p.ReportOption("receiver", receiverNotes, "receiver=key cannot be: %s %s", p.TypeString(recv.Type), why)
		}
	}
	return o.Receiver
}

func defaultReceiver(p *decorator.Pass, o *Options) string {
	recv := p.Func.Recv
	if o.Key.Template != nil && mentions(o.Key.Template, recv.Name) {
		return receiverIgnore
	}
	if recv.Pointer {
		p.Report(receiverNotes, "%s has a pointer receiver: say what it has to do with the key, receiver=ignore or receiver=instance", p.Func.Symbol())
		return receiverIgnore
	}
	if _, why := keyable(p, recv.Type); why != "" {
		p.Report(receiverNotes, "the receiver of %s cannot be part of the key, because %s %s: add receiver=ignore if results do not depend on it",
			p.Func.Symbol(), p.TypeString(recv.Type), why)
	}
	return receiverKey
}

func mentions(t *annotations.Template, root string) bool {
	for _, part := range t.Parts {
		if len(part.Path) > 0 && part.Path[0] == root {
			return true
		}
	}
	return false
}

// checkConflicts refuses options that would never matter beside each other.
func checkConflicts(p *decorator.Pass, o *Options) {
	if o.TTL.Forever && o.Jitter.Set {
		p.ReportOption("jitter", nil, "jitter= shortens the ttl, and ttl=forever has nothing to shorten")
	}
	checkShorter(p, "idle", o.Idle, "the ttl", o.TTL)
}

func raw(p *decorator.Pass, option string) string {
	arg, _ := p.Arg(option)
	return arg.Raw
}

// checkLate resolves durations that are names.
func checkLate(p *decorator.Pass, o *Options) []lateOption {
	var late []lateOption
	for _, option := range []struct {
		key, field string
		value      annotations.Duration
	}{
		{"ttl", "TTL", o.TTL},
		{"idle", "Idle", o.Idle},
		{"timeout", "Timeout", o.Timeout},
		{"refresh", "Refresh", o.Refresh},
		{"stale", "Stale", o.Stale},
		{"soft_timeout", "SoftTimeout", o.SoftTimeout},
		{"errors_ttl", "ErrorsTTL", o.ErrorsTTL},
		{"missing_ttl", "MissingTTL", o.MissingTTL},
		{"memory_ttl", "MemoryTTL", o.MemoryTTL},
	} {
		if !option.value.Name.Set() || option.key == "ttl" && ttlIsFunc(p, o) {
			continue
		}
		late = append(late, lateOption{field: option.field, object: p.LookupDuration(option.value.Name)})
	}
	return late
}

// sharedResults names the results that callers could modify for each other.
func sharedResults(fn *model.Func) []string {
	var shared []string
	for _, r := range fn.Values() {
		switch r.Type.Underlying().(type) {
		case *types.Pointer, *types.Slice, *types.Map:
			shared = append(shared, fn.TypeString(r.Type))
		}
	}
	return shared
}
