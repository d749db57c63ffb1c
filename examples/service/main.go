// Command service answers requests about users and their teams, which it keeps in
// PostgreSQL. It shows how caches are put between a repository and a service that
// gets it injected: none of them is a package-level variable.
//
//	store      the repository: an interface, PostgreSQL, and the generated cache
//	directory  the rules, and a test of them that has its own repository in memory
//	wire.go    what is put into what, for Wire (github.com/google/wire)
//
// Start it in the folder examples, once or, with -redis, any number of times:
//
//	go run ./service -database postgres://localhost/users
//	curl -X POST 'localhost:8080/teams/red/users?name=Ada'
//	curl localhost:8080/users/1
//	curl localhost:8080/profile
package main

import (
	"context"
	"flag"
	"log"
	"net/http"
	"os/signal"
	"syscall"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/bunsui/bunsui-go/examples/service/store"
	"github.com/bunsui/bunsui-go/runtime/cache"
	"github.com/bunsui/bunsui-go/runtime/cache/rediscache"
)

// closing bounds how long it may take to end what is under way.
const closing = 10 * time.Second

// config is what the command line says.
type config struct {
	listen, database, redis string
}

func main() {
	var c config
	flag.StringVar(&c.listen, "listen", "localhost:8080", "host:port to answer requests at")
	flag.StringVar(&c.database, "database", "postgres://localhost/users", "URL of the database")
	flag.StringVar(&c.redis, "redis", "", "host:port of a Redis server, for more than one process")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, c); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, c config) error {
	s, cleanup, err := newService(ctx, c)
	if err != nil {
		return err
	}
	defer cleanup()
	// Now that all caches are there, a variable for one that is not is a mistake.
	if err := s.caches.ReadEnvironment(); err != nil {
		return err
	}
	server := &http.Server{Addr: c.listen, Handler: s.handler, ReadHeaderTimeout: closing}
	failed := make(chan error, 1)
	go func() { failed <- server.ListenAndServe() }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	ctx, cancel := context.WithTimeout(context.Background(), closing)
	defer cancel()
	return server.Shutdown(ctx)
}

// service is what Wire puts together.
type service struct {
	handler http.Handler
	caches  *cache.Manager
}

// openStore connects to the database.
func openStore(ctx context.Context, c config) (*store.Postgres, func(), error) {
	users, err := store.Open(ctx, c.database)
	if err != nil {
		return nil, nil, err
	}
	return users, users.Close, nil
}

// openCaches makes the manager that all caches belong to.
func openCaches(c config) (*cache.Manager, func()) {
	if c.redis == "" {
		m := cache.NewManager(cache.Config{})
		return m, func() { end(m) }
	}
	client := redis.NewClient(&redis.Options{Addr: c.redis, ContextTimeoutEnabled: true})
	m := cache.NewManager(cache.Config{Store: rediscache.New(client, rediscache.Options{Namespace: "service"})})
	return m, func() {
		end(m)
		_ = client.Close()
	}
}

// end ends what the caches still do in the background.
func end(m *cache.Manager) {
	ctx, cancel := context.WithTimeout(context.Background(), closing)
	defer cancel()
	if err := m.Close(ctx); err != nil {
		log.Print(err)
	}
}
