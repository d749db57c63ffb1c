// Package kinds is a part of a small module: what other generators make something of.
package kinds

import (
	"context"
	"time"
)

// Kind is for stringer.
type Kind int

// The kinds.
const (
	Small Kind = iota
	Middle
	Large
	Huge
)

// Item is stored.
type Item struct {
	ID   int64
	Name string
	Kind Kind
	At   time.Time
}

// Row is what an item is converted to.
type Row struct {
	ID   int64
	Name string
	Kind Kind
	At   time.Time
}

// Repository is for moq and mockery.
type Repository interface {
	Get(ctx context.Context, id int64) (*Item, error)
	Find(ctx context.Context, name string, limit int) ([]*Item, error)
	Put(ctx context.Context, item *Item) error
	Delete(ctx context.Context, ids ...int64) (int, error)
	Count(ctx context.Context) (int, error)
	Each(ctx context.Context, do func(*Item) error) error
	Since(ctx context.Context, at time.Time) ([]*Item, error)
	Rename(ctx context.Context, id int64, name string) (*Item, error)
	Kinds(ctx context.Context) (map[Kind]int, error)
	Close() error
}

// Converter is for goverter.
//
// goverter:converter
// goverter:enum no
// goverter:skipCopySameType
type Converter interface {
	// goverter:ignoreUnexported
	Convert(source Item) Row
	ConvertAll(source []Item) []Row
}
