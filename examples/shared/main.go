// Command shared is one of any number of processes that share what they have read.
// Each answers commands from its standard input. Start a Redis server, and then in
// two terminals, in the folder examples:
//
//	go run ./shared -dir /tmp/users -redis localhost:6379
//
// What one of them has read from a file, the others need not read:
//
//	first                          second
//	rename 7 Ada
//	Ada, version 1
//	get 7
//	Ada, version 1, loaded
//	get 7                          get 7
//	Ada, version 1, memory         Ada, version 1, store
//	                               rename 7 Grace
//	                               Grace, version 2
//	get 7
//	Grace, version 2, loaded
//
// Without -redis, or when the server is stopped, everything goes on: each process then
// reads for itself. With -slow=10s one can see that a second process waits for the
// first one to read the same user, and what happens if the first is killed meanwhile.
package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/bunsui/bunsui-go/examples/shared/users"
	"github.com/bunsui/bunsui-go/runtime/cache"
	"github.com/bunsui/bunsui-go/runtime/cache/rediscache"
)

func main() {
	dir := flag.String("dir", ".", "the folder of the users' files, made if there is none")
	address := flag.String("redis", "", "host:port of a Redis server; empty to share nothing")
	slow := flag.Duration("slow", 0, "how long it takes to read a file")
	flag.Parse()
	if *address != "" {
		// All that a program does to share its results:
		client := redis.NewClient(&redis.Options{Addr: *address, ContextTimeoutEnabled: true})
		cache.SetStore(rediscache.New(client, rediscache.Options{Namespace: "example"}))
	}
	if err := run(*dir, *slow); err != nil {
		log.Fatal(err)
	}
}

func run(dir string, slow time.Duration) error {
	files, err := users.Open(dir, slow)
	if err != nil {
		return err
	}
	err = serve(context.Background(), files, os.Stdin, os.Stdout)
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	return errors.Join(err, cache.Default().Close(ctx))
}

// serve answers each line of commands with one line.
func serve(ctx context.Context, files *users.Files, commands io.Reader, answers io.Writer) error {
	lines := bufio.NewScanner(commands)
	for lines.Scan() {
		if _, err := fmt.Fprintln(answers, answer(ctx, files, lines.Text())); err != nil {
			return err
		}
	}
	return lines.Err()
}

func answer(ctx context.Context, files *users.Files, command string) string {
	var id int64
	var name string
	if n, _ := fmt.Sscanf(command, "rename %d %s", &id, &name); n == 2 {
		return rename(ctx, files, id, name)
	}
	if n, _ := fmt.Sscanf(command, "get %d", &id); n == 1 {
		return get(ctx, files, id)
	}
	if command == "stats" {
		return stats(files)
	}
	return "commands: get ID, rename ID NAME, stats"
}

func rename(ctx context.Context, files *users.Files, id int64, name string) string {
	user, err := files.Rename(ctx, id, name)
	if err != nil {
		return "error: " + err.Error()
	}
	return fmt.Sprintf("%s, version %d", user.Name, user.Version)
}

// get tells where the user came from, too.
func get(ctx context.Context, files *users.Files, id int64) string {
	ctx, trace := cache.Trace(ctx)
	user, err := files.Get(ctx, id)
	from, _ := trace.Last()
	switch {
	case errors.Is(err, users.ErrNotFound):
		return fmt.Sprintf("%v, %v", users.ErrNotFound, from.Source)
	case err != nil:
		return "error: " + err.Error()
	}
	return fmt.Sprintf("%s, version %d, %v", user.Name, user.Version, from.Source)
}

func stats(files *users.Files) string {
	in := "alone"
	if s, _ := cache.Default().StoreStats(); s.Live {
		in = "in company"
	}
	s := users.FilesGetCache.Stats()
	return fmt.Sprintf("%d files read, %d hits in memory, %d in the store, %s", files.Reads(), s.Hits, s.StoreHits, in)
}
