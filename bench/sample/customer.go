package sample

import (
	"context"
	"strconv"
	"time"

	"github.com/bunsui/bunsui-go/runtime/cache/codec"
)

// Customer is a result of the size that many programs have: ten fields, among them
// three tags, four attributes, four orders, a time and a pointer.
type Customer struct {
	ID      int64
	Name    string
	Email   string
	Active  bool
	Score   float64
	Created time.Time
	Tags    []string
	Attrs   map[string]string
	Orders  []Order
	Manager *int64
}

// Order is a part of a [Customer].
type Order struct {
	SKU   string
	Count int
	Price int64
}

// NewCustomer makes a customer. Those of two numbers differ in most fields, and not
// in how many bytes they take by much.
func NewCustomer(id int64) *Customer {
	digits, manager := strconv.FormatInt(id, 10), id/10
	c := &Customer{
		ID: id, Name: "Ada Lovelace " + digits, Email: "ada." + digits + "@example.com", Active: true, Score: 98.6 + float64(id),
		Created: time.Date(2024, 2, 29, 12, 30, 15, 123_456_000, time.UTC).Add(time.Duration(id) * time.Second),
		Tags:    []string{"admin", "math", "early"},
		Attrs:   map[string]string{"lang": "en", "theme": "dark", "zone": "Europe/London", "plan": "team"},
		Manager: &manager,
	}
	for i := range 4 {
		c.Orders = append(c.Orders, Order{SKU: "SKU-" + strconv.Itoa(1000+i), Count: i + 1, Price: 1999 + id})
	}
	return c
}

// sharedCustomer is kept in memory, and in the store of the manager.
//
//bunsui:cached ttl=1h max_entries=50_000 shared
func sharedCustomer(_ context.Context, id int64) (*Customer, error) {
	return NewCustomer(id), nil
}

// ownCustomer is kept in memory only.
//
//bunsui:cached ttl=1h max_entries=50_000
func ownCustomer(_ context.Context, id int64) (*Customer, error) {
	return NewCustomer(id), nil
}

// CustomerCodec is the codec that bunsuigen made for the results of [sharedCustomer].
var CustomerCodec codec.Codec[*Customer] = sharedCustomerCodec{}
