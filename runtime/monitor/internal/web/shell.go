package web

import (
	_ "embed"
	"html/template"
	"io"
)

// A Shell is the HTML that a page begins with. Its script does the rest.
type Shell struct {
	Page    string // such as overview
	Title   string
	Query   string // the parameters of the page, encoded
	Actions bool
	Problem string // in place of a page
}

// A Link leads to a page.
type Link struct{ Page, Href, Text string }

// Links are those to the pages that have no parameters.
func (Shell) Links() []Link {
	return []Link{
		{"overview", "./", "Functions"},
		{"caches", "caches", "Caches"},
		{"pools", "pools", "Pools"},
		{"batches", "batches", "Batches"},
		{"alerts", "alerts", "Alerts"},
	}
}

// Version is that of the assets.
func (Shell) Version() string { return assets().version }

// Section returns the list that the page belongs to.
func (s Shell) Section() string {
	switch s.Page {
	case "function":
		return "overview"
	case "cache", "pool":
		return s.Page + "s"
	case "batch", "loader":
		return "batches"
	default:
		return s.Page
	}
}

// JSON is where the document of the page is.
func (s Shell) JSON() string {
	if s.Query == "" {
		return s.Page + ".json"
	}
	return s.Page + ".json?" + s.Query
}

//go:embed shell.html
var shell string

var shellTemplate = template.Must(template.New("shell").Parse(shell))

// Write writes the HTML. Errors are those of w.
func (s Shell) Write(w io.Writer) error { return shellTemplate.Execute(w, s) }
