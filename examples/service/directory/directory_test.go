package directory_test

import (
	"context"
	"errors"
	"maps"
	"slices"
	"testing"

	"github.com/bunsui/bunsui-go/examples/service/directory"
	"github.com/bunsui/bunsui-go/examples/service/store"
)

// memory is a store for these tests alone. It was here before there was a cache, and
// knows nothing of it.
type memory struct {
	users map[int64]store.User
}

func (m *memory) GetUser(_ context.Context, id int64) (store.User, error) {
	u, ok := m.users[id]
	if !ok {
		return u, store.ErrNotFound
	}
	return u, nil
}

func (m *memory) ListByTeam(_ context.Context, team string) ([]store.User, error) {
	var members []store.User
	for _, id := range slices.Sorted(maps.Keys(m.users)) {
		if u := m.users[id]; u.Team == team {
			members = append(members, u)
		}
	}
	return members, nil
}

func (m *memory) CreateUser(_ context.Context, name, team string) (store.User, error) {
	u := store.User{ID: int64(len(m.users) + 1), Name: name, Team: team}
	m.users[u.ID] = u
	return u, nil
}

func (m *memory) RenameUser(ctx context.Context, id int64, name string) (store.User, error) {
	u, err := m.GetUser(ctx, id)
	if u.Name = name; err == nil {
		m.users[id] = u
	}
	return u, err
}

func (m *memory) MoveUser(ctx context.Context, id int64, team string) (u store.User, from string, err error) {
	u, err = m.GetUser(ctx, id)
	if from, u.Team = u.Team, team; err == nil {
		m.users[id] = u
	}
	return u, from, err
}

func (m *memory) Atomically(ctx context.Context, f func(ctx context.Context) error) error {
	before := maps.Clone(m.users)
	err := f(ctx)
	if err != nil {
		m.users = before
	}
	return err
}

// newDirectory returns a directory with a team of some members, whose ids begin at 1.
func newDirectory(t *testing.T, team string, members int) *directory.Directory {
	t.Helper()
	d := directory.New(&memory{users: make(map[int64]store.User)})
	for range members {
		if _, err := d.Hire(t.Context(), "Ada", team); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

func wantSize(t *testing.T, d *directory.Directory, team string, members int) {
	t.Helper()
	if got, err := d.Team(t.Context(), team); len(got) != members || err != nil {
		t.Errorf("%s: %v, %v, want %d members", team, got, err, members)
	}
}

func TestHire(t *testing.T) {
	d := newDirectory(t, "red", directory.TeamSize)
	if u, err := d.Hire(t.Context(), "Bob", "red"); !errors.Is(err, directory.ErrTeamFull) {
		t.Errorf("Hire: %v, %v, want ErrTeamFull", u, err)
	}
	wantSize(t, d, "red", directory.TeamSize)
}

func TestTransfer(t *testing.T) {
	for _, test := range []struct {
		name string
		to   string
		ids  []int64
		err  error
		left int
	}{
		{name: "two", to: "blue", ids: []int64{1, 2}, left: directory.TeamSize - 2},
		{name: "nobody", to: "blue", left: directory.TeamSize},
		{name: "one who does not exist", to: "blue", ids: []int64{1, 99}, err: store.ErrNotFound, left: directory.TeamSize},
		{name: "too many", to: "green", ids: []int64{1, 2}, err: directory.ErrTeamFull, left: directory.TeamSize},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := newDirectory(t, "red", directory.TeamSize)
			for range directory.TeamSize - 1 {
				if _, err := d.Hire(t.Context(), "Bob", "green"); err != nil {
					t.Fatal(err)
				}
			}
			if err := d.Transfer(t.Context(), test.to, test.ids...); !errors.Is(err, test.err) {
				t.Errorf("Transfer: %v, want %v", err, test.err)
			}
			wantSize(t, d, "red", test.left)
		})
	}
}

func TestRename(t *testing.T) {
	d := newDirectory(t, "red", 1)
	if u, err := d.Rename(t.Context(), 1, "Augusta"); u.Name != "Augusta" || err != nil {
		t.Errorf("Rename: %v, %v", u, err)
	}
	if u, err := d.User(t.Context(), 1); u.Name != "Augusta" || err != nil {
		t.Errorf("User: %v, %v, want the new name", u, err)
	}
	if _, err := d.Rename(t.Context(), 2, "Bob"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("Rename of nobody: %v, want ErrNotFound", err)
	}
}
