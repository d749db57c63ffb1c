package codec

import "fmt"

// watched is the depth from which an Encoder remembers where it has been. Few
// values are that deep, so that most of them cost no map.
const watched = 64

// An Encoder keeps count while one value is written. It belongs to one call of
// Append.
type Encoder struct {
	limits Limits
	start  int
	depth  int
	// open are the places that the path from the root to here has come by below
	// the watched depth.
	open map[any]struct{}
}

// NewEncoder prepares to append a value to b.
func NewEncoder(b []byte, limits Limits) Encoder { return Encoder{limits: limits, start: len(b)} }

// End says whether all of a value, which now is b, has been written.
func (e *Encoder) End(b []byte, err error) ([]byte, error) {
	if err != nil {
		return b, err
	}
	return b, e.checkSize(b)
}

func (e *Encoder) checkSize(b []byte) error {
	if most := e.limits.size(); int64(len(b)-e.start) > most {
		return fmt.Errorf("%w: the value has more than %d bytes", ErrLimit, most)
	}
	return nil
}

// EnterPointer goes one level deeper in a recursive type, through a pointer.
func EnterPointer[T any](e *Encoder, b []byte, p *T) error {
	if e.depth++; e.depth < watched {
		return nil
	}
	return e.watch(b, p)
}

// A window is where a slice begins, and its length: another one from the same
// place on may be shorter and lead elsewhere.
type window[T any] struct {
	first *T
	n     int
}

// EnterSlice goes one level deeper in a recursive type, through a slice.
func EnterSlice[T any](e *Encoder, b []byte, s []T) error {
	if e.depth++; e.depth < watched {
		return nil
	}
	if len(s) == 0 {
		return e.watch(b, nil)
	}
	return e.watch(b, window[T]{&s[0], len(s)})
}

// EnterMap goes one level deeper in a recursive type, through a map. A map that
// contains itself is found by its depth or size.
func (e *Encoder) EnterMap(b []byte) error {
	if e.depth++; e.depth < watched {
		return nil
	}
	return e.watch(b, nil)
}

// watch looks whether the path has come by place before.
func (e *Encoder) watch(b []byte, place any) error {
	if most := e.limits.depth(); e.depth > most {
		return fmt.Errorf("%w: the value nests deeper than %d levels", ErrLimit, most)
	}
	if place != nil {
		if _, again := e.open[place]; again {
			return ErrCycle
		}
		if e.open == nil {
			e.open = make(map[any]struct{})
		}
		e.open[place] = struct{}{}
	}
	return e.checkSize(b)
}

// LeavePointer goes back up from EnterPointer.
func LeavePointer[T any](e *Encoder, p *T) {
	if e.depth >= watched {
		delete(e.open, any(p))
	}
	e.depth--
}

// LeaveSlice goes back up from EnterSlice.
func LeaveSlice[T any](e *Encoder, s []T) {
	if e.depth >= watched && len(s) > 0 {
		delete(e.open, any(window[T]{&s[0], len(s)}))
	}
	e.depth--
}

// LeaveMap goes back up from EnterMap.
func (e *Encoder) LeaveMap() { e.depth-- }
