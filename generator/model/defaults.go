package model

import "github.com/bunsui/bunsui-go/annotations"

// Defaults are what one //bunsui:defaults says.
type Defaults struct {
	// Annotation has the name of the directive that they are for, and the options.
	Annotation annotations.Annotation
	// File is where they stand, and where names in them are looked up.
	File *File
}

// DefaultsDirective is the name of the directive that gives defaults.
const DefaultsDirective = "defaults"

// FileAt returns the file of the package that a place in a directive is in: own, or one
// that defaults stand in.
func (p *Package) FileAt(path string, own *File) *File {
	for _, d := range p.Defaults {
		if d.File.Path == path {
			return d.File
		}
	}
	return own
}
