package shop

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"net"
	"sync"
	"time"
)

// A Warehouse is the other end of the shop's connections: it knows what there is, what
// it costs and how much is left. It stands in for a database server, and like one it is
// slow at times and refuses at times.
type Warehouse struct {
	listener net.Listener
	serving  sync.WaitGroup

	mu    sync.Mutex
	conns map[net.Conn]struct{}
	taken map[int64]int // of each product, since the start
	ended bool
}

// Products is how many there are; their ids begin at 1.
const Products = 5000

// capacity is how much of each product there is at first, and after each delivery.
const capacity = 40

// query is what a connection asks, and answer what it gets: JSON, one after another.
type query struct {
	Op  string  `json:"op"` // products, price, stock, similar, reserve, book or ping
	IDs []int64 `json:"ids,omitempty"`
}

type answer struct {
	Items  []Item `json:"items,omitempty"`
	Number int64  `json:"number,omitempty"`
	Error  string `json:"error,omitempty"` // one of the texts in problems, or another
}

// OpenWarehouse starts one on a port of the loopback interface that the system picks.
// It must be closed.
func OpenWarehouse() (*Warehouse, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("warehouse: %w", err)
	}
	w := &Warehouse{listener: listener, conns: make(map[net.Conn]struct{}), taken: make(map[int64]int)}
	w.serving.Go(w.accept)
	return w, nil
}

// Addr is where it listens.
func (w *Warehouse) Addr() string { return w.listener.Addr().String() }

// Close ends it and all of its connections, and waits for that.
func (w *Warehouse) Close() error {
	err := w.listener.Close()
	w.mu.Lock()
	w.ended = true
	for conn := range w.conns {
		_ = conn.Close()
	}
	w.mu.Unlock()
	w.serving.Wait()
	return err
}

func (w *Warehouse) accept() {
	for {
		conn, err := w.listener.Accept()
		if err != nil {
			return
		}
		w.mu.Lock()
		if w.ended {
			_ = conn.Close()
		}
		w.conns[conn] = struct{}{}
		w.mu.Unlock()
		w.serving.Go(func() { w.serve(conn) })
	}
}

// serve answers one query after another until the connection ends.
func (w *Warehouse) serve(conn net.Conn) {
	defer func() {
		_ = conn.Close()
		w.mu.Lock()
		delete(w.conns, conn)
		w.mu.Unlock()
	}()
	in, out := json.NewDecoder(conn), json.NewEncoder(conn)
	for {
		var q query
		if in.Decode(&q) != nil {
			return
		}
		if q.Op != "ping" {
			time.Sleep(effort(len(q.IDs)))
		}
		if out.Encode(w.answer(q)) != nil {
			return
		}
	}
}

// effort is how long a query takes: mostly half a millisecond or so, once in two hundred
// times very much longer, as on a disk that others use as well.
func effort(ids int) time.Duration {
	d := float64(400*time.Microsecond) * math.Exp(0.5*rand.NormFloat64())
	if rand.IntN(200) == 0 {
		d *= 40 + 100*rand.Float64()
	}
	return time.Duration(d) + time.Duration(ids)*20*time.Microsecond
}

func (w *Warehouse) answer(q query) answer {
	switch {
	case q.Op == "ping":
		return answer{}
	case len(q.IDs) == 0:
		return answer{Error: "no ids"}
	case rand.IntN(250) == 0:
		return answer{Error: errBusy.Error()}
	}
	switch id := q.IDs[0]; q.Op {
	case "products":
		return answer{Items: items(q.IDs)}
	case "price":
		return answer{Number: price0(id) + time.Now().Unix()/60%10} // a cent more each minute
	case "stock":
		return answer{Number: int64(w.left(id))}
	case "similar":
		return answer{Items: items([]int64{id%Products + 1, (id*7)%Products + 1, (id*31)%Products + 1})}
	case "reserve":
		return w.reserve(id)
	case "book":
		return answer{Number: rand.Int64N(1e9)}
	}
	return answer{Error: "unknown query " + q.Op}
}

// left is how much there is of a product.
func (w *Warehouse) left(id int64) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return capacity - w.taken[id]
}

// reserve takes one, or orders more if there is none left.
func (w *Warehouse) reserve(id int64) answer {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.taken[id] == capacity {
		w.taken[id] = 0
		return answer{Error: ErrSoldOut.Error()}
	}
	w.taken[id]++
	return answer{Number: int64(w.taken[id])}
}

var (
	adjectives = [...]string{"Blue", "Small", "Sturdy", "Folding", "Quiet", "Wooden", "Bright", "Warm", "Light", "Round"}
	nouns      = [...]string{"teapot", "lamp", "umbrella", "notebook", "chair", "bicycle", "kettle", "scarf", "clock", "basket"}
)

// items are the products of these ids, without those that do not exist.
func items(ids []int64) []Item {
	found := make([]Item, 0, len(ids))
	for _, id := range ids {
		if id < 1 || id > Products {
			continue
		}
		name := fmt.Sprintf("%s %s no. %d", adjectives[id%10], nouns[id/10%10], id)
		found = append(found, Item{ID: id, Name: name, Cents: price0(id)})
	}
	return found
}

func price0(id int64) int64 { return 199 + id*37%9800 }
