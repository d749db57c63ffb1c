package guide

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestServe(t *testing.T) {
	mux := http.NewServeMux()
	Serve(mux)
	server := httptest.NewServer(mux)
	defer server.Close()
	get := func(path string) string {
		response, err := http.Get(server.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		body, err := io.ReadAll(response.Body)
		if err != nil || response.StatusCode != http.StatusOK {
			t.Fatalf("%s: %s, %v", path, response.Status, err)
		}
		return string(body)
	}
	var report struct {
		Version int
		Caches  []struct{ Name string }
	}
	if err := json.Unmarshal([]byte(get("/debug/figures")), &report); err != nil || report.Version != 1 || len(report.Caches) == 0 {
		t.Errorf("%v, %+v", err, report)
	}
	if page := get("/debug/bunsui/"); !strings.Contains(page, "<html") {
		t.Errorf("no page: %s", page)
	}
	response, err := http.Post(server.URL+"/debug/bunsui/", "text/plain", nil)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("a POST: %s, want that the page only reads", response.Status)
	}
}
