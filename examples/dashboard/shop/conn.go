package shop

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"time"
)

// problems are the errors that the warehouse answers with, by their texts.
var problems = []error{errBusy, ErrSoldOut}

var (
	// ErrSoldOut means that there is nothing left of a product.
	ErrSoldOut = errors.New("sold out")
	errBusy    = errors.New("the warehouse is busy")
)

// Conn is a connection to the warehouse. It answers one query at a time.
type Conn struct {
	net.Conn
	in  *json.Decoder
	out *json.Encoder
}

// ask sends a query and waits for its answer.
func (c *Conn) ask(ctx context.Context, op string, ids ...int64) (answer, error) {
	stop := context.AfterFunc(ctx, func() { _ = c.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	if err := c.out.Encode(query{Op: op, IDs: ids}); err != nil {
		return answer{}, fmt.Errorf("warehouse: %s: %w", op, err)
	}
	var a answer
	if err := c.in.Decode(&a); err != nil {
		return answer{}, fmt.Errorf("warehouse: %s: %w", op, err)
	}
	for _, problem := range problems {
		if a.Error == problem.Error() {
			return answer{}, fmt.Errorf("warehouse: %s: %w", op, problem)
		}
	}
	if a.Error != "" {
		return answer{}, fmt.Errorf("warehouse: %s: %s", op, a.Error)
	}
	return a, nil
}
