package rows

import (
	"bufio"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// maxAccesses is how much of a trace is used.
const maxAccesses = 2_000_000

// A traceFile is one of the files in the folder traces.
type traceFile struct {
	name string
	read func(r *bufio.Reader, add func(key int64) bool) error
}

func traceFiles() []traceFile {
	return []traceFile{
		{"oltp.gz", readRanges},
		{"p3.gz", readRanges},
		{"sprite.trace.gz", readNumbers},
		{"2_pools.trace.gz", readNumbers},
		{"loop.trace.gz", readNumbers},
		{"web12.trace.gz", readRecords},
	}
}

// load returns the keys of at most limit accesses.
func (t traceFile) load(folder string, limit int) (keys []int64, err error) {
	file, err := os.Open(filepath.Join(folder, t.name))
	if err != nil {
		return nil, err
	}
	defer file.Close()
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", t.name, err)
	}
	err = t.read(bufio.NewReader(unzipped), func(key int64) bool {
		keys = append(keys, key)
		return len(keys) < limit
	})
	if err == nil && len(keys) == 0 {
		err = errors.New("no accesses")
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", t.name, err)
	}
	return keys, nil
}

// readRanges reads lines that begin with a key and a number of keys that follow it.
func readRanges(r *bufio.Reader, add func(int64) bool) error {
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		words := strings.Fields(lines.Text())
		if len(words) < 2 {
			continue
		}
		start, err := strconv.ParseInt(words[0], 10, 64)
		if err != nil {
			return err
		}
		count, err := strconv.ParseInt(words[1], 10, 64)
		if err != nil {
			return err
		}
		for key := start; key < start+count; key++ {
			if !add(key) {
				return nil
			}
		}
	}
	return lines.Err()
}

// readNumbers reads one key a line.
func readNumbers(r *bufio.Reader, add func(int64) bool) error {
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		word := strings.TrimSpace(lines.Text())
		if word == "" || word == "*" { // stars part the phases of one trace
			continue
		}
		key, err := strconv.ParseInt(word, 10, 64)
		if err != nil {
			return err
		}
		if !add(key) {
			return nil
		}
	}
	return lines.Err()
}

// readRecords reads big-endian numbers of 32 bits.
func readRecords(r *bufio.Reader, add func(int64) bool) error {
	var record [4]byte
	for {
		_, err := io.ReadFull(r, record[:])
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if !add(int64(binary.BigEndian.Uint32(record[:]))) {
			return nil
		}
	}
}

// distinct returns the number of different keys.
func distinct(keys []int64) int {
	seen := make(map[int64]struct{})
	for _, key := range keys {
		seen[key] = struct{}{}
	}
	return len(seen)
}
