package main

import (
	"context"
	"strings"
	"testing"
	"time"
)

// crowd is how many clients there are in each test.
const crowd = 1000

func TestScenes(t *testing.T) {
	want := map[string]Figures{
		// One load serves everybody.
		"all clients ask at once": {Requests: crowd, Loads: 1, Answered: crowd},
		// Its context was that of the load's first caller: nobody else notices.
		"the client that began the load hangs up": {Requests: crowd, Loads: 1, Answered: crowd - 1, HungUp: 1},
		// Nobody is left who wants the result, and a later caller begins anew.
		"all clients hang up, then one asks again": {Requests: crowd + 1, Loads: 2, Cancelled: 1, Answered: 1, HungUp: crowd},
	}
	if len(scenes) != len(want) {
		t.Fatalf("%d scenes, %d of them tested", len(scenes), len(want))
	}
	for _, s := range scenes {
		t.Run(s.title, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			got, err := s.run(ctx, crowd)
			if err != nil {
				t.Fatal(err)
			}
			if got != want[s.title] {
				t.Errorf("got  %+v\nwant %+v", got, want[s.title])
			}
		})
	}
}

func TestRun(t *testing.T) {
	var out strings.Builder
	if err := run(t.Context(), &out, 10); err != nil {
		t.Fatal(err)
	}
	for _, s := range scenes {
		if !strings.Contains(out.String(), s.title) {
			t.Errorf("no line about %q in\n%s", s.title, &out)
		}
	}
}
