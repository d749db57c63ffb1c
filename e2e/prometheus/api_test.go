package prometheus

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// get asks the HTTP API and decodes the data of the answer.
func (s *server) get(path string, values url.Values, data any) error {
	resp, err := http.Get(s.url + "/api/v1/" + path + "?" + values.Encode())
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	var answer struct {
		Status, Error string
		Data          json.RawMessage
	}
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if answer.Status != "success" {
		return fmt.Errorf("%s: %s", path, answer.Error)
	}
	return json.Unmarshal(answer.Data, data)
}

// query evaluates an expression now. The results are by their labels, written as in a
// selector, without job and instance.
func (s *server) query(expr string) (map[string]float64, error) {
	var data struct {
		Result []struct {
			Metric map[string]string
			Value  [2]any
		}
	}
	if err := s.get("query", url.Values{"query": {expr}}, &data); err != nil {
		return nil, fmt.Errorf("%w in %s", err, expr)
	}
	results := make(map[string]float64)
	for _, r := range data.Result {
		text, _ := r.Value[1].(string)
		v, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return nil, fmt.Errorf("%s of %v: %w", expr, r.Metric, err)
		}
		results[selector(r.Metric)] = v
	}
	return results, nil
}

// some evaluates an expression until it has n results. There are none for as long as the
// last scrape is one that failed, as it may on a busy machine.
func (s *server) some(t *testing.T, n int, expr string) (results map[string]float64) {
	t.Helper()
	eventually(t, expr, func() (err error) {
		if results, err = s.query(expr); err == nil && len(results) != n {
			err = fmt.Errorf("got %v, want %d results", results, n)
		}
		return err
	})
	return results
}

// one evaluates an expression that has one result.
func (s *server) one(t *testing.T, expr string) float64 {
	t.Helper()
	for _, v := range s.some(t, 1, expr) {
		return v
	}
	return 0
}

func selector(metric map[string]string) string {
	var labels []string
	for name, value := range metric {
		if name != "__name__" && name != "job" && name != "instance" {
			labels = append(labels, name+"="+strconv.Quote(value))
		}
	}
	slices.Sort(labels)
	return metric["__name__"] + "{" + strings.Join(labels, ",") + "}"
}

// A rule is one of those that the server has loaded.
type rule struct {
	Name, State, Health, LastError string
	Alerts                         []alert
}

type alert struct {
	State  string
	Labels map[string]string
}

func (s *server) rules(t *testing.T) []rule {
	t.Helper()
	var data struct{ Groups []struct{ Rules []rule } }
	if err := s.get("rules", nil, &data); err != nil {
		t.Fatal(err)
	}
	var all []rule
	for _, g := range data.Groups {
		all = append(all, g.Rules...)
	}
	return all
}

// eventually waits until f returns nil.
func eventually(t *testing.T, what string, f func() error) {
	t.Helper()
	for end := time.Now().Add(patience); ; time.Sleep(100 * time.Millisecond) {
		err := f()
		if err == nil {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("%s, not within %v: %v", what, patience, err)
		}
	}
}
