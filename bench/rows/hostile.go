package rows

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"runtime"
	"strconv"
	"strings"

	"github.com/bunsui/bunsui-go/bench/harness"
	"github.com/bunsui/bunsui-go/bench/rivals"
	"github.com/bunsui/bunsui-go/runtime/cache/codec"
)

// A hostileValue claims to be much longer than it is, after the head of a customer.
type hostileValue struct{ name, msgpack, cbor string }

func hostileValues() []hostileValue {
	return []hostileValue{
		{"slice of 2³¹-1 texts, 11 bytes", "\x81\xa4Tags\xdd\x7f\xff\xff\xff", "\xa1\x64Tags\x9a\x7f\xff\xff\xff"},
		{"slice of 2³¹-1 structs, 13 bytes", "\x81\xa6Orders\xdd\x7f\xff\xff\xff", "\xa1\x66Orders\x9a\x7f\xff\xff\xff"},
		{"map of 2³¹-1 texts, 12 bytes", "\x81\xa5Attrs\xdf\x7f\xff\xff\xff", "\xa1\x65Attrs\xba\x7f\xff\xff\xff"},
		{"text of 2³¹-1 bytes, 11 bytes", "\x81\xa4Name\xdb\x7f\xff\xff\xff", "\xa1\x64Name\x7a\x7f\xff\xff\xff"},
	}
}

// input is the value for a codec.
func (v hostileValue) input(codec string) []byte {
	if codec == rivals.CBOR {
		return []byte(v.cbor)
	}
	return []byte(v.msgpack)
}

// hostile reports what decoders allocate for lengths that are not true.
func hostile(ctx context.Context, b *harness.Bench) error {
	others := []string{rivals.Msgpack, rivals.CBOR}
	if b.Quick {
		others = nil
	}
	table := harness.Table{
		Title: "Codec, bytes allocated for hostile lengths", Header: append([]string{"", rivals.Generated}, others...),
		Note: "By one call, which returns an error. JSON has no lengths.",
	}
	for i, v := range hostileValues() {
		ours, err := decodeHostile(rivals.Generated, v)
		if err != nil {
			return err
		}
		limit := len(v.msgpack)*codec.DefaultGrowth + 64<<10 // what package codec allows
		b.Figure("codec, hostile "+v.name+": allocated", ours/1000, "kB", harness.AtMost(float64(limit)/1000))
		row := []string{v.name, harness.Short(ours)}
		for _, name := range others {
			cell, err := askHostile(ctx, name, i)
			if err != nil {
				return err
			}
			row = append(row, cell)
		}
		table.Rows = append(table.Rows, row)
	}
	b.Table(table)
	return nil
}

// decodeHostile returns the bytes that decoding a value allocates, which has to
// fail. It is the least of some calls: other goroutines allocate too.
func decodeHostile(name string, v hostileValue) (float64, error) {
	c, err := rivals.CodecOf(name)
	if err != nil {
		return 0, err
	}
	data, least := v.input(name), uint64(1<<63)
	for range 3 {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := c.Unmarshal(data)
		runtime.ReadMemStats(&after)
		if err == nil {
			return 0, fmt.Errorf("%s takes %q for a customer", name, data)
		}
		least = min(least, after.TotalAlloc-before.TotalAlloc)
	}
	return float64(least), nil
}

// askHostile does it in a process of its own, because some codecs end that.
func askHostile(ctx context.Context, name string, value int) (string, error) {
	cmd, err := childCommand(ctx, "hostile", name, strconv.Itoa(value))
	if err != nil {
		return "", err
	}
	var out, log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &log
	if err := cmd.Run(); err != nil {
		if strings.Contains(log.String(), "out of memory") {
			return "out of memory: the process ends", nil
		}
		return "", fmt.Errorf("hostile value for %s: %w\n%s", name, err, log.String())
	}
	values, err := numbers(out.String())
	if err != nil || len(values) != 1 {
		return "", fmt.Errorf("hostile value for %s: printed %q", name, out.String())
	}
	return harness.Short(values[0]), nil
}

// hostileChild prints the bytes that a codec allocates for a value, given by their
// name and number.
func hostileChild(args []string, out io.Writer) error {
	if len(args) != 2 {
		return fmt.Errorf("hostile: want a codec and the number of a value, have %q", args)
	}
	i, err := strconv.Atoi(args[1])
	if values := hostileValues(); err != nil || i < 0 || i >= len(values) {
		return fmt.Errorf("hostile: no value has the number %q", args[1])
	}
	allocated, err := decodeHostile(args[0], hostileValues()[i])
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(out, allocated)
	return err
}
