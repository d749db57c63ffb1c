// Package other declares types for the tests of copies that stand in another
// package than the functions that copy.
package other

import "bytes"

// A Base is embedded elsewhere.
type Base struct {
	ID     int64
	Labels []string
}

// An Address has only exported fields.
type Address struct {
	Street string
	Notes  map[string][]string
}

// A User is called as a type elsewhere.
type User struct {
	Name string
	Home *Address
}

// A Money has unexported fields that an assignment copies.
type Money struct {
	cents int64
	code  [3]byte
	Tags  []string
}

// MoneyOf makes a Money.
func MoneyOf(cents int64, code [3]byte, tags []string) Money { return Money{cents, code, tags} }

// A Number has an unexported slice, and a method that copies it.
type Number struct{ digits []byte }

// NumberOf makes a Number.
func NumberOf(digits []byte) Number { return Number{digits} }

// Clone copies n.
func (n Number) Clone() Number { return Number{bytes.Clone(n.digits)} }

// A Record reaches types that have no exported name.
type Record struct {
	Item   item
	Ref    *item
	Twice  **item
	Items  []item
	Refs   []*item
	ByID   map[int]item
	ByRate map[float64]*item
	Grid   [2][]item
	Keyed  map[item2]item
	ByKeys map[item2][]int
	item
}

// RecordOf makes a Record with something hidden.
func RecordOf(parts int) Record { return Record{Item: item{parts: parts}} }

type item struct {
	Text  string
	Tags  []string
	More  map[string]*part
	Parts []part
	parts int
}

type item2 struct{ A float32 }

type part struct{ Size *int }
