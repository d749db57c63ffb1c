// Package write brings files on disk in line with what a run has made.
//
// Compare finds out what differs and changes nothing. What it returns can be
// shown as a diff, or applied: all new content is first written to temporary
// files beside the targets, and only when the last of them is complete are they
// renamed, so that a full disk or an interrupted run leaves everything as it was,
// and no file is ever seen half written.
//
// It knows nothing of Go or of generated code: which files are ours to write or
// to remove is for its callers to say.
package write
