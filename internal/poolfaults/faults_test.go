package poolfaults

import (
	"strings"
	"testing"
	"time"
)

// TestFaults plays all faults on all servers, shortly. With -v it prints the table.
func TestFaults(t *testing.T) {
	e := Effort{Fault: 800 * time.Millisecond, Calls: 1500}
	for _, s := range Servers() {
		t.Run(s.Name, func(t *testing.T) {
			rows, err := play(t.Context(), t, s, "", e)
			if err != nil {
				t.Error(err)
			}
			for _, r := range rows {
				check(t, r, e)
			}
			var table strings.Builder
			if err := Print(&table, rows); err != nil {
				t.Fatal(err)
			}
			t.Logf("faults last %v in place of 4 s\n%s", e.Fault, &table)
		})
	}
}

func check(t *testing.T, r Row, e Effort) {
	t.Helper()
	if r.Calls < e.Calls || r.Made == 0 {
		t.Errorf("%s: only %d calls, %d connections", r.Fault, r.Calls, r.Made)
	}
	if r.Leaked != 0 || r.Hung != 0 || r.Wrong != 0 {
		t.Errorf("%s: %d connections leaked, %d calls hung, %d were wrong, want none", r.Fault, r.Leaked, r.Hung, r.Wrong)
	}
	if r.Open > Most {
		t.Errorf("%s: %d connections at once, want at most %d", r.Fault, r.Open, Most)
	}
	if r.Fault == "none" && r.Failed > r.Calls/10 { // a busy machine may be late
		t.Errorf("%d of %d calls failed without a fault", r.Failed, r.Calls)
	}
	if r.Failed+r.GaveUp == r.Calls {
		t.Errorf("%s: no call succeeded", r.Fault)
	}
}

// TestPlayFails makes sure that a server which does not start is an error.
func TestPlayFails(t *testing.T) {
	broken := Server{"broken", func(t testing.TB) *server {
		t.Fatal("no server")
		return nil
	}}
	if _, err := Play(t.Context(), broken, "", Effort{}); err == nil || !strings.HasSuffix(err.Error(), "broken: no server") {
		t.Errorf("Play() = %v", err)
	}
}
