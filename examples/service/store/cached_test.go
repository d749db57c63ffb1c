package store_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/bunsui/bunsui-go/examples/service/store"
	"github.com/bunsui/bunsui-go/internal/pgtest"
	"github.com/bunsui/bunsui-go/runtime/cache/cachetest"
	"github.com/bunsui/bunsui-go/runtime/profile"
)

// TestCached has what no other Users can promise: how often the database is asked.
func TestCached(t *testing.T) {
	users := store.NewCachedUsers(cachetest.New(t), open(t, pgtest.Start(t), "users"))
	loads := func(ofUsers, ofTeams uint64) {
		t.Helper()
		cachetest.Loads(t, users.GetUserCache(), ofUsers)
		cachetest.Loads(t, users.ListByTeamCache(), ofTeams)
	}
	ada := create(t, users, "Ada", "red")
	want(t, users, ada)
	wantTeam(t, users, "red", ada)
	wantTeam(t, users, "red", ada)
	loads(0, 1) // the new user was put

	move := func(then error) error {
		return users.Atomically(t.Context(), func(ctx context.Context) error {
			_, _, err := users.MoveUser(ctx, ada.ID, "blue")
			want(t, users, ada)
			wantTeam(t, users, "red", ada)
			return errors.Join(err, then)
		})
	}
	if err := move(errGivenUp); !errors.Is(err, errGivenUp) {
		t.Error(err)
	}
	want(t, users, ada)
	wantTeam(t, users, "red", ada)
	loads(0, 1) // nothing was removed, nor before the end

	if err := move(nil); err != nil {
		t.Error(err)
	}
	ada.Team = "blue"
	loads(0, 1)
	want(t, users, ada)
	wantTeam(t, users, "red")
	wantTeam(t, users, "blue", ada)
	loads(1, 3)
}

// TestProfile shows that below the cache only what it lets through is counted: with
// it, the profile is about the database.
func TestProfile(t *testing.T) {
	users := store.NewCachedUsers(cachetest.New(t), open(t, pgtest.Start(t), "users"))
	before := calls(t)
	for range 3 {
		if _, err := users.GetUser(t.Context(), 1); !errors.Is(err, store.ErrNotFound) {
			t.Error(err)
		}
		wantTeam(t, users, "red")
	}
	for name, n := range calls(t) {
		if n -= before[name]; n != 1 {
			t.Errorf("%s was profiled %d times, want once", name, n)
		}
	}
}

// calls returns how often the methods were called that have a probe.
func calls(t *testing.T) map[string]uint64 {
	t.Helper()
	found := make(map[string]uint64)
	for _, f := range profile.Snapshot() {
		if strings.Contains(f.Name, "store.Users.") {
			found[f.Name] = f.Calls
		}
	}
	if len(found) != 2 {
		t.Fatalf("probes: %v, want those of GetUser and ListByTeam", found)
	}
	return found
}

// TestRegions has users of two databases, with the same ids, on one manager, and the
// same once more in another process. What both processes share goes by the names of
// the scopes.
func TestRegions(t *testing.T) {
	server, content := pgtest.Start(t), cachetest.NewStore()
	eu, us := open(t, server, "eu"), open(t, server, "us")
	here, there := cachetest.New(t), cachetest.New(t)
	here.SetStore(content)
	there.SetStore(content.Join())

	european := store.NewCachedUsers(here.Scope("eu"), eu)
	american := store.NewCachedUsers(here.Scope("us"), us)
	ada, bob := create(t, eu, "Ada", "red"), create(t, us, "Bob", "red")
	if ada.ID != bob.ID {
		t.Fatalf("ids: %d and %d, want the same", ada.ID, bob.ID)
	}
	want(t, european, ada)
	want(t, american, bob)

	elsewhere := store.NewCachedUsers(there.Scope("us"), us)
	want(t, elsewhere, bob)
	if s := elsewhere.GetUserCache().Stats(); s.Loads != 0 || s.StoreHits != 1 {
		t.Errorf("the other process: %d loads and %d hits in the store, want 0 and 1", s.Loads, s.StoreHits)
	}
}

// Without scopes, Ada would be found where Bob was asked for.
func TestRegionsNeedScopes(t *testing.T) {
	m := cachetest.New(t)
	var eu, us store.Postgres // which are not called
	store.NewCachedUsers(m, &eu)
	defer func() {
		if advice := fmt.Sprint(recover()); !strings.Contains(advice, "m.Scope(") {
			t.Errorf("panic: %s, want one that advises scopes", advice)
		}
	}()
	store.NewCachedUsers(m, &us)
}
