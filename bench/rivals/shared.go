package rivals

import (
	"context"
	"strconv"

	"github.com/bunsui/bunsui-go/bench/sample"
)

// A Loader is the source of customers.
type Loader func(ctx context.Context, id int64) (*sample.Customer, error)

// A Shared is a cache whose entries are in a Redis server, and maybe in memory too.
type Shared struct {
	// Load returns a customer from memory, from the server, or from the source, and
	// keeps it in those that came before. It is safe for concurrent use.
	Load Loader

	// Settle waits until the result of a load that has returned is on the server. It
	// is nil where Load does that.
	Settle func(ctx context.Context, id int64) error

	// Close closes the connections.
	Close func()
}

// A Sharing is a way to have caches of customers that processes share. All of them
// use the generated codec unless the name says otherwise, so that what differs is
// the cache: the codecs have rows of their own.
type Sharing struct {
	Name string

	// Bare says that it is no cache, but the commands that one sends: it keeps
	// nothing in memory and protects no load.
	Bare bool

	// Open makes a cache in front of the server with that address. If memory is
	// false it keeps as little in memory as it can, so that calls for changing keys
	// go to the server.
	Open func(address string, memory bool, load Loader) (Shared, error)
}

// The names that rows refer to.
const (
	Ours         = "ours"
	BareGet      = "go-redis GET + decode"
	GoRedisCache = "go-redis/cache"
	Rueidisaside = "rueidisaside"
	Gocache      = "gocache"
)

// Sharings returns this project's cache, what it is compared with, and others.
func Sharings() []Sharing {
	return []Sharing{
		{Name: Ours, Open: openBunsui},
		{Name: BareGet, Bare: true, Open: openGet},
		{Name: "go-redis pipeline of a GET + decode", Bare: true, Open: openPipeline},
		{Name: "rueidis GET + decode", Bare: true, Open: openRueidisGet},
		{Name: GoRedisCache, Open: openGoRedisCache},
		{Name: "go-redis/cache, its own codec", Open: openGoRedisCacheAsIs},
		{Name: Rueidisaside, Open: openRueidisaside},
		{Name: Gocache, Open: openGocache},
	}
}

// sharedEntries is how many entries have room in memory.
const sharedEntries = 50_000

// A keySpace is what the keys of one contender begin with.
type keySpace string

// of returns a key as one would write it by hand. It is about as long as ours, of
// which the name of the function and a fingerprint are a part.
func (k keySpace) of(id int64) string {
	return string(k) + ":customer:fe42eb59374533a5:" + strconv.FormatInt(id, 10)
}
