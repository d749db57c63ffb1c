// Package users reads users from files, one for each, and keeps what it has read
// in memory and in a store that several processes share.
package users

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"time"
)

// ErrNotFound is the error for a user that does not exist.
var ErrNotFound = errors.New("no such user")

// User is what a file holds.
type User struct {
	ID      int64
	Name    string
	Version int
	Changed time.Time
}

// Files is a folder of users. Any number of processes may use it, of which one at a
// time changes a user.
type Files struct {
	dir   string
	slow  time.Duration
	reads atomic.Int64
}

// Open returns the users in a folder, which it makes if there is none. It takes slow
// to read one of them, as it may from a database.
func Open(dir string, slow time.Duration) (*Files, error) {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, err
	}
	return &Files{dir: dir, slow: slow}, nil
}

// Reads returns how often Get has read a file in this process.
func (f *Files) Reads() int64 { return f.reads.Load() }

// get returns one user. That there is none is remembered as well, for a minute. What a
// file held before is good enough for ten minutes more if it cannot be read; otherwise
// even a process that is cut off from the others gives out nothing that is older than
// two seconds.
//
//bunsui:cached ttl=1h shared receiver=ignore memory_ttl=2s stale=10m missing=ErrNotFound missing_ttl=1m copy
func (f *Files) get(ctx context.Context, id int64) (*User, error) {
	f.reads.Add(1)
	select {
	case <-time.After(f.slow):
		return f.read(id)
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// rename changes the name of a user, who is new if there is none with that id. Once it
// has returned, this process gives out nothing older, nor do others that hear of it,
// which takes them as long as a message takes.
//
//bunsui:invalidate f.Get(id=id)
func (f *Files) rename(_ context.Context, id int64, name string) (*User, error) {
	u, err := f.read(id)
	if errors.Is(err, ErrNotFound) {
		u, err = &User{ID: id}, nil
	}
	if err != nil {
		return nil, err
	}
	u.Name, u.Changed = name, time.Now()
	u.Version++
	return u, f.write(u)
}

func (f *Files) path(id int64) string {
	return filepath.Join(f.dir, strconv.FormatInt(id, 10)+".json")
}

func (f *Files) read(id int64) (*User, error) {
	text, err := os.ReadFile(f.path(id))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("user %d: %w", id, ErrNotFound)
	}
	if err != nil {
		return nil, err
	}
	u := new(User)
	if err := json.Unmarshal(text, u); err != nil {
		return nil, fmt.Errorf("user %d: %w", id, err)
	}
	return u, nil
}

// write replaces a file in one step, so that no reader sees half of it.
func (f *Files) write(u *User) error {
	text, err := json.Marshal(u)
	if err != nil {
		return err
	}
	next, err := os.CreateTemp(f.dir, "next-*")
	if err != nil {
		return err
	}
	defer os.Remove(next.Name()) // it is gone if all went well
	_, err = next.Write(text)
	if err := errors.Join(err, next.Close()); err != nil {
		return err
	}
	return os.Rename(next.Name(), f.path(u.ID))
}
