package rows

import (
	"context"
	"fmt"

	"github.com/bunsui/bunsui-go/bench/harness"
	"github.com/bunsui/bunsui-go/bench/rivals"
	"github.com/bunsui/bunsui-go/bench/sample"
)

// codecs writes and reads a result of ten fields, as all codecs do that for stores.
func codecs(ctx context.Context, b *harness.Bench) error {
	list := rivals.Codecs()
	customer := sample.NewCustomer(123_456_789)
	sizes, err := codecSizes(list, customer)
	if err != nil {
		return err
	}
	for _, part := range []struct {
		name   string
		make   func(rivals.Codec, *sample.Customer) (harness.Contender, error)
		target *harness.Target
	}{
		{"encode into a buffer that is there", encoder, harness.AtLeast(8)},
		{"encode into fresh bytes", freshEncoder, nil},
		{"decode", decoder, harness.AtLeast(6)},
	} {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		var contenders []harness.Contender
		for _, c := range list {
			contender, err := part.make(c, customer)
			if err != nil {
				return fmt.Errorf("%s: %w", c.Name, err)
			}
			contenders = append(contenders, contender)
		}
		t := b.Measure(harness.Case{Contenders: contenders})
		row := "codec, " + part.name
		b.Ratio(row+": encoding/json × generated", t.Ratio(rivals.JSON, rivals.Generated), part.target)
		b.Ratio(row+": msgpack/v5 × generated", t.Ratio(rivals.Msgpack, rivals.Generated), nil)
		b.Ratio(row+": cbor × generated", t.Ratio(rivals.CBOR, rivals.Generated), nil)
		b.Ratio(row+": generated × positional", t.Ratio(rivals.Generated, rivals.Positional), nil)
		b.Figure(row+": allocations", t.Of(rivals.Generated).Allocs, "", nil)
		b.Table(codecTable("Codec, "+part.name, t, sizes))
	}
	b.Figure("codec: bytes × encoding/json", float64(sizes[rivals.Generated])/float64(sizes[rivals.JSON]), "×", harness.AtMost(0.8))
	return hostile(ctx, b)
}

// codecSizes are the numbers of bytes of a customer.
func codecSizes(list []rivals.Codec, customer *sample.Customer) (map[string]int, error) {
	sizes := make(map[string]int)
	for _, c := range list {
		bytes, err := c.Marshal(customer)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c.Name, err)
		}
		sizes[c.Name] = len(bytes)
	}
	return sizes, nil
}

func encoder(c rivals.Codec, customer *sample.Customer) (harness.Contender, error) {
	write := c.Reusing()
	_, err := write(customer)
	return harness.Contender{Name: c.Name, Run: func(_, n int) {
		length := 0
		for range n {
			bytes, _ := write(customer)
			length += len(bytes)
		}
		sink.Store(uint64(length))
	}}, err
}

func freshEncoder(c rivals.Codec, customer *sample.Customer) (harness.Contender, error) {
	_, err := c.Marshal(customer)
	return harness.Contender{Name: c.Name, Run: func(_, n int) {
		length := 0
		for range n {
			bytes, _ := c.Marshal(customer)
			length += len(bytes)
		}
		sink.Store(uint64(length))
	}}, err
}

func decoder(c rivals.Codec, customer *sample.Customer) (harness.Contender, error) {
	bytes, err := c.Marshal(customer)
	if err == nil {
		_, err = c.Unmarshal(bytes)
	}
	return harness.Contender{Name: c.Name, Run: func(_, n int) {
		sum := int64(0)
		for range n {
			read, _ := c.Unmarshal(bytes)
			sum += read.ID
		}
		sink.Store(uint64(sum))
	}}, err
}

func codecTable(title string, t harness.Timings, sizes map[string]int) harness.Table {
	table := harness.Table{Title: title, Header: []string{"", "wall ns", "× " + rivals.Positional, "× " + rivals.JSON, "allocs", "B allocated", "B encoded"}}
	for _, timing := range t {
		table.Rows = append(table.Rows, []string{
			timing.Name, harness.Nanos(timing.Wall),
			harness.Short(t.Ratio(timing.Name, rivals.Positional).Median), harness.Short(t.Ratio(timing.Name, rivals.JSON).Median),
			harness.Short(timing.Allocs), harness.Short(timing.Bytes), fmt.Sprint(sizes[timing.Name]),
		})
	}
	table.Note = "One goroutine. positional is a floor written by hand, which no type can grow out of. cbor writes the time as text, since its default drops what is below a second."
	return table
}
