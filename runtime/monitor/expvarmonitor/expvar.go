// Package expvarmonitor hands the figures of package monitor to expvar, which shows them
// at /debug/vars. It is a package of its own because importing expvar alone adds that
// page to http.DefaultServeMux.
package expvarmonitor

import (
	"expvar"

	"github.com/bunsui/bunsui-go/runtime/monitor"
)

// APIv1 is referred to by generated code that needs this version of the package. If
// it is undefined, raise bunsui in go.mod.
const APIv1 = true

// Name is what Publish calls the variable.
const Name = "bunsui"

// Var returns a variable whose value is a report at the time when it is asked for, as
// monitor.Report.MarshalJSON writes it.
func Var() expvar.Var {
	return expvar.Func(func() any { return monitor.Snapshot() })
}

// Publish makes Var known to expvar as "bunsui". A second call has no effect. Like
// expvar.Publish it ends the process if there is another variable of that name.
func Publish() {
	if _, ours := expvar.Get(Name).(published); !ours {
		expvar.Publish(Name, published{Var()})
	}
}

// published tells our variable from another one of its name.
type published struct{ expvar.Var }
