// Package store keeps users in PostgreSQL, and behind caches. It knows nothing about
// what the program does with them.
//
//bunsui:defaults cached ttl=5m shared
package store

import (
	"context"
	"errors"
)

// ErrNotFound is wrapped by errors about a user that does not exist.
var ErrNotFound = errors.New("no such user")

// User is a row of the table of users. It holds no pointers, so that the copy which
// a caller gets from a cache is the caller's own.
type User struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
	Team string `json:"team"`
}

// Users is all that the program asks of its database. Postgres does it, and
// CachedUsers, which is generated, does it around any other that does. Both are safe
// for concurrent use.
//
//bunsui:decorate as=CachedUsers
type Users interface {
	// GetUser returns one user. That there is none is worth remembering too, but not
	// for long: other programs add users without telling this one. The profile stands
	// below the cache, so it has the calls that reached the database.
	//
	//bunsui:cached missing=ErrNotFound missing_ttl=10s
	//bunsui:profile
	GetUser(ctx context.Context, id int64) (User, error)

	// ListByTeam returns the users of a team, in the order of their ids. With copy,
	// each caller may do with the slice as it likes.
	//
	//bunsui:cached copy
	//bunsui:profile
	ListByTeam(ctx context.Context, team string) ([]User, error)

	// CreateUser adds a user. The user is kept at once, which is good where nobody
	// else can have made a change in between, as with one that is new.
	//
	//bunsui:put GetUser(id=u.ID)
	//bunsui:invalidate ListByTeam(team=team)
	CreateUser(ctx context.Context, name, team string) (u User, err error)

	// RenameUser gives a user another name. The user is not kept but removed: of two
	// calls at once, the one whose change comes first may be the last to return.
	//
	//bunsui:invalidate GetUser(id=id) ListByTeam(team=u.Team)
	RenameUser(ctx context.Context, id int64, name string) (u User, err error)

	// MoveUser puts a user into another team, and returns the team of before as well:
	// its list has changed, too.
	//
	//bunsui:invalidate GetUser(id=id) ListByTeam(team=from) ListByTeam(team=u.Team)
	MoveUser(ctx context.Context, id int64, team string) (u User, from string, err error)

	// Atomically runs f in a transaction: either all that f does with its context is
	// done, or nothing. Calls of f reach the database and see what f has changed,
	// others do not until the end, and caches hear of changes after the commit, or
	// never. If f collides with another transaction, it is called again.
	//
	// It has no directive, and so CachedUsers passes it on as it is.
	Atomically(ctx context.Context, f func(ctx context.Context) error) error
}
