package rediscache

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/redis/go-redis/v9"

	"github.com/bunsui/bunsui-go/runtime/cache/store"
)

const (
	// maxTogether is how many keys go into one command or message.
	maxTogether = 500
	// maxRules is how many revocations are kept apart.
	maxRules = 1024
)

// Delete removes values: see store.Store. In a Cluster, several keys take two round
// trips. If some cannot be removed, everybody is told of all of them.
func (s *Store) Delete(ctx context.Context, keys ...string) error {
	names := make([]string, 0, 2*len(keys))
	for _, key := range keys {
		names = append(names, s.value(key), s.lease(key))
	}
	return s.drop(ctx, "delete", removal{names: names, each: 2, kind: changed, about: keys})
}

// Bump gives tags new versions: see store.Store. In a Cluster, several tags take two
// round trips. It removes the old ones; Get makes the new.
func (s *Store) Bump(ctx context.Context, tags ...string) error {
	names := make([]string, 0, len(tags))
	for _, tag := range tags {
		names = append(names, s.tag(tag))
	}
	return s.drop(ctx, "bump", removal{names: names, each: 1, kind: bumped, about: tags})
}

// removal is what drop removes: each keys for everything that it is about.
type removal struct {
	names []string
	each  int
	kind  kind
	about []string
}

func (s *Store) drop(ctx context.Context, name string, r removal) error {
	if len(r.about) == 0 {
		return s.failed(ctx, name)
	}
	_, err := call[struct{}]{store: s, name: name, run: func(ctx context.Context) (struct{}, error) {
		switch {
		case !s.cluster:
			return struct{}{}, s.dropTogether(ctx, r)
		case len(r.about) == 1:
			return struct{}{}, unlink.Run(ctx, s.client, r.names, s.events, message(r.kind, s.id, r.about...)).Err()
		default:
			return struct{}{}, s.dropEach(ctx, r)
		}
	}}.do(ctx)
	return err
}

// failed returns the error of an operation that has nothing to do.
func (s *Store) failed(ctx context.Context, name string) error {
	if err := ctx.Err(); err != nil {
		return s.failure(name, err)
	}
	return nil
}

// dropTogether removes what is on one server, which does one thing after the other.
func (s *Store) dropTogether(ctx context.Context, r removal) error {
	pipe := s.client.Pipeline()
	for names := range slices.Chunk(r.names, maxTogether) {
		pipe.Unlink(ctx, names...)
	}
	s.tell(ctx, pipe, r)
	_, err := pipe.Exec(ctx)
	return err
}

// dropEach removes what is on several servers, and tells that when it is gone.
func (s *Store) dropEach(ctx context.Context, r removal) error {
	pipe := s.client.Pipeline()
	for names := range slices.Chunk(r.names, r.each) {
		pipe.Unlink(ctx, names...)
	}
	_, err := pipe.Exec(ctx)
	s.tell(ctx, pipe, r)
	_, told := pipe.Exec(ctx)
	return errors.Join(err, told)
}

// tell publishes what was removed.
func (s *Store) tell(ctx context.Context, pipe redis.Pipeliner, r removal) {
	for about := range slices.Chunk(r.about, maxTogether) {
		pipe.Publish(ctx, s.events, message(r.kind, s.id, about...))
	}
}

// Revoke makes a rule: see store.Store.
func (s *Store) Revoke(ctx context.Context, rule store.Rule) (epoch uint64, err error) {
	return call[uint64]{store: s, name: "revoke", run: func(ctx context.Context) (uint64, error) {
		return revoke.Run(ctx, s.client, []string{s.revocations()}, s.events, message(revoked, s.id), field(rule), maxRules).Uint64()
	}}.do(ctx)
}

// Revocations returns the rules in force: see store.Store.
func (s *Store) Revocations(ctx context.Context) (store.Revocations, error) {
	return call[store.Revocations]{store: s, name: "revocations", run: func(ctx context.Context) (store.Revocations, error) {
		fields, err := revocations.Run(ctx, s.client, []string{s.revocations()}, s.events, message(revoked, s.id)).StringSlice()
		if err != nil {
			return store.Revocations{}, err
		}
		return rulesOf(fields)
	}}.do(ctx)
}

// rulesOf reads the fields and values of the hash, one after the other.
func rulesOf(fields []string) (r store.Revocations, err error) {
	for pair := range slices.Chunk(fields, 2) {
		if len(pair) < 2 {
			return r, errors.New("a rule has no epoch")
		}
		epoch, err := strconv.ParseUint(pair[1], 10, 64)
		if err != nil {
			return r, errors.New("the epoch of a rule is not a number")
		}
		switch pair[0] {
		case "epoch":
			r.Epoch = epoch
		case "floor":
			r.Floor = epoch
		default:
			rule, ok := ruleOf(pair[0])
			if !ok {
				return r, fmt.Errorf("a rule of epoch %d cannot be read", epoch)
			}
			r.Rules = append(r.Rules, store.Revocation{Rule: rule, Epoch: epoch})
		}
	}
	return r, nil
}
