package codec

import (
	"encoding/binary"
	"time"

	"github.com/tinylib/msgp/msgp"
)

const (
	fixext4, fixext8, ext8 = 0xd6, 0xd7, 0xc7
	timestamp              = 0xff // extension type -1
	arrayOfTwo             = 0x92
)

// AppendTime appends the instant of t as a MessagePack timestamp. Where t is not in
// UTC, it appends an array of that and the offset from UTC in seconds. The name of
// the zone and a monotonic reading are lost.
func AppendTime(b []byte, t time.Time) []byte {
	if t.Location() == time.UTC {
		return appendTimestamp(b, t)
	}
	_, offset := t.Zone()
	return msgp.AppendInt(appendTimestamp(append(b, arrayOfTwo), t), offset)
}

func appendTimestamp(b []byte, t time.Time) []byte {
	sec, nsec := t.Unix(), uint64(t.Nanosecond())
	switch {
	case sec>>34 != 0: // before 1970 too
		b = append(b, ext8, 12, timestamp)
		b = binary.BigEndian.AppendUint32(b, uint32(nsec))
		return binary.BigEndian.AppendUint64(b, uint64(sec))
	case nsec != 0 || sec>>32 != 0:
		return binary.BigEndian.AppendUint64(append(b, fixext8, timestamp), nsec<<34|uint64(sec))
	default:
		return binary.BigEndian.AppendUint32(append(b, fixext4, timestamp), uint32(sec))
	}
}

// ReadTime reads what AppendTime has written. A time with an offset is in the
// local zone if that has the same offset then, else in a zone without a name.
func ReadTime(b []byte, v *time.Time) ([]byte, error) {
	if len(b) == 0 || b[0] != arrayOfTwo {
		return readTimestamp(b, v)
	}
	b, err := readTimestamp(b[1:], v)
	if err != nil {
		return b, err
	}
	var offset int32
	if b, err = ReadInt(b, &offset); err != nil {
		return b, err
	}
	if local := v.Local(); offsetOf(local) == int(offset) {
		*v = local
	} else {
		*v = v.In(time.FixedZone("", int(offset)))
	}
	return b, nil
}

func offsetOf(t time.Time) int {
	_, offset := t.Zone()
	return offset
}

func readTimestamp(b []byte, v *time.Time) ([]byte, error) {
	t, rest, err := msgp.ReadTimeUTCBytes(b)
	if err != nil {
		return b, wrong(err)
	}
	*v = t
	return rest, nil
}
