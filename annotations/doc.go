// Package annotations reads the //bunsui: language: it takes a comment apart,
// with the position of every byte, checks the arguments against a schema made
// from a Go struct, and describes that schema for people. It knows no
// decorator, looks up no Go name and reads no file: whether {id} is a parameter
// or userTTL a duration is for its callers to find out.
//
// A directive is a line comment:
//
//	directive = "//bunsui:" name { blank argument } .
//	name      = ( "a" … "z" | "0" … "9" ) { "a" … "z" | "0" … "9" } .
//	argument  = key "=" value | key | call .
//	value     = word | "Go string" | `raw string` .
//	call      = qualified [ "[" types "]" ] [ "(" [ key "=" expression { "," key "=" expression } ] ")" ] .
//	qualified = identifier { "." identifier } .
//
// A word ends at the next blank and holds no quote. A bare key is a flag. No
// blank stands around "=", no comma between arguments, and no comment after
// them. What does not fit is a problem with a place, and all problems of a
// directive are found at once: an argument that is broken does not hide the
// next one, and is not complained about twice.
//
// Functions of this package are safe for concurrent use. Values are plain data.
package annotations
