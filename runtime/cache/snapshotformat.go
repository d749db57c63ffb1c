package cache

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math"

	"github.com/bunsui/bunsui-go/runtime/internal/clock"
)

// A snapshot is a magic number and frames: one head, any number of records, one end.
// Numbers have their highest byte first.
//
//	frame:  kind 1, length of the content 4, content, CRC-32C of all that 4
//	head:   length of the name 4, name, fingerprint
//	record: stored at (Unix, ns) 8, own ttl (ns) 8, load time (ns) 8,
//	        length of the text 4, text, the codec's bytes
//	end:    number of records 8
const (
	snapshotMagic = "bunsui\x00\x01" // the last byte is the version

	headFrame, recordFrame, endFrame = 'H', 'R', 'E'

	// frameHead and frameTail are what a frame has around its content.
	frameHead, frameTail = 5, 4
	// recordHead is what a record has before its text.
	recordHead = 28
	// maxHead and maxRecord bound the content of frames.
	maxHead, maxRecord = 1 << 20, 512 << 20
	// flushAbove is from how many bytes on a snapshot is written out.
	flushAbove = 64 << 10
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// snapshotWriter writes frames.
type snapshotWriter struct {
	to io.Writer
	// zero is the time of day at which the clock showed 0.
	zero   int64
	buffer []byte
	err    error
	// result is room for the bytes of one result.
	result []byte
}

func (w *snapshotWriter) head(name, fingerprint string) {
	w.buffer = append(w.buffer, snapshotMagic...)
	start := w.begin(headFrame)
	w.buffer = binary.BigEndian.AppendUint32(w.buffer, uint32(len(name)))
	w.buffer = append(append(w.buffer, name...), fingerprint...)
	w.finish(start)
}

// record writes a record, and reports whether it did: one that is too long is left out.
func (w *snapshotWriter) record(text string, r record) bool {
	if len(text)+len(r.bytes) > maxRecord-recordHead {
		return false
	}
	start, order := w.begin(recordFrame), binary.BigEndian
	w.buffer = order.AppendUint64(w.buffer, uint64(w.zero+r.stored))
	w.buffer = order.AppendUint64(w.buffer, uint64(r.ttl))
	w.buffer = order.AppendUint64(w.buffer, uint64(r.took))
	w.buffer = order.AppendUint32(w.buffer, uint32(len(text)))
	w.buffer = append(append(w.buffer, text...), r.bytes...)
	w.finish(start)
	return w.err == nil
}

// end writes the last frame, and returns the first error of the writer.
func (w *snapshotWriter) end(records int) error {
	start := w.begin(endFrame)
	w.buffer = binary.BigEndian.AppendUint64(w.buffer, uint64(records))
	w.finish(start)
	w.flush()
	return w.err
}

func (w *snapshotWriter) begin(kind byte) (start int) {
	start = len(w.buffer)
	w.buffer = append(w.buffer, kind, 0, 0, 0, 0)
	return start
}

func (w *snapshotWriter) finish(start int) {
	order := binary.BigEndian
	order.PutUint32(w.buffer[start+1:], uint32(len(w.buffer)-start-frameHead))
	w.buffer = order.AppendUint32(w.buffer, crc32.Checksum(w.buffer[start:], castagnoli))
	if len(w.buffer) >= flushAbove {
		w.flush()
	}
}

func (w *snapshotWriter) flush() {
	if w.err == nil {
		_, w.err = w.to.Write(w.buffer)
	}
	w.buffer = w.buffer[:0]
}

// snapshotReader reads frames.
type snapshotReader struct {
	from    io.Reader
	zero    int64
	records uint64
	content bytes.Buffer
}

func damaged(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrDamagedSnapshot, fmt.Sprintf(format, args...))
}

// head reads what comes before the records, and compares it with what is wanted.
func (r *snapshotReader) head(name, fingerprint string) error {
	magic := make([]byte, len(snapshotMagic))
	if _, err := io.ReadFull(r.from, magic); err != nil {
		return cutOff(err)
	}
	last := len(magic) - 1
	if string(magic[:last]) != snapshotMagic[:last] {
		return damaged("it does not begin like one")
	}
	if magic[last] != snapshotMagic[last] {
		return fmt.Errorf("%w: its format has version %d, and this program knows %d", ErrOtherSnapshot, magic[last], snapshotMagic[last])
	}
	kind, b, err := r.frame()
	if err != nil {
		return err
	}
	if kind != headFrame || len(b) < 4 || uint64(binary.BigEndian.Uint32(b)) > uint64(len(b)-4) {
		return damaged("it has no head")
	}
	length := binary.BigEndian.Uint32(b)
	switch gotName, gotShape := string(b[4:4+length]), string(b[4+length:]); {
	case gotName != name:
		return fmt.Errorf("%w: it is that of %q", ErrOtherSnapshot, gotName)
	case gotShape != fingerprint:
		return fmt.Errorf("%w: its fingerprint is %q, and that of the results and keys of now is %q", ErrOtherSnapshot, gotShape, fingerprint)
	}
	return nil
}

// record reads the next record; one without bytes, which is nil, is the end.
func (r *snapshotReader) record() (text string, rec record, err error) {
	kind, b, err := r.frame()
	if err != nil {
		return "", rec, err
	}
	order := binary.BigEndian
	switch {
	case kind == endFrame && len(b) == 8:
		if n := order.Uint64(b); n != r.records {
			return "", rec, damaged("it has %d results, and should have %d", r.records, n)
		}
		return "", rec, nil
	case kind != recordFrame || len(b) < recordHead || uint64(order.Uint32(b[24:])) > uint64(len(b)-recordHead):
		return "", rec, damaged("after %d results", r.records)
	}
	rec.ttl, rec.took = int64(order.Uint64(b[8:])), int64(order.Uint64(b[16:]))
	if rec.ttl < 0 || rec.took < 0 {
		return "", rec, damaged("result %d lives or was loaded for less than no time", r.records+1)
	}
	rec.stored = r.clocked(int64(order.Uint64(b)))
	length := int(order.Uint32(b[24:]))
	text = string(b[recordHead : recordHead+length])
	rec.bytes = append(make([]byte, 0, len(b)-recordHead-length), b[recordHead+length:]...)
	r.records++
	return text, rec, nil
}

// clocked turns a time of day into one of the clock, that of now if it lies in the
// future, and never one that is too long ago to reckon with.
func (r *snapshotReader) clocked(at int64) int64 {
	at = max(at, math.MinInt64/4) // the clock's 0 is less than that away from 1970
	return min(at-r.zero, clock.Exact())
}

// frame reads the next frame. Its content is good until the next call.
func (r *snapshotReader) frame() (kind byte, content []byte, err error) {
	var head [frameHead]byte
	if _, err := io.ReadFull(r.from, head[:]); err != nil {
		return 0, nil, cutOff(err)
	}
	length, most := int64(binary.BigEndian.Uint32(head[1:])), int64(maxHead)
	if kind = head[0]; kind == recordFrame {
		most = maxRecord
	}
	if length > most {
		return 0, nil, damaged("a part claims to have %d bytes", length)
	}
	// It grows with what comes, whatever the length claims.
	r.content.Reset()
	if _, err := io.CopyN(&r.content, r.from, length+frameTail); err != nil {
		return 0, nil, cutOff(err)
	}
	b := r.content.Bytes()
	sum := crc32.Update(crc32.Checksum(head[:], castagnoli), castagnoli, b[:length])
	if sum != binary.BigEndian.Uint32(b[length:]) {
		return 0, nil, damaged("a checksum is wrong after %d results", r.records)
	}
	return kind, b[:length], nil
}

// cutOff says of the end of what is read that it came too soon.
func cutOff(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return damaged("it ends too soon")
	}
	return err
}
