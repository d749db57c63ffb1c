package monitor

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"github.com/bunsui/bunsui-go/runtime/cache"
	"github.com/bunsui/bunsui-go/runtime/profile"
)

// maxActionBytes bounds the body of an action.
const maxActionBytes = 64 << 10

// An action is what the body of a POST asks for.
type action struct {
	Do      string `json:"do"`
	Manager string `json:"manager"`
	Name    string `json:"name"`
	Mode    string `json:"mode"`
}

var (
	errUnknownAction = errors.New("do must be invalidate, mode, recording, suspend or resume")
	errUnknownMode   = errors.New("there is no such mode")
)

// act does what a POST asks for. Browsers tell where a request comes from; those that say
// nothing, as programs do, are let in, since no other site can make them act.
func (p *pages) act(w http.ResponseWriter, r *http.Request) {
	if err := http.NewCrossOriginProtection().Check(r); err != nil {
		fail(w, http.StatusForbidden, errors.New("the request comes from another site"))
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxActionBytes)
	a, form, err := readAction(r)
	if err != nil {
		status := http.StatusBadRequest
		if big := (*http.MaxBytesError)(nil); errors.As(err, &big) {
			status = http.StatusRequestEntityTooLarge
		}
		fail(w, status, err)
		return
	}
	done, err := a.do(r.Context())
	switch {
	case errors.Is(err, errNoSuchName):
		fail(w, http.StatusNotFound, err)
		return
	case errors.Is(err, errUnknownAction), errors.Is(err, errUnknownMode):
		fail(w, http.StatusBadRequest, err)
		return
	case err != nil:
		slog.Error("live page: action failed", "do", a.Do, "manager", a.Manager, "name", a.Name, "mode", a.Mode, "error", err)
		fail(w, http.StatusInternalServerError, err)
		return
	}
	slog.Info("live page: "+done, "do", a.Do, "manager", a.Manager, "name", a.Name, "mode", a.Mode, "from", r.RemoteAddr)
	if form && strings.HasPrefix(r.Header.Get("Accept"), "text/html") {
		w.Header().Set("Location", a.page())
		w.WriteHeader(http.StatusSeeOther)
		return
	}
	answer(w, http.StatusOK, pageDone{Done: done})
}

// readAction reads the body, and tells whether it is a form.
func readAction(r *http.Request) (a action, form bool, err error) {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch kind {
	case "application/json":
		if err := json.NewDecoder(r.Body).Decode(&a); err != nil {
			return a, false, fmt.Errorf("the body is not an action as JSON: %w", err)
		}
		return a, false, nil
	case "application/x-www-form-urlencoded":
		if err := r.ParseForm(); err != nil {
			return a, true, fmt.Errorf("the body is not a form: %w", err)
		}
		f := r.PostForm
		return action{f.Get("do"), f.Get("manager"), f.Get("name"), f.Get("mode")}, true, nil
	default:
		return a, false, errors.New("the body must be application/json or application/x-www-form-urlencoded")
	}
}

// page returns the page that shows what an action has changed.
func (a action) page() string {
	q := url.Values{"name": {a.Name}}
	switch a.Do {
	case "recording":
		return "./function?" + q.Encode()
	case "suspend", "resume":
		return "./pool?" + q.Encode()
	default:
		q.Set("manager", a.Manager)
		return "./cache?" + q.Encode()
	}
}

// do returns what was done, in words.
func (a action) do(ctx context.Context) (string, error) {
	switch a.Do {
	case "invalidate":
		return a.invalidate(ctx)
	case "mode":
		return a.switchCaches()
	case "recording":
		return a.switchRecording()
	case "suspend", "resume":
		return a.switchPools()
	default:
		return "", errUnknownAction
	}
}

func (a action) key() key { return key{tidy(a.Manager), tidy(a.Name)} }

// invalidate removes all entries of the caches of a name.
func (a action) invalidate(ctx context.Context) (string, error) {
	found, total := false, 0
	for _, e := range entriesOf(a.key()) {
		n, err := e.Clear(ctx)
		if err != nil {
			return "", err
		}
		found, total = true, total+n
	}
	if !found {
		return "", errNoSuchName
	}
	return fmt.Sprintf("%d entries invalidated", total), nil
}

func (a action) switchCaches() (string, error) {
	mode, ok := map[string]cache.Mode{"on": cache.On, "memory": cache.MemoryOnly, "off": cache.Off, "usual": cache.Usual}[a.Mode]
	if !ok {
		return "", fmt.Errorf("%w of a cache: on, memory, off or usual", errUnknownMode)
	}
	found := false
	for m, e := range entriesOf(a.key()) {
		if err := m.Switch(e.Name(), mode); err != nil {
			return "", err
		}
		found = true
	}
	if !found {
		return "", errNoSuchName
	}
	return "cache switched: " + a.Mode, nil
}

func (a action) switchRecording() (string, error) {
	mode, ok := map[string]profile.Mode{"on": profile.On, "off": profile.Off, "usual": profile.Usual}[a.Mode]
	if !ok {
		return "", fmt.Errorf("%w of recording: on, off or usual", errUnknownMode)
	}
	found := false
	for _, f := range profile.Snapshot() {
		if tidy(f.Name) != tidy(a.Name) {
			continue
		}
		if err := profile.Switch(f.Name, mode); err != nil {
			return "", err
		}
		found = true
	}
	if !found {
		return "", errNoSuchName
	}
	return "recording switched: " + a.Mode, nil
}

func (a action) switchPools() (string, error) {
	list := poolsOf(tidy(a.Name))
	if len(list) == 0 {
		return "", errNoSuchName
	}
	for _, p := range list {
		if a.Do == "suspend" {
			p.Suspend()
		} else {
			p.Resume()
		}
	}
	return map[string]string{"suspend": "pool suspended", "resume": "pool resumed"}[a.Do], nil
}
