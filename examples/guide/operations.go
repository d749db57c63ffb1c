package guide

import (
	"net/http"

	"github.com/bunsui/bunsui-go/runtime/monitor"
)

// Serve shows the figures of the process to who may reach the mux: a page that updates
// itself, and JSON.
func Serve(mux *http.ServeMux) {
	mux.Handle("/debug/bunsui/", http.StripPrefix("/debug/bunsui", monitor.Handler()))
	mux.HandleFunc("GET /debug/figures", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_ = monitor.WriteJSON(w) // its errors are those of a client that has gone
	})
}
