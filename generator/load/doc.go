// Package load turns package patterns into the model: it finds the packages,
// collects the directives in their files and type-checks what is annotated.
//
// It is tolerant. Code that calls wrappers which do not exist yet does not
// compile, and that is normal: function bodies are not looked at, bunsuigen's
// own output counts as absent whatever it contains, but for the names of types that
// are going to be in it, and type errors matter only where they make a type in the
// signature of an annotated function invalid.
//
// It is strict about directives. Every comment of every file of the user's is
// looked at, files that build constraints exclude included, and a directive that
// is not attached to a function, or to a method of a decorated interface, is
// reported.
//
// Of the directives there are it knows those that stand elsewhere: decorate, on an
// interface. It does not know the others or what arguments mean, and it writes
// nothing.
package load
