package main

import (
	"testing"
	"time"
)

// TestTwoProcesses is what the comment on the command shows, and more.
func TestTwoProcesses(t *testing.T) {
	c := newCompany(t)
	a, b := c.start(c.server.Addr()).join(), c.start(c.server.Addr()).join()
	a.want("Ada, version 1", "rename 7 Ada")
	a.want("Ada, version 1, loaded", "get 7")
	a.within(normally, "Ada, version 1, memory", "get 7")
	b.want("Ada, version 1, store", "get 7")
	b.within(normally, "Ada, version 1, memory", "get 7")
	b.within(normally, "0 files read, ", "stats")

	b.want("Grace, version 2", "rename 7 Grace")
	a.within(normally, "Grace, version 2, ", "get 7")
	b.within(normally, "Grace, version 2, ", "get 7")

	// Of a user that does not exist, too, the others need not read the file.
	a.want("no such user, loaded", "get 8")
	b.want("no such user, store", "get 8")
	b.within(normally, "no such user, memory", "get 8")
	a.want("Barbara, version 1", "rename 8 Barbara")
	b.within(normally, "Barbara, version 1, ", "get 8")

	// One that joins later finds it all in the store.
	c.start(c.server.Addr()).want("Barbara, version 1, store", "get 8")
}

// TestWithoutServer shows that nothing depends on the server.
func TestWithoutServer(t *testing.T) {
	c := newCompany(t)
	a, b := c.start(c.server.Addr()), c.start(c.server.Addr())
	alone := c.start("")
	a.want("Ada, version 1", "rename 7 Ada")
	b.want("Ada, version 1, loaded", "get 7")
	alone.want("Ada, version 1, loaded", "get 7")
	alone.within(normally, "Ada, version 1, memory", "get 7")
	c.server.Kill()
	a.want("Grace, version 2", "rename 7 Grace")
	a.want("Grace, version 2, loaded", "get 7")
	b.within(isolated, "Grace, version 2, ", "get 7")
	c.server.Restart()
	a.want("Barbara, version 3", "rename 7 Barbara")
	b.within(isolated, "Barbara, version 3, ", "get 7")
}

// lease is how long a process may load until others take it for dead.
const lease = 3 * time.Second

// TestKilledWhileLoading kills a process that reads a file while another waits for
// that.
func TestKilledWhileLoading(t *testing.T) {
	c := newCompany(t)
	a, b := c.start(c.server.Addr(), "-slow", "1m"), c.start(c.server.Addr()).join()
	b.want("Ada, version 1", "rename 7 Ada")
	if err := a.send("get 7"); err != nil {
		t.Fatal(err)
	}
	awaitLease(c, 0)
	if err := b.send("get 7"); err != nil {
		t.Fatal(err)
	}
	awaitLease(c, 1)
	a.kill()
	killed := time.Now()
	if got, err := b.receive(); err != nil || got != "Ada, version 1, loaded" {
		t.Errorf("get 7: %q, %v, want that it is loaded", got, err)
	}
	took := time.Since(killed)
	t.Logf("the other process had the user %v after the first was killed", took)
	if bound := lease + normally; took > bound {
		t.Errorf("that is more than %v", bound)
	}
	b.within(normally, "Ada, version 1, memory", "get 7")
}

// awaitLease returns when there is a lease for which others wait. It is a hash that has
// its own token and the names of those.
func awaitLease(c *company, others int64) {
	c.Helper()
	client := c.server.Client()
	for end := time.Now().Add(unanswered); time.Now().Before(end); time.Sleep(time.Millisecond) {
		leases, err := client.Keys(c.Context(), "example:~lease:*").Result()
		if err != nil {
			c.Fatal(err)
		}
		if len(leases) == 1 && client.HLen(c.Context(), leases[0]).Val() == 1+others {
			return
		}
	}
	c.Fatalf("no lease for which %d processes wait", others)
}
