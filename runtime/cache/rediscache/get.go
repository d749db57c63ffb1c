package rediscache

import (
	"context"
	"errors"
	"math/rand/v2"
	"strconv"

	"github.com/redis/go-redis/v9"

	"github.com/bunsui/bunsui-go/runtime/cache/store"
)

type gotten struct {
	values   [][]byte
	versions []uint64
}

// Get returns values and versions: see store.Store. Concurrent calls for one key each,
// without tags, may be sent to a single server in one command.
func (s *Store) Get(ctx context.Context, keys, tags []string) (values [][]byte, versions []uint64, err error) {
	g, err := call[gotten]{store: s, name: "get", run: func(ctx context.Context) (gotten, error) {
		return s.get(ctx, keys, tags)
	}}.do(ctx)
	return g.values, g.versions, err
}

func (s *Store) get(ctx context.Context, keys, tags []string) (g gotten, err error) {
	if len(keys) == 1 && len(tags) == 0 {
		value, err := s.readOne(ctx, s.value(keys[0]))
		return gotten{values: [][]byte{value}}, err
	}
	names := make([]string, 0, len(keys)+len(tags))
	for _, key := range keys {
		names = append(names, s.value(key))
	}
	for _, tag := range tags {
		names = append(names, s.tag(tag))
	}
	all, err := s.read(ctx, names)
	if err != nil {
		return g, err
	}
	g.values = all[:len(keys):len(keys)]
	if len(tags) > 0 {
		g.versions, err = s.versions(ctx, names[len(keys):], all[len(keys):])
	}
	return g, err
}

// read returns the values of keys, nil for those that have none, in one round trip.
func (s *Store) read(ctx context.Context, names []string) ([][]byte, error) {
	switch {
	case len(names) == 0:
		return nil, nil
	case len(names) == 1:
		value, err := s.getOne(ctx, names[0])
		return [][]byte{value}, err
	case s.cluster:
		return s.readEach(ctx, names)
	}
	return s.readAll(ctx, names)
}

// readAll reads keys that are on one server.
func (s *Store) readAll(ctx context.Context, names []string) ([][]byte, error) {
	answer, err := s.client.MGet(ctx, names...).Result()
	if err != nil {
		return nil, err
	}
	values := make([][]byte, len(names))
	for i := range answer {
		if text, ok := answer[i].(string); ok {
			values[i] = append([]byte{}, text...)
		}
	}
	return values, nil
}

// readEach reads keys that are on different servers.
func (s *Store) readEach(ctx context.Context, names []string) ([][]byte, error) {
	pipe := s.client.Pipeline()
	cmds := make([]*redis.StringCmd, len(names))
	for i, name := range names {
		cmds[i] = pipe.Get(ctx, name)
	}
	_, _ = pipe.Exec(ctx) // each command has its own error
	values := make([][]byte, len(names))
	for i, cmd := range cmds {
		var err error
		if values[i], err = bytesOf(cmd); err != nil {
			return nil, err
		}
	}
	return values, nil
}

// bytesOf returns the value that a command has read, nil if there was none.
func bytesOf(cmd *redis.StringCmd) ([]byte, error) {
	value, err := cmd.Bytes()
	if errors.Is(err, redis.Nil) {
		return nil, nil
	}
	if err == nil && value == nil {
		value = []byte{}
	}
	return value, err
}

// versions returns the versions of tags as they were read, and makes those that are
// missing.
func (s *Store) versions(ctx context.Context, names []string, read [][]byte) ([]uint64, error) {
	versions := make([]uint64, len(names))
	var missing []int
	for i := range names {
		if versions[i] = parse(string(read[i])); versions[i] == 0 {
			missing = append(missing, i)
		}
	}
	if len(missing) == 0 {
		return versions, nil
	}
	pipe := s.client.Pipeline()
	cmds := make([]*redis.StringCmd, len(missing))
	for i, at := range missing {
		pipe.SetNX(ctx, names[at], strconv.FormatUint(unique(), 10), store.MaxTTL)
		cmds[i] = pipe.Get(ctx, names[at])
	}
	_, _ = pipe.Exec(ctx) // each command has its own error, and SET may well fail
	for i, at := range missing {
		value, err := bytesOf(cmds[i])
		if err != nil {
			return nil, err
		}
		if versions[at] = parse(string(value)); versions[at] == 0 {
			// Bumped meanwhile, or there is no memory left: nobody will have this one
			// again, so that what is written with it is never used.
			versions[at] = unique()
		}
	}
	return versions, nil
}

// parse returns the version that a text says, 0 if it is none.
func parse(text string) uint64 {
	v, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		return 0
	}
	return v
}

// unique returns a version that no tag had. It is random, because a counter that was
// evicted would begin again.
func unique() uint64 { return rand.Uint64() | 1 }
