// Package copytest holds types of all kinds that can be copied, and the functions
// that generator/copier makes for them. Its tests regenerate those, copy random
// values, and look for memory that original and copy share. It is for tests only.
package copytest

import (
	"encoding/json"
	"math/big"
	"net/http"
	"net/netip"
	"net/url"
	"reflect"
	"regexp"
	"time"

	"github.com/bunsui/bunsui-go/internal/copytest/other"
)

// A User is a typical result.
type User struct {
	ID        int64
	Name      string
	Email     string
	Active    bool
	Score     float64
	Created   time.Time
	Deleted   *time.Time
	Tags      []string
	Attrs     map[string]string
	Orders    []Order
	ManagerID *int64
	Address   *other.Address
}

// An Order is a part of a User, and holds nothing.
type Order struct {
	SKU   string
	Count int
	Sent  time.Time
}

type (
	// A Level is an integer under another name.
	Level int8
	// A Labels is a slice under another name.
	Labels []string
	// A Ref is a pointer under another name.
	Ref *Line
	// A Index is a map under another name.
	Index map[string]*Line
	// A Grid is an array under another name.
	Grid [2][3]Line
	// A Lines is another name of a slice.
	Lines = []Line
)

// A Line holds something.
type Line struct {
	Text  string
	Marks []int
}

// A Scalars needs no copy.
type Scalars struct {
	B      bool
	I      int
	U      uintptr
	F      float64
	C      complex128
	S      string
	D      time.Duration
	T      time.Time
	L      Level
	Addr   netip.Addr
	Prefix netip.Prefix
	URL    url.URL
	User   *url.Userinfo
	Zone   *time.Location
	Match  *regexp.Regexp
	Type   reflect.Type
	Large  [1 << 10]byte
	None   [0]func()
	Point  Point
	_      func()
}

// A Point is a key.
type Point struct{ X, Y int32 }

// A Collections has slices, arrays and maps.
type Collections struct {
	Bytes   []byte
	Raw     json.RawMessage
	Labels  Labels
	Header  http.Header
	Values  url.Values
	Grid    Grid
	Deep    [][][]string
	Fixed   [3][]string
	Lines   Lines
	Refs    []*Line
	ByName  map[string]Line
	Index   Index
	Nested  map[Level]map[Point][]string
	Set     map[string]struct{}
	ByPtr   map[*Point]*Point
	ByAny   map[any][]int
	ByFloat map[float64][]int
	ByArray map[string][2]Line
	Voids   []struct{}
}

// A Pointers has pointers to what may be nil and to what may not.
type Pointers struct {
	String  *string
	Again   *string
	Time    *time.Time
	Line    *Line
	Ref     Ref
	Twice   **int
	Thrice  ***Line
	Slice   *[]int
	Map     *map[string]int
	Array   *[2]int
	Grid    *Grid
	Address *other.Address
	Link    *url.URL
	Same    *Scalars
	Numbers []*big.Int
}

// An Embedding embeds structs, its own package's and others'.
type Embedding struct {
	Point
	*Line
	other.Base
	base
	time.Time
	Labels
}

type base struct{ hidden []string }

// An Inline has types without names.
type Inline struct {
	One  struct{ Tags []string }
	Two  *struct{ Tags, More []string }
	Many []struct {
		Tags []string
		In   map[string]struct{ Line *Line }
	}
	Fixed  [2]struct{ Tags []string }
	ByRate map[float64]struct{ Tags []string }
	ByName map[string]*struct{ P *struct{ Q *int } }
}

// A Page is generic.
type Page[T any] struct {
	Items []T
	First *T
	Total int
}

// A Pair is generic too.
type Pair[K comparable, V any] struct {
	Key   K
	Value V
	All   map[K][]V
}

// A Number is one of these.
type Number interface{ ~int | ~float64 }

// A Foreign has types of other packages that hide something.
type Foreign struct {
	Money   other.Money
	Moneys  []*other.Money
	Number  other.Number
	Numbers map[string]*other.Number
	Record  other.Record
}

// A Bigs has numbers without bounds.
type Bigs struct {
	Int    *big.Int
	Rat    *big.Rat
	Float  *big.Float
	Value  big.Int
	Values []big.Float
}

// A Shadow has fields and types that are called like what generated code uses, and
// a type of another package that is called like one of this one.
type Shadow struct {
	v, c, p, i, m, key, value, slices, maps []v
	User                                    *other.User
	entries                                 map[key]*value
	Own                                     []struct{ slices []*p }
	more                                    map[c]i
}

type (
	v     struct{ b []byte }
	c     struct{ I *i }
	i     []p
	p     struct{ m *m }
	m     map[key]value
	key   uint
	value struct{ n []*c2 }
	c2    struct{ maps map[key]big2 }
	big2  [2]*int
)
