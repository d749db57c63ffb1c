// Package writers sends and stores many orders with few calls, to services that take
// some of what a call brings and refuse the rest: SQS, DynamoDB, PostgreSQL, Redis. Each
// function of many orders says what has become of each of them, and what is made of it
// sends only those again that have failed, in calls of the size that the service allows.
package writers

import "encoding/json"

// Order is what a customer wants.
type Order struct {
	ID    int64
	Item  string
	Count int
}

// body is how an order is written.
func (o Order) body() string {
	b, err := json.Marshal(o)
	if err != nil {
		panic(err) // there is nothing in an order that JSON cannot say
	}
	return string(b)
}

// orderBytes is what an order counts for in limits of bytes.
func orderBytes(o Order) int { return len(o.body()) }
