package profile

import "context"

const (
	// maxRegions bounds what names made at run time, such as one for each
	// user, can cost.
	maxRegions = 1000

	// otherRegions is the name that regions over that bound share.
	otherRegions = "(other regions)"
)

// Region measures a piece of code under name, until the returned function is
// called:
//
//	ctx, end := profile.Region(ctx, "checkout: render")
//	defer end()
//
// The region is to pass on the returned context, so that what is measured within
// it can be seen as part of it. It has no outcome: a panic in a region is
// measured but not counted as one. The returned function belongs to one
// goroutine; calling it again does nothing.
//
// Use names that stand in the program's text. A process has at most 1,000
// names of regions; calls under further names are counted together as
// "(other regions)". A region that has the name of a [Probe] is counted with
// it. Region panics if name is empty. It allocates one small closure and the
// context, and nothing while recording is disabled.
func Region(ctx context.Context, name string) (context.Context, func()) {
	if name == "" {
		panic("profile: Region needs a name")
	}
	p := probes.region(name)
	if p == nil || p.state.Load() == 0 {
		return ctx, func() {}
	}
	call := p.Start(ctx)
	return call.Context(ctx), func() {
		call.Return(nil)
		call.End()
	}
}
