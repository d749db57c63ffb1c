// Package users is a part of a small module.
package users

import (
	"context"
	"time"
)

// User is one user.
type User struct {
	ID      int64
	Name    string
	Created time.Time
}

//bunsui:cached ttl=60
func getUser(_ context.Context, id int64) (*User, error) { return &User{ID: id}, nil }

//bunsui:cached ttl=5m max_entries=1000
//bunsui:profile
func findByName(_ context.Context, tenant int64, name string) ([]User, error) {
	return []User{{ID: tenant, Name: name}}, nil
}

//bunsui:cached ttl=1h
func countUsers() (int, error) { return 1, nil }

//bunsui:profile
func rename(_ context.Context, u User, name string) error { _, _ = u, name; return nil }
