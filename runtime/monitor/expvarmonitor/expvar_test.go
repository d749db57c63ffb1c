package expvarmonitor_test

import (
	"encoding/json"
	"expvar"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/bunsui/bunsui-go/runtime/batch"
	"github.com/bunsui/bunsui-go/runtime/monitor"
	"github.com/bunsui/bunsui-go/runtime/monitor/expvarmonitor"
)

func TestPublish(t *testing.T) {
	batch.NewProcessor("expvar.batch")
	expvarmonitor.Publish()
	expvarmonitor.Publish()
	w := httptest.NewRecorder()
	expvar.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/debug/vars", nil))
	var all struct {
		Bunsui struct {
			Version    int
			Processors []struct{ Name string }
		}
	}
	if err := json.Unmarshal(w.Body.Bytes(), &all); err != nil {
		t.Fatal(err)
	}
	if b := all.Bunsui; b.Version != monitor.JSONVersion || len(b.Processors) == 0 || b.Processors[0].Name != "expvar.batch" {
		t.Errorf("got %+v", b)
	}
}
