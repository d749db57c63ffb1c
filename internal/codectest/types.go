// Package codectest holds types of all kinds that a generated codec carries, and
// the codecs that generator/codec makes for them. Its tests regenerate those,
// write values and read them back, feed hostile bytes, and measure. It is for
// tests only.
package codectest

import (
	"encoding/json"
	"math/big"
	"net/netip"
	"net/url"
	"sync"
	"time"
	"unsafe"

	"github.com/bunsui/bunsui-go/internal/codectest/other"
)

// A User is a typical result.
type User struct {
	ID        int64
	Name      string
	Email     string
	Active    bool
	Age       int
	Score     float64
	Created   time.Time
	Updated   time.Time
	Tags      []string
	Attrs     map[string]string
	Orders    []Order
	ManagerID *int64
}

// An Order is a part of a User.
type Order struct {
	SKU   string
	Count int
	Price int64
	Sent  time.Time
}

type (
	// A Level is an integer under another name.
	Level int8
	// A Label is a string under another name.
	Label string
	// A Flag is a bool under another name.
	Flag bool
	// A Labels is a slice under another name.
	Labels []Label
	// A Ref is a pointer under another name.
	Ref *Order
	// A Hash is an array of bytes under another name.
	Hash [32]byte
	// A Stars is a slice of a type that is only like byte.
	Stars []Star
	// A Star is only like byte.
	Star byte
)

// A Scalars has a field of each basic kind.
type Scalars struct {
	B    bool
	I    int
	I8   int8
	I16  int16
	I32  int32
	I64  int64
	U    uint
	U8   uint8
	U16  uint16
	U32  uint32
	U64  uint64
	Up   uintptr
	F32  float32
	F64  float64
	C64  complex64
	C128 complex128
	S    string
	R    rune
	D    time.Duration
	T    time.Time
	L    Level
	La   Label
	Fl   Flag
	M    time.Month
}

// A Collections has slices, arrays and maps.
type Collections struct {
	Bytes    []byte
	Raw      json.RawMessage
	Labels   Labels
	Stars    Stars
	Hash     Hash
	Grid     [][]int
	Fixed    [3]string
	Cube     [2][2][2]uint8
	Empty    [0]int
	Times    []time.Time
	Durs     []time.Duration
	Orders   []Order
	Pointers []*Order
	ByID     map[int64]Order
	ByLevel  map[Level][]string
	ByPoint  map[Point]string
	ByKey    map[[2]string]int
	ByAddr   map[netip.Addr]bool
	ByFlag   map[bool]*Order
	Nested   map[string]map[int]map[bool]float64
	Set      map[string]struct{}
	Voids    []struct{}
	Inline   []struct {
		A int
		B []struct{ C string }
	}
}

// A Point is a key.
type Point struct{ X, Y int32 }

// A Pointers has pointers to what may be nil and to what may not.
type Pointers struct {
	String  *string
	Time    *time.Time
	Order   *Order
	Ref     Ref
	Twice   **int
	Thrice  ***string
	Slice   *[]int
	Map     *map[string]int
	Bytes   *[]byte
	Array   *[2]int
	Hash    *Hash
	Address *other.Address
	Ptr     []**Order
}

// An Embedding embeds structs, its own package's and others'.
type Embedding struct {
	Point
	*Order
	other.Base
	base
	time.Time
	Name string
}

type base struct{ hidden string }

// A Tagged has names of its own, and fields that are left out.
type Tagged struct {
	Short    string   `msg:"s" json:"ignored"`
	Private  chan int `msg:"-"`
	private  int
	Quoted   int `msg:"quo\"ted"`
	Long     int `msg:"a_name_that_has_more_than_thirty_one_bytes"`
	_        int
	Mu       sync.Mutex     `msg:"-"`
	Callback func()         `msg:"-"`
	Address  unsafe.Pointer `msg:"-"`
	Sparse   string         `msg:"sparse,omitempty"`
}

// A Page is generic.
type Page[T any] struct {
	Items []T
	Next  *Page[T]
	Total int
}

// A Pair is generic too.
type Pair[K comparable, V any] struct {
	Key   K
	Value V
	All   map[K][]V
}

type (
	// A Tree nests by slices of pointers.
	Tree struct {
		Value    int
		Children []*Tree
	}
	// A List nests by one pointer.
	List struct {
		Value string
		Next  *List
	}
	// A Nest is a slice of itself.
	Nest []Nest
	// A Dict is a map of itself.
	Dict map[string]Dict
	// A Person and a Company refer to each other.
	Person struct {
		Name string
		Job  *Company
	}
	// A Company refers to a Person, in two ways.
	Company struct {
		Boss  *Person
		Staff map[string]Person
		Site  [1]Nest
	}
)

// A Marshalers has types that say themselves how they are written.
type Marshalers struct {
	URL    url.URL
	Link   *url.URL
	Addr   netip.Addr
	Prefix []netip.Prefix
	Number *big.Int
	Color  Color
	Colors map[Color]Color
	Own    Own
	Owns   []*Own
	Both   Both
}

// A Shadow has fields and types that are called like what generated code uses, and
// a type of another package that is called like one of this one.
type Shadow struct {
	b, err, d, e, v, name, codec int
	User                         other.User
	entries                      []entry
	B                            b
	Rest                         map[rest]*codec
}

type (
	entry struct{ len, string, nil Label }
	b     []err
	err   int
	rest  string
	codec struct {
		D d
		N map[name]value
	}
	d     [2]e
	e     struct{ I i }
	i     []v
	v     *int
	name  bool
	value struct{ n key }
	key   uint
)
