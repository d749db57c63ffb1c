package profile

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var testTime = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

const wantJSON = `{
  "version": 1,
  "time": "2026-01-02T03:04:05Z",
  "enabled": true,
  "functions": [
    {
      "name": "example.com/store.getUser",
      "calls": 3,
      "errors": 1,
      "panics": 1,
      "in_flight": 2,
      "timed": 3,
      "total_ns": 1000000022,
      "min_ns": 5,
      "mean_ns": 333333340,
      "p50_ns": 17,
      "p90_ns": 1000000000,
      "p99_ns": 1000000000,
      "p999_ns": 1000000000,
      "max_ns": 1000000000,
      "buckets": [
        {
          "ge_ns": 5,
          "le_ns": 5,
          "calls": 1
        },
        {
          "ge_ns": 17,
          "le_ns": 17,
          "calls": 1
        },
        {
          "ge_ns": 973078528,
          "le_ns": 1006632959,
          "calls": 1
        }
      ]
    },
    {
      "name": "never called",
      "calls": 0,
      "errors": 0,
      "panics": 0,
      "in_flight": 0,
      "timed": 0,
      "total_ns": 0,
      "min_ns": 0,
      "mean_ns": 0,
      "p50_ns": 0,
      "p90_ns": 0,
      "p99_ns": 0,
      "p999_ns": 0,
      "max_ns": 0,
      "buckets": []
    }
  ],
  "tree": null
}
`

func testStats() []FuncStats {
	user := statsOf(5, 17, time.Second)
	user.Name, user.Errors, user.Panics, user.InFlight = "example.com/store.getUser", 1, 1, 2
	return []FuncStats{user, {Name: "never called", Sample: 1}}
}

func TestJSONSchema(t *testing.T) {
	var out strings.Builder
	doc := export{Version: JSONVersion, Time: testTime, Enabled: true}
	if err := doc.write(&out, testStats()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(wantJSON, out.String()); diff != "" {
		t.Errorf("the schema is a promise; if this change keeps it, adapt this test (-want +got):\n%s", diff)
	}
}

func TestJSONRoundTrip(t *testing.T) {
	got, err := ReadJSON(strings.NewReader(wantJSON))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(testStats(), got, cmp.AllowUnexported(FuncStats{}, bucket{})); diff != "" {
		t.Errorf("read is not what was written (-want +got):\n%s", diff)
	}
	if got, want := got[0].Quantile(0.5), testStats()[0].Quantile(0.5); got != want {
		t.Errorf("median of what was read = %v, want %v", got, want)
	}
}

func TestWriteJSONOfTheProcess(t *testing.T) {
	call := New(t.Name()).Begin()
	call.Return(nil)
	call.End()
	var out strings.Builder
	if err := WriteJSON(&out); err != nil {
		t.Fatal(err)
	}
	stats, err := ReadJSON(strings.NewReader(out.String()))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range stats {
		if f.Name == t.Name() && f.Calls == 1 {
			return
		}
	}
	t.Errorf("%s is missing in %s", t.Name(), out.String())
}

func TestReadJSONRefusesWhatIsNotAnExport(t *testing.T) {
	function := func(members string) string {
		return `{"version": 1, "functions": [{"name": "f", ` + members + `}]}`
	}
	tests := []struct{ name, in, want string }{
		{"nothing", "", "unexpected end"},
		{"not JSON", "calls errors", "invalid character"},
		{"more after it", `{"version": 1} {}`, "invalid character"},
		{"other version", `{"version": 2}`, "version 2, known is 1"},
		{"no version", `{}`, "version 0, known is 1"},
		{"negative count", function(`"calls": -1`), "cannot unmarshal"},
		{"buckets do not add up", function(`"calls": 2, "buckets": [{"ge_ns": 5, "le_ns": 5, "calls": 1}]`), `function "f": calls and the sum`},
		{"no such bucket", function(`"calls": 1, "buckets": [{"ge_ns": 33, "le_ns": 33, "calls": 1}]`), "begin at 33 ns"},
		{"wrong width", function(`"calls": 1, "buckets": [{"ge_ns": 32, "le_ns": 32, "calls": 1}]`), "begin at 32 ns"},
		{"negative bucket", function(`"calls": 1, "buckets": [{"ge_ns": -1, "le_ns": 1, "calls": 1}]`), "begin at -1 ns"},
		{"bucket twice", function(`"calls": 2, "buckets": [{"ge_ns": 5, "le_ns": 5, "calls": 1}, {"ge_ns": 5, "le_ns": 5, "calls": 1}]`), "begin at 5 ns"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			stats, err := ReadJSON(strings.NewReader(tt.in))
			if err == nil || !strings.Contains(err.Error(), tt.want) || stats != nil {
				t.Errorf("ReadJSON = %v, %v, want an error with %q", stats, err, tt.want)
			}
		})
	}
}

func TestWriteText(t *testing.T) {
	stats := append(testStats(), statsOf(time.Minute))
	stats[2].Name = "slow"
	var out strings.Builder
	if err := writeTable(&out, stats); err != nil {
		t.Fatal(err)
	}
	want := `  calls  errors  panics  running  total   mean    min    p50    p90    p99  p99.9    max  function
      1       0       0        0  60.0s  60.0s  60.0s  60.0s  60.0s  60.0s  60.0s  60.0s  slow
      3       1       1        2  1.00s  333ms    5ns   17ns  1.00s  1.00s  1.00s  1.00s  example.com/store.getUser
      0       0       0        0      -      -      -      -      -      -      -      -  never called
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("table (-want +got):\n%s", diff)
	}
}

func TestHumanDurations(t *testing.T) {
	tests := []struct {
		d    time.Duration
		want string
	}{
		{0, "0ns"},
		{999, "999ns"},
		{1000, "1.00µs"},
		{1234, "1.23µs"},
		{9_994, "9.99µs"},
		{9_995, "10.0µs"},
		{99_949, "99.9µs"},
		{99_950, "100µs"},
		{999_499, "999µs"},
		{999_500, "1.00ms"},
		{999_499_999, "999ms"},
		{999_500_000, "1.00s"},
		{99*time.Second + 900*time.Millisecond, "99.9s"},
		{99*time.Second + 960*time.Millisecond, "1m40s"},
		{100 * time.Second, "1m40s"},
		{2*time.Hour + 3*time.Second + 400*time.Millisecond, "2h0m3s"},
	}
	for _, tt := range tests {
		if got := human(tt.d); got != tt.want {
			t.Errorf("human(%d) = %q, want %q", tt.d, got, tt.want)
		}
	}
}

type brokenWriter struct{}

var errBroken = errors.New("broken")

func (brokenWriter) Write([]byte) (int, error) { return 0, errBroken }

func TestWriterErrorsAreReturned(t *testing.T) {
	New(t.Name())
	if err := WriteText(brokenWriter{}); !errors.Is(err, errBroken) {
		t.Errorf("WriteText: %v, want the writer's error", err)
	}
	if err := WriteJSON(brokenWriter{}); !errors.Is(err, errBroken) {
		t.Errorf("WriteJSON: %v, want the writer's error", err)
	}
}

func TestReportRoundTrip(t *testing.T) {
	user := testStats()[0]
	user.Calls, user.Sample, user.SlowThreshold, user.SlowCalls = 30, 0.1, time.Second, 5
	user.Slow = []SlowCall{
		{Start: testTime, Duration: time.Second, Error: "no", Args: []Arg{{Name: "id", Value: "7"}, {Name: "token", Redacted: true}}},
		{Start: testTime, Duration: time.Minute, Panicked: true},
	}
	want := Report{
		Time: testTime, Enabled: true, Functions: []FuncStats{user},
		Tree: []Node{{
			Name: "a", Calls: 2, Recursive: 1, Timed: 2, Total: 5, Self: 1,
			Children: []Node{{Name: "b", Calls: 30, Timed: 3, Total: 4, Self: 4, Overlap: 1}},
		}},
	}
	var out strings.Builder
	if err := want.WriteJSON(&out); err != nil {
		t.Fatal(err)
	}
	got, err := ReadReport(strings.NewReader(out.String()))
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(FuncStats{}, bucket{})); err != nil || diff != "" {
		t.Errorf("%v; read is not what was written (-want +got):\n%s", err, diff)
	}
	var text strings.Builder
	if err := got.WriteText(&text); err != nil || !strings.Contains(text.String(), "~10.0s") {
		t.Errorf("%v; the table has no estimate of a sampled function's total:\n%s", err, text.String())
	}
}

// TestJSONWithoutTimed reads what was written before there were samples.
func TestJSONWithoutTimed(t *testing.T) {
	old := strings.NewReplacer("      \"timed\": 3,\n", "", ",\n  \"tree\": null", "").Replace(wantJSON)
	stats, err := ReadJSON(strings.NewReader(old))
	if err != nil || stats[0].Timed != 3 || stats[0].Sample != 1 {
		t.Errorf("%v; read %d timed calls, want all 3", err, stats[0].Timed)
	}
}
