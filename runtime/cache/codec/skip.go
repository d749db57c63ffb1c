package codec

import (
	"encoding/binary"
	"fmt"
)

// Skip goes past one value of any kind. It takes the same memory however deep the
// value nests, and time in proportion to its length.
func Skip(b []byte) ([]byte, error) {
	for left := uint64(1); left > 0; left-- {
		size, inner, err := measure(b)
		if err != nil {
			return b, err
		}
		if size > uint64(len(b)) {
			return b, ErrShort
		}
		b = b[size:]
		// Each value that is still to come takes a byte at least.
		if left += inner; left-1 > uint64(len(b)) {
			return b, ErrShort
		}
	}
	return b, nil
}

// skipWithin is Skip for a value that must not nest deeper than most levels.
func skipWithin(b []byte, most int) ([]byte, error) {
	if _, err := Skip(b); err != nil {
		return b, err
	}
	open := []uint64{1} // how many values each level still waits for
	for len(open) > 0 {
		last := len(open) - 1
		if open[last] == 0 {
			open = open[:last]
			continue
		}
		open[last]--
		size, inner, _ := measure(b)
		b = b[size:]
		if inner == 0 {
			continue
		}
		if open = append(open, inner); len(open) > most {
			return b, fmt.Errorf("%w: the value nests deeper than %d levels", ErrLimit, most)
		}
	}
	return b, nil
}

// measure returns how many bytes the value at the begin of b has, without the
// values in it, and how many those are.
func measure(b []byte) (size, inner uint64, err error) {
	if len(b) == 0 {
		return 0, 0, ErrShort
	}
	switch lead := b[0]; {
	case lead <= 0x7f || lead >= 0xe0: // small integers
		return 1, 0, nil
	case lead <= 0x8f: // map
		return 1, 2 * uint64(lead&0x0f), nil
	case lead <= 0x9f: // array
		return 1, uint64(lead & 0x0f), nil
	case lead <= 0xbf: // string
		return 1 + uint64(lead&0x1f), 0, nil
	case lead == 0xc1:
		return 0, 0, fmt.Errorf("%w: a byte that MessagePack does not use", ErrKind)
	default:
		return measureLong(b)
	}
}

// forms tell how the values with a lead byte from 0xc0 on are laid out: how many
// bytes a length takes that follows it, how many bytes come beside that, and how
// many values each unit of the length counts (0: it counts bytes).
var forms = [32]struct{ length, fixed, values uint8 }{
	0xc4 - 0xc0: {1, 0, 0}, 0xc5 - 0xc0: {2, 0, 0}, 0xc6 - 0xc0: {4, 0, 0}, // binary
	0xc7 - 0xc0: {1, 1, 0}, 0xc8 - 0xc0: {2, 1, 0}, 0xc9 - 0xc0: {4, 1, 0}, // extensions
	0xca - 0xc0: {0, 4, 0}, 0xcb - 0xc0: {0, 8, 0}, // floats
	0xcc - 0xc0: {0, 1, 0}, 0xcd - 0xc0: {0, 2, 0}, 0xce - 0xc0: {0, 4, 0}, 0xcf - 0xc0: {0, 8, 0}, // unsigned
	0xd0 - 0xc0: {0, 1, 0}, 0xd1 - 0xc0: {0, 2, 0}, 0xd2 - 0xc0: {0, 4, 0}, 0xd3 - 0xc0: {0, 8, 0}, // signed
	0xd4 - 0xc0: {0, 2, 0}, 0xd5 - 0xc0: {0, 3, 0}, 0xd6 - 0xc0: {0, 5, 0}, 0xd7 - 0xc0: {0, 9, 0}, 0xd8 - 0xc0: {0, 17, 0}, // extensions
	0xd9 - 0xc0: {1, 0, 0}, 0xda - 0xc0: {2, 0, 0}, 0xdb - 0xc0: {4, 0, 0}, // strings
	0xdc - 0xc0: {2, 0, 1}, 0xdd - 0xc0: {4, 0, 1}, // arrays
	0xde - 0xc0: {2, 0, 2}, 0xdf - 0xc0: {4, 0, 2}, // maps
}

func measureLong(b []byte) (size, inner uint64, err error) {
	form := forms[b[0]-0xc0]
	size = 1 + uint64(form.length) + uint64(form.fixed)
	if size > uint64(len(b)) {
		return 0, 0, ErrShort
	}
	var length uint64
	switch form.length {
	case 1:
		length = uint64(b[1])
	case 2:
		length = uint64(binary.BigEndian.Uint16(b[1:]))
	case 4:
		length = uint64(binary.BigEndian.Uint32(b[1:]))
	}
	if form.values > 0 {
		return size, length * uint64(form.values), nil
	}
	return size + length, 0, nil
}
