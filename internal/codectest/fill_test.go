package codectest_test

import (
	"encoding/json"
	"math/big"
	"math/rand/v2"
	"net/netip"
	"net/url"
	"reflect"
	"time"
	"unsafe"

	"github.com/bunsui/bunsui-go/internal/codectest"
)

// random makes a value of type V whose fields are set at random, those without an
// exported name too, but for those that a codec leaves out.
func random[V any](r *rand.Rand) V {
	var v V
	f := filler{r}
	f.fill(reflect.ValueOf(&v).Elem(), 5)
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
		v.SetInt(int64(f.Uint64()) >> f.IntN(64) << (64 - v.Type().Bits()) >> (64 - v.Type().Bits()))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		v.SetUint(f.Uint64() >> f.IntN(64) << (64 - v.Type().Bits()) >> (64 - v.Type().Bits()))
	case reflect.Float32, reflect.Float64:
		v.SetFloat(f.float())
	case reflect.Complex64, reflect.Complex128:
		v.SetComplex(complex(f.float(), f.float()))
	case reflect.String:
		v.SetString(f.text())
	default:
		f.fillParts(v, depth)
	}
}

func (f filler) float() float64 {
	special := []float64{0, 1, -1.5, 1e300, -1e-300, 3.4e38, 1 << 60}
	if i := f.IntN(2 * len(special)); i < len(special) {
		return special[i]
	}
	return f.NormFloat64()
}

// text has any bytes, of lengths on both sides of where headers change.
func (f filler) text() string {
	lengths := []int{0, 1, 5, 31, 32, 255, 256}
	text := make([]byte, lengths[f.IntN(len(lengths))])
	for i := range text {
		text[i] = byte(f.Uint32())
	}
	return string(text)
}

// special sets types that are more than their fields.
func (f filler) special(v reflect.Value) bool {
	switch p := v.Addr().Interface().(type) {
	case *time.Time:
		*p = f.time()
	case *url.URL:
		*p = url.URL{Scheme: "https", Host: "example.com", Path: "/a b", RawQuery: "q=1"}
	case *netip.Addr:
		*p = netip.AddrFrom4([4]byte{10, 0, 0, byte(f.Uint32())})
	case *netip.Prefix:
		*p = netip.PrefixFrom(netip.IPv6Loopback(), f.IntN(128))
	case *big.Int:
		p.Lsh(big.NewInt(int64(f.Uint64())), uint(f.IntN(100)))
	case *codectest.Own:
		*p = codectest.Own{}
	case *json.RawMessage:
		*p = json.RawMessage(`{"raw": [1]}`)
	default:
		return false
	}
	return true
}

func (f filler) time() time.Time {
	var t time.Time
	switch f.IntN(4) {
	case 0:
		return t
	case 1:
		t = time.Unix(int64(f.Uint32()), 0)
	case 2:
		t = time.Unix(int64(f.Uint32()), int64(f.IntN(1e9)))
	case 3:
		t = time.Unix(int64(f.Uint64()>>20)-1<<40, int64(f.IntN(1e9)))
	}
	if f.IntN(2) == 0 {
		return t.UTC()
	}
	return t.In(time.FixedZone("", f.IntN(24*3600)-12*3600))
}

func (f filler) fillParts(v reflect.Value, depth int) {
	nothing := depth == 0 || f.IntN(5) == 0
	switch v.Kind() {
	case reflect.Array:
		for i := range v.Len() {
			f.fill(v.Index(i), depth)
		}
	case reflect.Struct:
		f.fillFields(v, depth)
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

func (f filler) fillFields(v reflect.Value, depth int) {
	for i := range v.NumField() {
		field := v.Type().Field(i)
		if field.Name == "_" || field.Tag.Get("msg") == "-" {
			continue
		}
		at := reflect.NewAt(field.Type, unsafe.Pointer(v.Field(i).UnsafeAddr())).Elem()
		f.fill(at, depth)
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
