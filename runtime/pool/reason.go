package pool

// A Reason says why a resource was closed.
type Reason string

// The reasons.
const (
	// Aged: it was older than Options.MaxAge.
	Aged Reason = "aged"
	// Unused: it was idle for Options.MaxIdle.
	Unused Reason = "unused"
	// PingFailed: Options.Ping failed, or took too long.
	PingFailed Reason = "ping failed"
	// ResetFailed: Options.Reset failed.
	ResetFailed Reason = "reset failed"
	// HookFailed: Hooks.OnCreate, OnAcquire or OnRelease failed.
	HookFailed Reason = "hook failed"
	// Discarded: Lease.Discard was called, or the function of With left it broken.
	Discarded Reason = "discarded"
	// Hijacked: Lease.Hijack took it out of the pool, without closing it.
	Hijacked Reason = "hijacked"
	// Outdated: Pool.Reset was called after it was created.
	Outdated Reason = "outdated"
	// Surplus: there were more than Pool.Resize allows.
	Surplus Reason = "surplus"
	// Ended: something ended it that is not known, such as the other side. Only a Foreign
	// has it.
	Ended Reason = "ended"
	// PoolClosed: the pool was closed.
	PoolClosed Reason = "pool closed"
)

// fit is no reason to close a resource.
const fit Reason = ""
