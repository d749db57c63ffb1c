package monitor

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"
	"weak"

	"github.com/bunsui/bunsui-go/runtime/monitor/internal/web"
)

// DefaultPageEvery is the time between two updates of the live page.
const DefaultPageEvery = 2 * time.Second

// A PageOption changes what Handler serves.
type PageOption func(*pages)

// AllowActions lets visitors of the live page change the process: empty caches, switch
// their mode, switch the recording of functions, suspend and resume pools. Each action is
// a POST from the page's own origin, and logs one line to slog.Default at level Info. The
// handler does not ask who it is: whoever may reach it may act.
func AllowActions() PageOption { return func(p *pages) { p.actions = true } }

// ShowArguments shows the arguments of slow calls, as far as the functions are annotated
// with args, and not those that redact= names.
func ShowArguments() PageOption { return func(p *pages) { p.arguments = true } }

// PageEvery sets the time between two updates of open pages. The default is
// DefaultPageEvery. It panics if d is not positive.
func PageEvery(d time.Duration) PageOption {
	if d <= 0 {
		panic(fmt.Sprintf("monitor: PageEvery is %v: it must be positive", d))
	}
	return func(p *pages) { p.every = d }
}

// Handler serves the live page: every function, cache, batch, loader and pool of the
// process, as HTML that updates itself, with the same as JSON beside each page. All links
// are relative, so that it works below any prefix that http.StripPrefix takes away:
//
//	mux.Handle("/debug/bunsui/", http.StripPrefix("/debug/bunsui", monitor.Handler()))
//
// It only reads, unless [AllowActions] is given, and asks for no password: what it tells
// about the program, names of functions and texts of errors of slow calls among it, is for
// those who may reach it.
//
// The page is fullest while [Start] runs: its history is there when a page is opened, and
// its alerts are told. Without it the handler looks by itself while a page is open, once
// for all of them, each [PageEvery]. Nothing runs while none is. At most 64 pages are served
// at the same time; one that does not read for ten seconds is dropped, and all end when
// the http.Server shuts down.
//
// What is kept for an open page is bounded: for all pages the figures of the last minute
// ten times, for each function, cache or other that has a page of its own 300 points of
// each of its figures, and of a function the same number of columns of its heatmap, which
// is some 100 kB. It is dropped 30 s after the last page was closed.
func Handler(opts ...PageOption) http.Handler {
	p := &pages{
		every: DefaultPageEvery, limiter: NewLimiter(0),
		topics: make(map[subject]*topic), servers: make(map[weak.Pointer[http.Server]]chan struct{}),
	}
	for _, o := range opts {
		o(p)
	}
	return p
}

// ServeHTTP serves one of the routes, which are all in one folder.
func (p *pages) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	secure(w.Header())
	route := strings.TrimPrefix(r.URL.Path, "/")
	if p.actions && route == "action" {
		if allow(w, r, http.MethodPost) {
			p.act(w, r)
		}
		return
	}
	if !allow(w, r, http.MethodGet, http.MethodHead) {
		return
	}
	switch asset, isAsset := strings.CutPrefix(route, "static/"); {
	case route == "" && !strings.HasSuffix(requested(r), "/"):
		// Relative links need the slash. The prefix that was taken away is not known here,
		// but its last part is all that is needed.
		w.Header().Set("Location", "./"+path.Base(requested(r))+"/"+query(r))
		w.WriteHeader(http.StatusTemporaryRedirect)
	case isAsset:
		web.Asset(w, r, asset)
	case route == "events":
		p.stream(w, r)
	case strings.HasSuffix(route, ".json"), route == "profile.folded", route == "profile.txt":
		p.file(w, r, route)
	default:
		p.page(w, r, route)
	}
}

// secure sets headers that let the page do nothing but what it needs.
func secure(h http.Header) {
	h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "+
		"connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
}

// allow answers requests of other methods.
func allow(w http.ResponseWriter, r *http.Request, methods ...string) bool {
	for _, m := range methods {
		if r.Method == m {
			return true
		}
	}
	w.Header().Set("Allow", strings.Join(methods, ", "))
	fail(w, http.StatusMethodNotAllowed, errors.New("the method is not allowed here"))
	return false
}

// requested returns the path that was asked for, before any prefix was taken away.
func requested(r *http.Request) string {
	if u, err := url.ParseRequestURI(r.RequestURI); err == nil {
		return u.EscapedPath()
	}
	return r.URL.EscapedPath()
}

func query(r *http.Request) string {
	if r.URL.RawQuery == "" {
		return ""
	}
	return "?" + r.URL.RawQuery
}

// asked returns the subject of a request for a page.
func asked(page string, r *http.Request) subject {
	on := subject{page: page}
	if pageKinds[page].named {
		on.key.name = tidy(r.URL.Query().Get("name"))
	}
	if page == "cache" {
		on.key.manager = tidy(r.URL.Query().Get("manager"))
	}
	return on
}

// query returns the parameters of a subject.
func (on subject) query() string {
	q := url.Values{}
	if pageKinds[on.page].named {
		q.Set("name", on.key.name)
	}
	if on.page == "cache" {
		q.Set("manager", on.key.manager)
	}
	return q.Encode()
}

// page serves the shell of a page, which its script fills.
func (p *pages) page(w http.ResponseWriter, r *http.Request, route string) {
	name := route
	if route == "" {
		name = "overview"
	}
	on := asked(name, r)
	shell := web.Shell{Page: name, Query: on.query(), Actions: p.actions, Title: pageKinds[name].title}
	err := on.check()
	if route == "overview" {
		err = errNoSuchPage // there is one address for it
	}
	if err == nil && pageKinds[name].named {
		shell.Title += " " + short(on.key.name)
		_, err = p.document(on)
	}
	status := http.StatusOK
	if err != nil {
		status, shell.Problem = statusOf(err), err.Error()
	}
	var text bytes.Buffer
	if err := shell.Write(&text); err != nil {
		fail(w, http.StatusInternalServerError, err)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	write(w, status, text.Bytes())
}

func statusOf(err error) int {
	switch {
	case errors.Is(err, errNoSuchPage), errors.Is(err, errNoSuchName):
		return http.StatusNotFound
	case errors.Is(err, errTooManyClients):
		return http.StatusServiceUnavailable
	default:
		return http.StatusInternalServerError
	}
}

// fail answers with a problem.
func fail(w http.ResponseWriter, status int, err error) {
	answer(w, status, pageProblem{Error: err.Error()})
}

func answer(w http.ResponseWriter, status int, document any) {
	text, err := json.Marshal(document)
	if err != nil {
		status, text = http.StatusInternalServerError, []byte(`{"error":"the answer cannot be written as JSON"}`)
		slog.Error("monitor: live page", "error", err)
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	write(w, status, text)
}

// write sends an answer. That it cannot be sent concerns nobody but the client.
func write(w http.ResponseWriter, status int, text []byte) {
	w.WriteHeader(status)
	_, _ = w.Write(text)
}
