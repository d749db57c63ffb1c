package cache

import (
	"context"
	"errors"
	"fmt"

	"github.com/bunsui/bunsui-go/runtime/internal/flight"
)

// Close ends the use of the manager's caches. It drops their entries, cancels
// the contexts of the loads that run in goroutines of their own or have a
// timeout, and waits for all loads to return, those in the background among them, and
// for whatever watches the store or a file of switches. If ctx ends first, it returns an
// error that wraps that of ctx, and the loads go on. Afterwards the caches work
// without keeping anything: each call of Load calls its function directly.
//
// Close must not be called by a cached function. It may be called again, to
// wait again.
func (m *Manager) Close(ctx context.Context) error {
	if m.scope != "" {
		return m.closeScope(ctx)
	}
	m.closed.Store(true)
	var loads []*flight.Group
	for _, e := range m.Caches() {
		loads = append(loads, e.close()...)
	}
	m.mu.Lock()
	then := m.onClose
	m.onClose = nil
	m.mu.Unlock()
	for _, f := range then {
		f()
	}
	err := errors.Join(m.wait(ctx, loads), m.waitBackground(ctx))
	if l := m.link.Load(); l != nil {
		err = errors.Join(err, l.Close(ctx))
	}
	return err
}

// closeScope closes the caches of a scope, and forgets their names.
func (m *Manager) closeScope(ctx context.Context) error {
	var loads []*flight.Group
	for _, e := range m.Caches() {
		loads = append(loads, e.close()...)
		m.root.mu.Lock()
		if m.root.entries[e.name] == e {
			delete(m.root.entries, e.name)
			m.root.naming.Add(1)
		}
		m.root.mu.Unlock()
	}
	m.unregisterAll()
	return m.root.wait(ctx, loads)
}

func (m *Manager) wait(ctx context.Context, loads []*flight.Group) error {
	for _, l := range loads {
		err := l.Wait(ctx)
		if err == nil {
			continue
		}
		left := 0
		for _, l := range loads {
			left += l.Running()
		}
		m.log().Warn("cache manager closed before its loads had ended", "loads", left)
		return fmt.Errorf("cache: close: %d loads still run: %w", left, err)
	}
	return nil
}

// waitBackground waits for what goes on in the background. All calls of Close do: what
// they wait for stays noted.
func (m *Manager) waitBackground(ctx context.Context) error {
	m.mu.Lock()
	ends := m.ends
	m.mu.Unlock()
	for _, end := range ends {
		select {
		case <-end:
			continue
		default:
		}
		select {
		case <-end:
		case <-ctx.Done():
			return fmt.Errorf("cache: close: the file of switches is still being looked at: %w", flight.Why(ctx))
		}
	}
	return nil
}

// close closes the caches of one name, and returns what they are still doing.
func (e *Entry) close() []*flight.Group {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.closed = true
	var loads []*flight.Group
	for _, c := range e.tally.members() {
		c.close()
		if s := c.state.Load(); s != nil {
			loads = append(loads, &s.flights)
		}
	}
	return loads
}

// atClose arranges for f, which must be quick, to be called by Close, and for Close to
// wait for each of ends to be closed. It returns false if it is too late for that.
func (m *Manager) atClose(f func(), ends ...<-chan struct{}) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed.Load() {
		return false
	}
	m.onClose = append(m.onClose, f)
	m.ends = append(m.ends, ends...)
	return true
}
