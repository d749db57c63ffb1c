package redistest

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

const (
	masters = 3
	slots   = 16384
)

// Cluster is a Redis Cluster of three masters and a replica of each.
type Cluster struct {
	t testing.TB
	// Nodes are the masters, and then their replicas in the same order, as it was at
	// the start.
	Nodes []*Server
}

// StartCluster starts a Cluster, which takes two seconds. A master that does not
// answer for one second is replaced.
func StartCluster(t testing.TB) *Cluster {
	t.Helper()
	c := &Cluster{t: t}
	for range 2 * masters {
		c.Nodes = append(c.Nodes, startWith(t, func() []string {
			return []string{
				"--cluster-enabled", "yes", "--cluster-config-file", "nodes.conf", "--cluster-port", strconv.Itoa(freePort(t)),
				"--cluster-node-timeout", "1000", "--cluster-replica-validity-factor", "0", "--repl-diskless-sync-delay", "0", "--repl-ping-replica-period", "1",
			}
		}))
	}
	clients := make([]*redis.Client, len(c.Nodes))
	for i, n := range c.Nodes {
		clients[i] = n.Client()
	}
	c.meet(clients)
	c.replicate(clients)
	return c
}

// meet gives slots to the masters and makes all nodes know each other.
func (c *Cluster) meet(clients []*redis.Client) {
	c.t.Helper()
	ctx := context.Background()
	for i, client := range clients {
		must(c.t, client.Do(ctx, "cluster", "set-config-epoch", i+1).Err())
		if i < masters {
			must(c.t, client.ClusterAddSlotsRange(ctx, i*slots/masters, (i+1)*slots/masters-1).Err())
		}
	}
	first := c.Nodes[0]
	bus := first.args[indexOf(first.args, "--cluster-port")+1]
	for _, client := range clients[1:] {
		must(c.t, client.Do(ctx, "cluster", "meet", "127.0.0.1", first.port, bus).Err())
	}
	for i, client := range clients {
		eventually(c.t, "nodes do not meet", func() error {
			return expect(client.ClusterInfo(ctx), fmt.Sprintf("cluster_known_nodes:%d\r", len(clients)), i)
		})
	}
}

// replicate makes the replicas those of their masters, and waits until all is well.
func (c *Cluster) replicate(clients []*redis.Client) {
	c.t.Helper()
	ctx := context.Background()
	for i, client := range clients[masters:] {
		id, err := clients[i].Do(ctx, "cluster", "myid").Text()
		must(c.t, err)
		eventually(c.t, "a node does not become a replica", func() error { return client.ClusterReplicate(ctx, id).Err() })
	}
	for i, client := range clients {
		eventually(c.t, "the cluster does not come up", func() error {
			return expect(client.ClusterInfo(ctx), "cluster_state:ok\r", i)
		})
	}
	for i, client := range clients[masters:] {
		eventually(c.t, "a replica does not follow", func() error { return expect(client.Info(ctx, "replication"), "master_link_status:up\r", i) })
	}
	for i, client := range clients {
		eventually(c.t, "nodes do not agree", func() error { return agree(client.Do(ctx, "cluster", "slots"), i) })
	}
}

// agree reports whether a node knows the master and the replica of each range of
// slots: two numbers, and then the nodes.
func agree(cmd *redis.Cmd, node int) error {
	ranges, err := cmd.Slice()
	if err != nil {
		return err
	}
	if len(ranges) != masters {
		return fmt.Errorf("node %d sees %d ranges", node, len(ranges))
	}
	for _, r := range ranges {
		if fields, _ := r.([]any); len(fields) != 2+2 {
			return fmt.Errorf("node %d does not see a replica", node)
		}
	}
	return nil
}

// Client returns a client, closed when the test ends.
func (c *Cluster) Client() *redis.ClusterClient {
	c.t.Helper()
	o := &redis.ClusterOptions{
		ContextTimeoutEnabled: true, DialTimeout: time.Second, ReadTimeout: time.Second, WriteTimeout: time.Second,
	}
	for _, n := range c.Nodes {
		o.Addrs = append(o.Addrs, n.Addr())
	}
	client := redis.NewClusterClient(o)
	c.t.Cleanup(func() { _ = client.Close() })
	return client
}

// expect returns an error unless the answer of a command contains a text.
func expect(cmd *redis.StringCmd, text string, node int) error {
	answer, err := cmd.Result()
	if err == nil && !strings.Contains(answer, text) {
		err = fmt.Errorf("node %d: no %q in %q", node, text, answer)
	}
	return err
}

func indexOf(args []string, name string) int {
	for i := range args {
		if args[i] == name {
			return i
		}
	}
	return -1
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
