// Package guide is the code of docs/guide.md, a file for each chapter. Its tests print and
// check what the guide says, the messages in its chapter on trouble-shooting included.
package guide
