package codec

import (
	"cmp"
	"math"
)

// What Limits mean where they are zero.
const (
	// DefaultDepth is how deep values of recursive types nest at most.
	DefaultDepth = 10_000
	// DefaultSize is how many bytes a value has at most: 512 MiB, as much as Redis
	// stores under one key.
	DefaultSize = 512 << 20
	// DefaultGrowth is how many bytes of memory a byte of input may cost.
	DefaultGrowth = 128
	// DefaultMemory is how many bytes of memory one value may cost: 1 GiB.
	DefaultMemory = 1 << 30
)

// slack is what a value may cost however short its bytes are, for types with
// large arrays or many fields that the input need not have.
const slack = 64 << 10

// Limits bound what one value may take. A zero field stands for its default.
type Limits struct {
	// Depth is how deep a value of a recursive type may nest, when it is written as
	// when it is read.
	Depth int
	// Size is how many bytes Append may write, at most 4 GiB less one.
	Size int
	// Growth is how many bytes of memory Decode may allocate for slices, maps and
	// pointers for each byte of its input, beside 64 KiB that it always may. Strings
	// and binary fields come on top: together they are never longer than the input.
	Growth int
	// Memory bounds the same memory, however long the input is.
	Memory int
}

func (l Limits) depth() int { return cmp.Or(l.Depth, DefaultDepth) }

// size is never so large that a length could not be written in four bytes.
func (l Limits) size() int64 { return min(int64(cmp.Or(l.Size, DefaultSize)), math.MaxUint32) }

// memory is what decoding n bytes may allocate.
func (l Limits) memory(n int) int64 {
	growth, most := int64(cmp.Or(l.Growth, DefaultGrowth)), int64(cmp.Or(l.Memory, DefaultMemory))
	if int64(n) > most/growth { // so that the product cannot overflow
		return most
	}
	return min(int64(n)*growth+slack, most)
}
