package store_test

import (
	"context"
	"errors"
	"net/url"
	"reflect"
	"testing"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"

	"github.com/bunsui/bunsui-go/examples/service/store"
	"github.com/bunsui/bunsui-go/internal/pgtest"
	"github.com/bunsui/bunsui-go/runtime/cache/cachetest"
)

// TestUsers says what Users promises. The tests were there before the cache, and hold
// with it as they are.
func TestUsers(t *testing.T) {
	server := pgtest.Start(t)
	for _, test := range []struct {
		name string
		run  func(t *testing.T, users store.Users)
	}{
		{"missing", testMissing},
		{"rename", testRename},
		{"move", testMove},
		{"list", testList},
		{"commit", testCommit},
		{"rollback", testRollback},
		{"savepoint", testSavepoint},
		{"collision", testCollision},
	} {
		t.Run("postgres/"+test.name, func(t *testing.T) {
			t.Parallel()
			test.run(t, open(t, server, "plain_"+test.name))
		})
		t.Run("cached/"+test.name, func(t *testing.T) {
			t.Parallel()
			test.run(t, store.NewCachedUsers(cachetest.New(t), open(t, server, "cached_"+test.name)))
		})
	}
}

func testMissing(t *testing.T, users store.Users) {
	for range 2 {
		if u, err := users.GetUser(t.Context(), 1); !errors.Is(err, store.ErrNotFound) {
			t.Fatalf("GetUser: %v, %v, want ErrNotFound", u, err)
		}
	}
	if u, err := users.RenameUser(t.Context(), 1, "Ada"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("RenameUser: %v, %v, want ErrNotFound", u, err)
	}
	if u, _, err := users.MoveUser(t.Context(), 1, "red"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("MoveUser: %v, %v, want ErrNotFound", u, err)
	}
	// The first user gets the id that was missing until now.
	want(t, users, create(t, users, "Ada", "red"))
}

func testRename(t *testing.T, users store.Users) {
	ada := create(t, users, "Ada", "red")
	want(t, users, ada)
	wantTeam(t, users, "red", ada)
	renamed, err := users.RenameUser(t.Context(), ada.ID, "Augusta")
	if ada.Name = "Augusta"; renamed != ada || err != nil {
		t.Fatalf("RenameUser: %v, %v, want %v", renamed, err, ada)
	}
	want(t, users, ada)
	wantTeam(t, users, "red", ada)
}

func testMove(t *testing.T, users store.Users) {
	ada, bob := create(t, users, "Ada", "red"), create(t, users, "Bob", "red")
	want(t, users, bob)
	wantTeam(t, users, "red", ada, bob)
	wantTeam(t, users, "blue")
	moved, from, err := users.MoveUser(t.Context(), bob.ID, "blue")
	if bob.Team = "blue"; moved != bob || from != "red" || err != nil {
		t.Fatalf("MoveUser: %v, %q, %v, want %v from red", moved, from, err, bob)
	}
	want(t, users, bob)
	wantTeam(t, users, "red", ada)
	wantTeam(t, users, "blue", bob)
}

func testList(t *testing.T, users store.Users) {
	ada, bob := create(t, users, "Ada", "red"), create(t, users, "Bob", "red")
	for range 2 {
		team, err := users.ListByTeam(t.Context(), "red")
		if err != nil {
			t.Fatal(err)
		}
		clear(team) // which is the caller's own
	}
	wantTeam(t, users, "red", ada, bob)
}

func testCommit(t *testing.T, users store.Users) {
	ada := create(t, users, "Ada", "red")
	renamed := ada
	renamed.Name = "Augusta"
	err := users.Atomically(t.Context(), func(ctx context.Context) error {
		if _, err := users.RenameUser(ctx, ada.ID, renamed.Name); err != nil {
			return err
		}
		within, err := users.GetUser(ctx, ada.ID)
		if within != renamed {
			t.Errorf("the transaction sees %v, want what it has written", within)
		}
		// Nobody else does, and what they load meanwhile is not kept for afterwards.
		want(t, users, ada)
		wantTeam(t, users, "red", ada)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	want(t, users, renamed)
	wantTeam(t, users, "red", renamed)
}

var errGivenUp = errors.New("given up")

func testRollback(t *testing.T, users store.Users) {
	ada := create(t, users, "Ada", "red")
	err := users.Atomically(t.Context(), func(ctx context.Context) error {
		if _, err := users.RenameUser(ctx, ada.ID, "Augusta"); err != nil {
			return err
		}
		if _, err := users.CreateUser(ctx, "Bob", "red"); err != nil {
			return err
		}
		if team, err := users.ListByTeam(ctx, "red"); len(team) != 2 {
			t.Errorf("the transaction sees %v, %v, want both users", team, err)
		}
		return errGivenUp
	})
	if !errors.Is(err, errGivenUp) {
		t.Errorf("Atomically: %v, want the error of the function", err)
	}
	want(t, users, ada)
	wantTeam(t, users, "red", ada)
}

func testSavepoint(t *testing.T, users store.Users) {
	ada, bob := create(t, users, "Ada", "red"), create(t, users, "Bob", "red")
	wantTeam(t, users, "red", ada, bob)
	err := users.Atomically(t.Context(), func(ctx context.Context) error {
		_, _, err := users.MoveUser(ctx, bob.ID, "blue")
		given := users.Atomically(ctx, func(ctx context.Context) error {
			_, err := users.RenameUser(ctx, ada.ID, "Augusta")
			return errors.Join(err, errGivenUp)
		})
		if !errors.Is(given, errGivenUp) {
			t.Errorf("Atomically within another: %v, want the error of the function", given)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	bob.Team = "blue"
	wantTeam(t, users, "red", ada)
	wantTeam(t, users, "blue", bob)
}

// testCollision lets more transactions at once look for a free place than there are.
func testCollision(t *testing.T, users store.Users) {
	const places = 2
	var group errgroup.Group
	for range places + 2 {
		group.Go(func() error {
			return users.Atomically(t.Context(), func(ctx context.Context) error {
				team, err := users.ListByTeam(ctx, "red")
				if err == nil && len(team) < places {
					_, err = users.CreateUser(ctx, "Ada", "red")
				}
				return err
			})
		})
	}
	if err := group.Wait(); err != nil {
		t.Error(err)
	}
	if team, err := users.ListByTeam(t.Context(), "red"); len(team) != places {
		t.Errorf("team: %v, %v, want that %d places are taken", team, err, places)
	}
}

// open returns the users of a new database.
func open(t *testing.T, server *pgtest.Server, name string) *store.Postgres {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), server.URL())
	if err != nil {
		t.Fatal(err)
	}
	_, err = conn.Exec(t.Context(), "create database "+name)
	if err = errors.Join(err, conn.Close(t.Context())); err != nil {
		t.Fatal(err)
	}
	database, err := url.Parse(server.URL())
	if err != nil {
		t.Fatal(err)
	}
	database.Path = "/" + name
	users, err := store.Open(t.Context(), database.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(users.Close)
	return users
}

func create(t *testing.T, users store.Users, name, team string) store.User {
	t.Helper()
	u, err := users.CreateUser(t.Context(), name, team)
	if err != nil || u.Name != name || u.Team != team {
		t.Fatalf("CreateUser: %v, %v, want %s in %s", u, err, name, team)
	}
	return u
}

func want(t *testing.T, users store.Users, u store.User) {
	t.Helper()
	if got, err := users.GetUser(t.Context(), u.ID); got != u || err != nil {
		t.Errorf("GetUser: %v, %v, want %v", got, err, u)
	}
}

func wantTeam(t *testing.T, users store.Users, team string, members ...store.User) {
	t.Helper()
	got, err := users.ListByTeam(t.Context(), team)
	if err != nil || len(got) != len(members) || len(got) > 0 && !reflect.DeepEqual(got, members) {
		t.Errorf("ListByTeam of %s: %v, %v, want %v", team, got, err, members)
	}
}
