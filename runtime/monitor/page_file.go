package monitor

import (
	"bytes"
	"net/http"
	"strings"

	"github.com/bunsui/bunsui-go/runtime/profile"
)

// file serves a document as JSON, or a download.
func (p *pages) file(w http.ResponseWriter, r *http.Request, route string) {
	if name, ok := strings.CutPrefix(route, "profile."); ok {
		p.download(w, name)
		return
	}
	page := strings.TrimSuffix(route, ".json")
	if page == "report" {
		answer(w, http.StatusOK, Snapshot())
		return
	}
	text, err := p.document(asked(page, r))
	if err != nil {
		fail(w, statusOf(err), err)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	write(w, http.StatusOK, text)
}

// download serves the profile of the process.
func (p *pages) download(w http.ResponseWriter, form string) {
	report := profile.Take()
	if !p.arguments {
		for _, f := range report.Functions {
			for i := range f.Slow { // a copy of ours
				f.Slow[i].Args = nil
			}
		}
	}
	var text bytes.Buffer
	var err error
	kind := "text/plain; charset=utf-8"
	switch form {
	case "json":
		kind, err = "application/json; charset=utf-8", report.WriteJSON(&text)
	case "folded":
		err = report.WriteFolded(&text)
	case "txt":
		err = report.WriteText(&text)
	default:
		err = errNoSuchPage
	}
	if err != nil {
		fail(w, statusOf(err), err)
		return
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", `attachment; filename="profile.`+form+`"`)
	write(w, http.StatusOK, text.Bytes())
}
