package main

import (
	"context"
	"errors"
)

// A scene is something that a crowd of n clients does to a server.
type scene struct {
	title string
	play  func(ctx context.Context, r *Reports, c *Crowd, n int) error
	// more requests than n come, and leavers go, before the database answers.
	more, leavers int
}

var scenes = []scene{
	{title: "all clients ask at once", play: askAtOnce},
	{title: "the client that began the load hangs up", play: firstHangsUp, leavers: 1},
	{title: "all clients hang up, then one asks again", play: allHangUp, more: 1},
}

// Figures tell what became of a scene.
type Figures struct {
	// Requests, Loads and Cancelled are the server's: how often it was asked, how
	// often it went to the database, and how often it gave that up.
	Requests, Loads, Cancelled int64
	// Answered and HungUp are the clients'.
	Answered, HungUp int
}

// run plays a scene with n clients, on a server of its own.
func (s scene) run(ctx context.Context, n int) (f Figures, err error) {
	reports := &Reports{crowd: int64(n + s.more), leavers: int64(s.leavers)}
	url, stop, err := serve(reports)
	if err != nil {
		return Figures{}, err
	}
	defer func() { err = errors.Join(err, stop()) }()

	crowd := newCrowd(url)
	if err := s.play(ctx, reports, crowd, n); err != nil {
		return Figures{}, err
	}
	return Figures{
		Requests: reports.requests.Load(), Loads: reports.loads.Load(), Cancelled: reports.cancelled.Load(),
		Answered: crowd.answered, HungUp: crowd.hungUp,
	}, nil
}

func askAtOnce(ctx context.Context, _ *Reports, c *Crowd, n int) error {
	c.send(ctx, n)
	return c.wait()
}

func firstHangsUp(ctx context.Context, r *Reports, c *Crowd, n int) error {
	first, hangUp := context.WithCancel(ctx)
	defer hangUp()
	c.send(first, 1)
	if err := until(ctx, func() bool { return r.loads.Load() == 1 }); err != nil {
		return err
	}
	c.send(ctx, n-1)
	if err := until(ctx, func() bool { return r.requests.Load() == int64(n) }); err != nil {
		return err
	}
	hangUp()
	return c.wait()
}

func allHangUp(ctx context.Context, r *Reports, c *Crowd, n int) error {
	all, hangUp := context.WithCancel(ctx)
	defer hangUp()
	c.send(all, n)
	if err := until(ctx, func() bool { return r.requests.Load() == int64(n) }); err != nil {
		return err
	}
	hangUp()
	if err := c.wait(); err != nil {
		return err
	}
	// The server learns of it a moment later.
	if err := until(ctx, func() bool { return r.cancelled.Load() > 0 }); err != nil {
		return err
	}
	c.send(ctx, 1)
	return c.wait()
}
