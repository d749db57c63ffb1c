// Package monitor knows every cache, batch processor, loader, pool and profiled function
// of the process without being told of them. [Snapshot] and [WriteJSON] say how they
// stand; [Start] looks at them again and again, keeps a short history in fixed memory,
// and tells of [Alert]s. [Handler] shows all that as a page that updates itself.
//
// Unless Start is called there is no goroutine and nothing happens between two
// snapshots, while no page is open: the figures are counted anyway. Clients of other systems stand in packages
// of their own: prommonitor for Prometheus, otelmonitor for OpenTelemetry, expvarmonitor
// for expvar.
//
// [LogEvents] writes a line for each hit, miss, retry, acquire and the like, for debugging.
//
// The package does not keep figures beyond the end of the process.
package monitor

// APIv1 is referred to by generated code that needs this version of the package. If
// it is undefined, raise bunsui in go.mod.
const APIv1 = true
