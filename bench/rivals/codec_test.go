package rivals

import (
	"reflect"
	"testing"

	"github.com/bunsui/bunsui-go/bench/sample"
)

// TestCodecs checks that each codec gives back what it was given: a benchmark of one
// that loses fields would be fast, and wrong.
func TestCodecs(t *testing.T) {
	for _, c := range Codecs() {
		t.Run(c.Name, func(t *testing.T) {
			reuse := c.Reusing()
			for _, want := range []*sample.Customer{sample.NewCustomer(12345), sample.NewCustomer(-7), {Tags: []string{}, Attrs: map[string]string{}, Orders: []sample.Order{}}} {
				fresh, err := c.Marshal(want)
				checkDecoded(t, c, fresh, err, want)
				again, err := reuse(want)
				checkDecoded(t, c, again, err, want)
			}
		})
	}
}

func checkDecoded(t *testing.T, c Codec, b []byte, err error, want *sample.Customer) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	got, err := c.Unmarshal(b)
	if err != nil {
		t.Fatal(err)
	}
	if !got.Created.Equal(want.Created) {
		t.Errorf("got %v, want %v", got.Created, want.Created)
	}
	got.Created = want.Created
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if _, err := c.Unmarshal(b[:len(b)/2]); err == nil {
		t.Error("half of the bytes were taken for a customer")
	}
}
