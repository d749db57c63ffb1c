package guide

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bunsui/bunsui-go/runtime/batch"
)

// supplier is one that has no coffee, answers for tea at the second request only, and never
// for milk.
func supplier() *httptest.Server {
	var mu sync.Mutex
	asked := make(map[string]int)
	return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		asked[r.URL.Path]++
		n := asked[r.URL.Path]
		mu.Unlock()
		article := strings.TrimPrefix(r.URL.Path, "/price/")
		switch {
		case article == "coffee":
			http.NotFound(w, r)
		case article == "milk", article == "tea" && n == 1:
			http.Error(w, "later", http.StatusServiceUnavailable)
		default:
			fmt.Fprintln(w, 100*len(article))
		}
	}))
}

func ExamplePriceBatch() {
	server := supplier()
	defer server.Close()
	articles := []string{"bread", "tea", "coffee", "milk"}

	result := PriceBatch(context.Background(), articles, server.URL, batch.Delay(time.Millisecond))
	Report(os.Stdout, result)

	fmt.Println(result.Values())
	// Output:
	// processed 2, failed 2, not started 0
	// 0 bread: 500
	// 1 tea: 300
	// 2 coffee: no such article, after 1 attempts
	// 3 milk: 503 Service Unavailable, after 3 attempts
	// [500 300]
}

func ExamplePriceStream() {
	server := supplier()
	defer server.Close()
	articles := slices.Values([]string{"bread", "coffee", "butter"}) // or as many as a file has lines

	for price, err := range PriceStream(context.Background(), articles, server.URL) {
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(price)
	}
	// Output:
	// 500
	// item 1: no such article
	// 600
}

// The same by hand. A processor has the options, and figures that monitors find.
func ExampleReport() {
	server := supplier()
	defer server.Close()
	prices := batch.NewProcessor("prices", batch.Concurrency(5), batch.Attempts(3), batch.Delay(time.Millisecond))

	result := batch.Process(context.Background(), []string{"bread", "tea"}, func(ctx context.Context, article string) (int, error) {
		return price(ctx, article, server.URL)
	}, prices)

	Report(os.Stdout, result)
	fmt.Println(prices.Stats().Retries, "retries")
	// Output:
	// processed 2, failed 0, not started 0
	// 0 bread: 500
	// 1 tea: 300
	// 1 retries
}

// Bounds for one call of a batch: what the supplier bears, and when to give up.
func TestBounds(t *testing.T) {
	server := supplier()
	defer server.Close()
	articles := slices.Repeat([]string{"coffee"}, 50)

	result := PriceBatch(t.Context(), articles, server.URL,
		batch.Concurrency(2), batch.Rate(500, time.Second), batch.StopAbove(0.1))

	if result.Failed < 6 || result.Failed > 7 || result.Failed+result.NotStarted != 50 {
		t.Errorf("failed %d, not started %d: want that it ends above a tenth of the items", result.Failed, result.NotStarted)
	}
}
