package monitor

import (
	"encoding/json"
	"math"
	"reflect"
	"strconv"
	"strings"
)

// numbers are an array of JSON numbers. NaN is null, where nothing is known. Counts are
// exact up to 2⁵³, as they are in a browser.
type numbers []float64

var unknown = math.NaN()

func (n numbers) appendJSON(b []byte) []byte {
	b = append(b, '[')
	for i, v := range n {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendNumber(b, v)
	}
	return append(b, ']')
}

// MarshalJSON writes an array.
func (n numbers) MarshalJSON() ([]byte, error) { return n.appendJSON(nil), nil }

func appendNumber(b []byte, v float64) []byte {
	const exact = 1 << 53
	switch {
	case math.IsNaN(v) || math.IsInf(v, 0):
		return append(b, "null"...)
	case v == math.Trunc(v) && math.Abs(v) <= exact:
		return strconv.AppendInt(b, int64(v), 10)
	default:
		return strconv.AppendFloat(b, v, 'f', -1, 64)
	}
}

// same is equality for which NaN is itself.
func (n numbers) same(m numbers) bool {
	if len(n) != len(m) {
		return false
	}
	for i, v := range n {
		if v != m[i] && !(math.IsNaN(v) && math.IsNaN(m[i])) {
			return false
		}
	}
	return true
}

// rounded has three digits, which is what people read of a rate.
func rounded(v float64) float64 {
	if v == 0 || math.IsNaN(v) || math.IsInf(v, 0) {
		return v
	}
	scale := math.Pow(10, 2-math.Floor(math.Log10(math.Abs(v))))
	if scale < 1 {
		return math.Round(v)
	}
	return math.Round(v*scale) / scale
}

func (t *pageTable) appendJSON(b []byte) []byte {
	b = append(b, '{')
	member := func(name string) {
		if b[len(b)-1] != '{' {
			b = append(b, ',')
		}
		b = append(b, '"')
		b = append(append(b, name...), `":`...)
	}
	marshal := func(name string, v any) {
		member(name)
		text, _ := json.Marshal(v) // labels, texts and numbers are always fine
		b = append(b, text...)
	}
	if len(t.Columns) > 0 {
		marshal("columns", t.Columns)
	}
	if len(t.Labels) > 0 {
		marshal("labels", t.Labels)
	}
	if len(t.Rows) > 0 {
		member("rows")
		for i, r := range t.Rows {
			b = append(b, "[,"[min(i, 1)])
			b = r.appendJSON(b)
		}
		b = append(b, ']')
	}
	if len(t.Gone) > 0 {
		marshal("gone", t.Gone)
	}
	return append(b, '}')
}

// A knower remembers what was last written of each member of a document.
type knower map[string]string

// encode writes a document. With a knower it is an update: members that have not changed
// are left out, but for those that have their own way of telling what is new.
func encode(document any, known knower) ([]byte, error) {
	v := reflect.ValueOf(document).Elem()
	b := []byte{'{'}
	for i := range v.NumField() {
		name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		value := v.Field(i)
		if i > 0 && value.IsZero() {
			continue
		}
		text, grows, err := encodeMember(value.Interface(), known)
		if err != nil {
			return nil, err
		}
		if known != nil && !grows {
			if known[name] == string(text) {
				continue
			}
			known[name] = string(text)
		}
		if len(b) > 1 {
			b = append(b, ',')
		}
		b = append(strconv.AppendQuote(b, name), ':')
		b = append(b, text...)
	}
	return append(b, '}'), nil
}

func encodeMember(value any, known knower) (text []byte, grows bool, err error) {
	switch m := value.(type) {
	case *pageTable:
		return m.appendJSON(nil), true, nil
	case pageHead:
		raised, err := json.Marshal(m.Raised)
		if err != nil {
			return nil, false, err
		}
		if known != nil && known["raised"] == string(raised) { // hundreds, perhaps
			m.Raised = nil
		} else if known != nil {
			known["raised"] = string(raised)
		}
		text, err = json.Marshal(m)
		return text, true, err
	case pageSeries, *pageHeatmap:
		grows = true
	}
	text, err = json.Marshal(value)
	return text, grows, err
}
