package rivals

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"

	"github.com/jackc/puddle/v2"

	"github.com/bunsui/bunsui-go/bench/sample"
)

// OtherPools are puddle, a channel, and that of database/sql.
func OtherPools(size int, construct Construct) []ResourcePool {
	return []ResourcePool{withPuddle(size, construct), onChannel(size, construct), withSQL(size, construct)}
}

// LazyPool is one that constructs a handle when it is asked for one.
func LazyPool(name string, size int, construct Construct) ResourcePool {
	switch name {
	case OurPool:
		return OurPools(size, construct)[0]
	case Puddle:
		return withPuddle(size, construct)
	case SQLPool:
		return withSQL(size, construct)
	}
	panic("rivals: no pool constructs in time that is called " + name)
}

// withPuddle is what pgxpool stands on. It knows no ages and does not ping; a time and
// counts of each wait are noted.
func withPuddle(size int, construct Construct) ResourcePool {
	p, err := puddle.NewPool(&puddle.Config[*sample.Handle]{
		Constructor: func(context.Context) (*sample.Handle, error) { return construct(), nil },
		Destructor:  func(*sample.Handle) {},
		MaxSize:     int32(size),
	})
	must(err)
	return ResourcePool{
		Name: Puddle, Close: p.Close,
		Loop: func(ctx context.Context, n int) {
			for range n {
				r, err := p.Acquire(ctx)
				must(err)
				r.Value().Uses++
				r.Release()
			}
		},
		Use: func(ctx context.Context, hold func()) {
			r, err := p.Acquire(ctx)
			must(err)
			hold()
			r.Release()
		},
		Acquire: func(ctx context.Context) (func(), error) {
			r, err := p.Acquire(ctx)
			if err != nil {
				return nil, err
			}
			return r.Release, nil
		},
	}
}

// onChannel is what one writes by hand: all is made ahead, and nothing is ever replaced.
func onChannel(size int, construct Construct) ResourcePool {
	free := make(chan *sample.Handle, size)
	for range size {
		free <- construct()
	}
	take := func(ctx context.Context) *sample.Handle {
		select {
		case h := <-free:
			return h
		case <-ctx.Done():
			panic(ctx.Err())
		}
	}
	return ResourcePool{
		Name: Channel, Close: func() {},
		Loop: func(ctx context.Context, n int) {
			for range n {
				h := take(ctx)
				h.Uses++
				free <- h
			}
		},
		Use: func(ctx context.Context, hold func()) {
			h := take(ctx)
			hold()
			free <- h
		},
	}
}

// withSQL is the pool of database/sql, with a driver that does nothing. It has ages.
func withSQL(size int, construct Construct) ResourcePool {
	db := sql.OpenDB(connector{construct})
	db.SetMaxOpenConns(size)
	db.SetMaxIdleConns(size)
	acquire := func(ctx context.Context) *sql.Conn {
		c, err := db.Conn(ctx)
		must(err)
		return c
	}
	return ResourcePool{
		Name: SQLPool, Close: func() { _ = db.Close() },
		Loop: func(ctx context.Context, n int) {
			for range n {
				must(acquire(ctx).Close())
			}
		},
		Use: func(ctx context.Context, hold func()) {
			c := acquire(ctx)
			hold()
			must(c.Close())
		},
		Acquire: func(ctx context.Context) (func(), error) {
			c, err := db.Conn(ctx)
			return func() { _ = c.Close() }, err
		},
	}
}

// A connector makes connections that do nothing.
type connector struct{ construct Construct }

func (c connector) Connect(context.Context) (driver.Conn, error) {
	return connection{c.construct()}, nil
}

func (c connector) Driver() driver.Driver { return nil }

type connection struct{ *sample.Handle }

var errNoStatements = errors.New("this connection does nothing")

func (connection) Prepare(string) (driver.Stmt, error) { return nil, errNoStatements }
func (connection) Begin() (driver.Tx, error)           { return nil, errNoStatements }
func (connection) Close() error                        { return nil }
