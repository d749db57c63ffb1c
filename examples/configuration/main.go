// Command configuration is a service whose caches are configured from outside. In the
// folder examples:
//
//	BUNSUI_CACHE_STOCK_TTL=5s go run ./configuration -switches /tmp/switches
//
// and then, from elsewhere:
//
//	curl localhost:8080/price/tea
//	curl localhost:8080/caches
//	curl -X POST 'localhost:8080/switch?name=price&mode=off'
//	echo '* = memory' > /tmp/switches
//
// Its log says what each of them changes.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"net/http"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache"
)

// price asks for the price of an article, in cents.
//
//bunsui:cached ttl=10m
func price(ctx context.Context, article string) (int, error) {
	return len(article) * 100, wait(ctx)
}

// stock asks how many of an article there are.
//
//bunsui:cached ttl=30s max_entries=50k
func stock(ctx context.Context, article string) (int, error) {
	return len(article) * 3, wait(ctx)
}

// wait stands for a database.
func wait(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(50 * time.Millisecond):
		return nil
	}
}

// configure is all that the program does to be configured from outside.
func configure(switches string) error {
	// What this program wants in place of its annotations:
	if err := cache.Configure(PriceCache.Name(), cache.Settings{TTL: 5 * time.Minute}); err != nil {
		return err
	}
	// What those want who run it:
	if err := cache.ReadEnvironment(); err != nil {
		return err
	}
	if switches == "" {
		return nil
	}
	return cache.WatchSwitches(switches, 0)
}

// handler answers requests about articles, and about caches.
func handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /price/{article}", answer(Price))
	mux.HandleFunc("GET /stock/{article}", answer(Stock))
	mux.HandleFunc("GET /caches", list)
	mux.HandleFunc("POST /switch", change)
	return mux
}

func answer(ask func(ctx context.Context, article string) (int, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		n, err := ask(r.Context(), r.PathValue("article"))
		if err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintln(w, n)
	}
}

// list tells what is in force, and where it comes from.
func list(w http.ResponseWriter, _ *http.Request) {
	for _, e := range cache.Default().Caches() {
		s := e.Settings()
		fmt.Fprintln(w, e.Name(), "TTL", s.TTL, "mode", s.Mode, e.Origins())
	}
}

// change lets an operator turn a cache off and on again. Let nobody else reach it.
func change(w http.ResponseWriter, r *http.Request) {
	modes := map[string]cache.Mode{"on": cache.On, "memory": cache.MemoryOnly, "off": cache.Off, "usual": cache.Usual}
	mode, ok := modes[r.FormValue("mode")]
	if !ok {
		http.Error(w, "mode must be on, memory, off or usual", http.StatusBadRequest)
		return
	}
	err := cache.Switch(r.FormValue("name"), mode)
	switch {
	case errors.Is(err, cache.ErrUnknownCache):
		http.Error(w, err.Error(), http.StatusNotFound)
	case err != nil:
		http.Error(w, err.Error(), http.StatusBadRequest)
	}
}

func main() {
	address := flag.String("address", "localhost:8080", "where to listen")
	switches := flag.String("switches", "", "a file of switches, read whenever it changes")
	flag.Parse()
	if err := configure(*switches); err != nil {
		log.Fatal(err)
	}
	server := http.Server{Addr: *address, Handler: handler(), ReadHeaderTimeout: 5 * time.Second}
	log.Fatal(server.ListenAndServe())
}
