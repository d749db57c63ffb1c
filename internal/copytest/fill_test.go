package copytest_test

import (
	"math/big"
	"math/rand/v2"
	"net/netip"
	"net/url"
	"reflect"
	"regexp"
	"time"
	"unsafe"

	. "github.com/bunsui/bunsui-go/internal/copytest"
)

// random makes a value of type V whose fields are set at random, those without an
// exported name too.
func random[V any](r *rand.Rand) V {
	var v V
	filler{r}.fill(reflect.ValueOf(&v).Elem(), 4)
	return v
}

type filler struct{ *rand.Rand }

func (f filler) fill(v reflect.Value, depth int) {
	if f.special(v) {
		return
	}
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(f.IntN(2) == 0)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(int64(f.IntN(100)))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		v.SetUint(uint64(f.IntN(100)))
	case reflect.Float32, reflect.Float64:
		v.SetFloat(f.NormFloat64())
	case reflect.Complex64, reflect.Complex128:
		v.SetComplex(complex(f.NormFloat64(), 1))
	case reflect.String:
		v.SetString([]string{"", "a", "bc", "some text"}[f.IntN(4)])
	case reflect.Interface:
		v.Set(reflect.ValueOf(f.IntN(100))) // any; the others are special
	case reflect.Func: // only where there can be none
	default:
		f.fillParts(v, depth)
	}
}

var match = regexp.MustCompile("^x+$")

// special sets types that are more than their fields.
func (f filler) special(v reflect.Value) bool {
	switch p := v.Addr().Interface().(type) {
	case *time.Time:
		*p = time.Unix(int64(f.Uint32()), 0).In(time.FixedZone("", f.IntN(1000)))
	case **time.Location:
		*p = time.UTC
	case **regexp.Regexp:
		*p = match
	case *reflect.Type:
		*p = reflect.TypeFor[User]()
	case *url.URL:
		*p = url.URL{Scheme: "https", Host: "example.com", User: url.User("x"), RawQuery: "q=1"}
	case *netip.Addr:
		*p = netip.AddrFrom4([4]byte{10, 0, 0, byte(f.Uint32())})
	case *netip.Prefix:
		*p = netip.PrefixFrom(netip.IPv6Loopback(), f.IntN(128))
	case *big.Int:
		p.Lsh(big.NewInt(int64(f.Uint64())), uint(f.IntN(100)))
	case *big.Rat:
		p.SetFrac64(int64(f.Uint32()), 1+int64(f.Uint32()))
	case *big.Float:
		p.SetPrec(80).SetFloat64(f.NormFloat64())
	case *Shape:
		if f.IntN(3) > 0 {
			*p = &Square{Side: []float64{f.NormFloat64()}}
		}
	case *Set:
		if f.IntN(3) > 0 {
			*p = Set{"x": f.IntN(100)}
		}
	case *Tree:
		*p = Tree{Value: new(f.IntN(100)), Children: []*Tree{{Value: new(f.IntN(100))}}}
	default:
		return false
	}
	return true
}

func (f filler) fillParts(v reflect.Value, depth int) {
	nothing := depth <= 0 || f.IntN(5) == 0
	switch v.Kind() {
	case reflect.Array:
		for i := range v.Len() {
			f.fill(v.Index(i), depth)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if field := v.Type().Field(i); field.Name != "_" {
				f.fill(reflect.NewAt(field.Type, unsafe.Pointer(v.Field(i).UnsafeAddr())).Elem(), depth)
			}
		}
	case reflect.Pointer:
		if !nothing {
			v.Set(reflect.New(v.Type().Elem()))
			f.fill(v.Elem(), depth-1)
		}
	case reflect.Slice:
		if !nothing {
			v.Set(reflect.MakeSlice(v.Type(), f.IntN(4), 4))
			for i := range v.Len() {
				f.fill(v.Index(i), depth-1)
			}
		}
	case reflect.Map:
		if !nothing {
			f.fillMap(v, depth-1)
		}
	}
}

func (f filler) fillMap(v reflect.Value, depth int) {
	v.Set(reflect.MakeMap(v.Type()))
	for range f.IntN(4) {
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		f.fill(key, depth)
		f.fill(value, depth)
		v.SetMapIndex(key, value)
	}
}
