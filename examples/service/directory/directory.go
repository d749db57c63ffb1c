// Package directory has the rules about users and teams. It asks a store for what it
// needs, and neither knows nor cares whether there is a cache in between.
package directory

import (
	"context"
	"errors"
	"fmt"

	"github.com/bunsui/bunsui-go/examples/service/store"
)

// TeamSize is how many members a team may have.
const TeamSize = 5

// ErrTeamFull is wrapped by errors about a team that would get too many members.
var ErrTeamFull = errors.New("the team is full")

// Users is what a directory needs of a store. That it is an interface of this
// package's own, and not store.Users, is good for more than tests: where dependencies
// are injected by type, there can be only one store.Users, and that is the one which
// *store.CachedUsers is put around. Here is what decides who gets which.
type Users interface {
	GetUser(ctx context.Context, id int64) (store.User, error)
	ListByTeam(ctx context.Context, team string) ([]store.User, error)
	CreateUser(ctx context.Context, name, team string) (store.User, error)
	RenameUser(ctx context.Context, id int64, name string) (store.User, error)
	MoveUser(ctx context.Context, id int64, team string) (u store.User, from string, err error)
	Atomically(ctx context.Context, f func(ctx context.Context) error) error
}

// Directory answers questions about users and changes them by the rules. It is safe
// for concurrent use.
type Directory struct {
	users Users
}

// New returns the directory of what is in a store.
func New(users Users) *Directory { return &Directory{users: users} }

// User returns a user, or an error that wraps store.ErrNotFound.
func (d *Directory) User(ctx context.Context, id int64) (store.User, error) {
	return d.users.GetUser(ctx, id)
}

// Team returns the members of a team, in the order of their ids.
func (d *Directory) Team(ctx context.Context, team string) ([]store.User, error) {
	return d.users.ListByTeam(ctx, team)
}

// Rename gives a user another name.
func (d *Directory) Rename(ctx context.Context, id int64, name string) (store.User, error) {
	return d.users.RenameUser(ctx, id, name)
}

// Hire adds a user to a team that has room.
func (d *Directory) Hire(ctx context.Context, name, team string) (store.User, error) {
	var hired store.User
	err := d.users.Atomically(ctx, func(ctx context.Context) (err error) {
		if hired, err = d.users.CreateUser(ctx, name, team); err != nil {
			return err
		}
		return d.checkSize(ctx, team)
	})
	if err != nil {
		return store.User{}, err
	}
	return hired, nil
}

// Transfer moves users to a team that has room for all of them, or none.
func (d *Directory) Transfer(ctx context.Context, team string, ids ...int64) error {
	return d.users.Atomically(ctx, func(ctx context.Context) error {
		for _, id := range ids {
			if _, _, err := d.users.MoveUser(ctx, id, team); err != nil {
				return err
			}
		}
		return d.checkSize(ctx, team)
	})
}

// checkSize looks at a team as the transaction of ctx has left it: with such a context
// the list comes from the database, not from a cache.
func (d *Directory) checkSize(ctx context.Context, team string) error {
	members, err := d.users.ListByTeam(ctx, team)
	if err == nil && len(members) > TeamSize {
		err = fmt.Errorf("%s: %w", team, ErrTeamFull)
	}
	return err
}
