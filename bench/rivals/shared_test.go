package rivals

import (
	"context"
	"reflect"
	"sync/atomic"
	"testing"

	"github.com/bunsui/bunsui-go/bench/sample"
	"github.com/bunsui/bunsui-go/internal/redistest"
)

// TestSharings checks that what one cache has loaded is there for another one of the
// same kind, in another process as far as they know: a benchmark of one that asks
// the source each time, or never the server, would say nothing.
func TestSharings(t *testing.T) {
	server := redistest.Start(t)
	for _, s := range Sharings() {
		t.Run(s.Name, func(t *testing.T) {
			for _, memory := range []bool{true, false} {
				if err := server.Client().FlushDB(t.Context()).Err(); err != nil {
					t.Fatal(err)
				}
				var loads atomic.Int64
				load := func(_ context.Context, id int64) (*sample.Customer, error) {
					loads.Add(1)
					return sample.NewCustomer(id), nil
				}
				for range 2 {
					c, err := s.Open(server.Addr(), memory, load)
					if err != nil {
						t.Fatal(err)
					}
					for i := range 20 {
						checkShared(t, c, int64(i%5))
					}
					c.Close()
				}
				if n := loads.Load(); n != 5 {
					t.Errorf("memory %v: the source was asked %d times for 5 customers", memory, n)
				}
			}
		})
	}
}

func checkShared(t *testing.T, c Shared, id int64) {
	t.Helper()
	got, err := c.Load(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	got.Created = got.Created.UTC() // msgpack/v5 makes it local
	if want := sample.NewCustomer(id); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// TestManySharings checks that all of them read what is there.
func TestManySharings(t *testing.T) {
	server := redistest.Start(t)
	customers := []*sample.Customer{sample.NewCustomer(1), sample.NewCustomer(2), sample.NewCustomer(3)}
	for _, s := range ManySharings() {
		t.Run(s.Name, func(t *testing.T) {
			m, err := s.Open(t.Context(), server.Addr(), customers)
			if err != nil {
				t.Fatal(err)
			}
			defer m.Close()
			got, err := m.Load(t.Context(), []int64{3, 1})
			if err != nil || len(got) != 2 || got[0].ID != 3 || got[1].ID != 1 || len(got[1].Orders) != 4 {
				t.Errorf("got %+v, %v", got, err)
			}
		})
	}
}
