package frame_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/bunsui/bunsui-go/runtime/cache/frame"
)

// texts carries texts as they are, and "" not at all.
type texts struct{}

var errEmpty = errors.New("no text")

func (texts) Append(b []byte, v string) ([]byte, error) {
	if v == "" {
		return b, errEmpty
	}
	return append(b, v...), nil
}

func (texts) Decode(b []byte) (string, error) {
	if len(b) == 0 {
		return "", errEmpty
	}
	return string(b), nil
}

func (texts) Schema() string { return "texts1" }

// broken forgets what it was given.
type broken struct{ texts }

func (broken) Append([]byte, string) ([]byte, error) { return nil, nil }

func TestOf(t *testing.T) {
	long := string(sample(10_000))
	for _, tt := range []struct {
		name       string
		value      string
		above      int
		compressed bool
	}{
		{"short", "seven", 100, false},
		{"long", long, 4096, true},
		{"never", long, 0, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			codec := frame.Of(texts{}, tt.above)
			b, err := codec.Append([]byte("head"), tt.value)
			if err != nil {
				t.Fatal(err)
			}
			b, found := bytes.CutPrefix(b, []byte("head"))
			if !found || len(b) < len(tt.value) != tt.compressed {
				t.Errorf("%d bytes for %d", len(b), len(tt.value))
			}
			// Another process may have another bound.
			for _, above := range []int{0, 1, 1 << 20} {
				if got, err := frame.Of(texts{}, above).Decode(b); err != nil || got != tt.value {
					t.Errorf("above %d: %d bytes, %v", above, len(got), err)
				}
			}
			if codec.Schema() != "texts1" {
				t.Error(codec.Schema())
			}
		})
	}
}

func TestOfPassesErrorsOn(t *testing.T) {
	codec := frame.Of(texts{}, 1)
	if _, err := codec.Append(nil, ""); !errors.Is(err, errEmpty) {
		t.Error(err)
	}
	if _, err := codec.Decode([]byte{0x10}); !errors.Is(err, errEmpty) {
		t.Error(err)
	}
	if _, err := codec.Decode([]byte("seven")); !errors.Is(err, frame.ErrFormat) {
		t.Error(err)
	}
	if _, err := frame.Of(broken{}, 1).Append([]byte("head"), "seven"); err == nil || !strings.Contains(err.Error(), "frame_test.broken") {
		t.Error(err)
	}
}
