// Package other declares types for the tests of codecs that stand in another
// package than the codecs.
package other

import "time"

// A Base is embedded elsewhere.
type Base struct {
	ID      int64
	Created time.Time
}

// An Address has only exported fields, one of them of a type like its own name.
type Address struct {
	Street, City string `msg:",omitempty"`
	Zip          Zip
	Notes        map[string][]string
}

// A Zip is a string under another name.
type Zip string

// A User is called as a type elsewhere.
type User struct {
	Name   string
	Home   *Address
	Parent *User
}
