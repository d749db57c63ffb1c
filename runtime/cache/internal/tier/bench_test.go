package tier

import (
	"context"
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache/store"
)

// instant is a store with one value, which takes no time. It shows what the tier
// costs, and does not show more than that.
type instant struct {
	store.Store
	value []byte
}

func (s *instant) Get(_ context.Context, keys, tags []string) ([][]byte, []uint64, error) {
	if len(tags) > 0 {
		return [][]byte{s.value}, make([]uint64, len(tags)), nil
	}
	return [][]byte{s.value}, nil, nil
}

func (s *instant) Acquire(context.Context, string, []byte, string, time.Duration) (store.Grant, error) {
	return store.Grant{Leased: true}, nil
}

func (s *instant) Fill(context.Context, string, string, []byte, time.Duration) (bool, error) {
	return true, nil
}

func (s *instant) Revocations(context.Context) (store.Revocations, error) {
	return store.Revocations{}, nil
}

func (s *instant) Watch(ctx context.Context, f func(store.Event)) error {
	f(store.Event{Kind: store.Restored})
	<-ctx.Done()
	return ctx.Err()
}

type always Verdict

func (v always) Judge(Head) Verdict { return Verdict(v) }
func (always) Changed(string)       {}
func (always) Revoked(store.Rule)   {}
func (always) Drop()                {}

// benchMember returns a member that knows the rules and hears the news.
func benchMember(b *testing.B, s *instant, tags int) *Member {
	l := New(Config{Store: s})
	b.Cleanup(func() {
		if err := l.Close(context.Background()); err != nil {
			b.Error(err)
		}
	})
	s.value = append(Room(tags), make([]byte, 200)...)
	writeHead(s.value, Head{Kind: Present, ID: 1}, make([]uint64, tags), time.Now())
	m := l.Join("example.com/store.GetUser", "1f2e3d", always(Fresh))
	for !l.rules.certain.Load() {
		m.Fetch(context.Background(), Query{Text: "user:12345"})
	}
	return m
}

func BenchmarkFetch(b *testing.B) {
	plain := Query{Text: "user:12345"}
	tagged := Query{Text: "user:12345", Tags: []string{"org:1", "team:2"}}
	for _, tt := range []struct {
		name string
		Query
		prompt bool
	}{{"plain", plain, false}, {"tags", tagged, false}, {"prompt", plain, true}} {
		b.Run(tt.name, func(b *testing.B) {
			m, q := benchMember(b, &instant{}, len(tt.Tags)), tt.Query
			m.link.config.Prompt = tt.prompt
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			b.ReportAllocs()
			for b.Loop() {
				if a := m.Fetch(ctx, q); !a.OK {
					b.Fatal(a.Err)
				}
			}
		})
	}
}

func BenchmarkFetchParallel(b *testing.B) {
	m := benchMember(b, &instant{}, 0)
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if a := m.Fetch(context.Background(), Query{Text: "user:12345"}); !a.OK {
				b.Error(a.Err)
			}
		}
	})
}

// BenchmarkMiss is a miss with a lease, and the Fill.
func BenchmarkMiss(b *testing.B) {
	s := &instant{}
	m := benchMember(b, s, 0)
	m.cache = always(Useless)
	b.ReportAllocs()
	for b.Loop() {
		a := m.Fetch(context.Background(), Query{Text: "user:12345"})
		if o := a.Lease.Fill(context.Background(), Write{Bytes: Room(0), Kind: Present, Keep: time.Minute}); o.Err != nil {
			b.Fatal(o.Err)
		}
	}
}

// BenchmarkDirect is the store alone, called with a time bound.
func BenchmarkDirect(b *testing.B) {
	s := &instant{value: make([]byte, 250)}
	b.ReportAllocs()
	for b.Loop() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		if _, _, err := s.Get(ctx, []string{"user:12345"}, nil); err != nil {
			b.Fatal(err)
		}
		cancel()
	}
}
