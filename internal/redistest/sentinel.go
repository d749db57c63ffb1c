package redistest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

// mainName is what the sentinels call the master.
const mainName = "main"

// Sentinel is a master and a replica that three sentinels watch.
type Sentinel struct {
	t testing.TB
	// Master and Replica are what they were at the start.
	Master, Replica *Server
	Sentinels       []*Server
}

// StartSentinel starts all five servers, which takes three seconds. A master that
// does not answer for half a second is replaced by its replica.
func StartSentinel(t testing.TB) *Sentinel {
	t.Helper()
	s := &Sentinel{t: t, Master: Start(t, "--repl-diskless-sync-delay", "0")}
	s.Replica = Start(t, "--replicaof", "127.0.0.1 "+strconv.Itoa(s.Master.port))
	for range 3 {
		s.Sentinels = append(s.Sentinels, s.startSentinel())
	}
	ctx := context.Background()
	replica := s.Replica.Client()
	eventually(t, "the replica does not follow", func() error {
		return expect(replica.Info(ctx, "replication"), "master_link_status:up\r", 1)
	})
	for i, server := range s.Sentinels {
		client := server.Client()
		eventually(t, "the sentinels do not meet", func() error {
			if err := expect(client.Info(ctx, "sentinel"), "slaves=1,sentinels=3", i); err != nil {
				return err
			}
			return client.Do(ctx, "sentinel", "ckquorum", mainName).Err()
		})
	}
	return s
}

func (s *Sentinel) startSentinel() *Server {
	s.t.Helper()
	server := newServer(s.t)
	path := filepath.Join(server.dir, "sentinel.conf")
	server.arguments = func() []string {
		text := fmt.Sprintf(`port %d
sentinel monitor %[2]s 127.0.0.1 %[3]d 2
sentinel down-after-milliseconds %[2]s 500
sentinel failover-timeout %[2]s 3000
`, server.port, mainName, s.Master.port)
		must(s.t, os.WriteFile(path, []byte(text), 0o600))
		return []string{path, "--sentinel"}
	}
	server.begin()
	return server
}

// Client returns a client that follows the master, closed when the test ends.
func (s *Sentinel) Client() *redis.Client {
	s.t.Helper()
	o := &redis.FailoverOptions{
		MasterName: mainName, ContextTimeoutEnabled: true,
		DialTimeout: time.Second, ReadTimeout: time.Second, WriteTimeout: time.Second,
	}
	for _, server := range s.Sentinels {
		o.SentinelAddrs = append(o.SentinelAddrs, server.Addr())
	}
	client := redis.NewFailoverClient(o)
	s.t.Cleanup(func() { _ = client.Close() })
	return client
}
