// Package codec turns cached values into bytes that other processes can read, and
// back. Most of it serves generated code: bunsuigen writes a function for each
// type that a result is made of, which knows the type's fields and calls the
// functions of this package for what they hold.
//
// The bytes are portable MessagePack. A struct is a map with the names of its
// fields as keys, an embedded struct stands under the name of its type, a map has
// the keys that it has in Go, nil is nil, []byte is binary, an array has exactly
// as many elements as its type says, and a time.Time is a timestamp, or an array
// of a timestamp and an offset from UTC in seconds where it is in another zone.
//
// Input is not trusted. A length is compared with what is left of the input before
// anything is allocated for it, and all that one value takes is bounded by Limits.
// Fields that the type does not have are skipped, those that the input does not
// have are zero, and of a field or key that stands twice the last one holds.
//
// The package does not compress, store or look up anything.
package codec

// APIv1 ties generated code to this version of the package.
const APIv1 = true

// A Codec carries values of one type between processes. Its methods may be called
// concurrently.
type Codec[V any] interface {
	// Append appends the bytes of v to b and returns the extended slice. On an
	// error what it returns must not be used.
	Append(b []byte, v V) ([]byte, error)
	// Decode reads a value that Append has written, from the whole of b, which it
	// neither changes nor keeps. Bytes that are anything else are an error, and
	// never a panic.
	Decode(b []byte) (V, error)
	// Schema is a short text that differs between codecs whose bytes do not mean
	// the same, such as two versions of a struct with different fields.
	Schema() string
}
