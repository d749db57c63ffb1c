package cached

import "github.com/bunsui/bunsui-go/annotations"

// newFamily is the constructor of a family: the runtime is to know what its caches will
// be able to do before there is one.
func (e *emitter) newFamily() string {
	o := e.opts
	for _, d := range []annotations.Duration{o.Refresh, o.Stale, o.SoftTimeout, o.ErrorsTTL, o.MissingTTL} {
		if d.Name.Set() || d.Value > 0 {
			return "NewGeneric"
		}
	}
	if o.Early || e.policy.wanted() || e.share.leaves || len(e.tags) > 0 {
		return "NewGeneric"
	}
	return "NewPlainGeneric"
}
