// Package adopt puts functions behind a wrapper of their own name, and takes that
// back. Adopt renames a function's declaration, and only that, and writes
// directives above it: the generated wrapper then has the name that callers know.
// Eject is the exact inverse.
//
// Sources are changed by byte offsets and never printed anew, so that a file that
// gofmt has not seen stays as it is. What would change the meaning of the code, or
// would not compile, is refused with the reason: a plan is made only after the
// edited packages have been generated for and type-checked in memory.
//
// It reads the disk and runs the go command, but writes nothing; generator/write
// does that.
package adopt
