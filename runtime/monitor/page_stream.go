package monitor

import (
	"bytes"
	"encoding/json"
	"net/http"
	"runtime"
	"strconv"
	"time"
	"weak"
)

// maxStall is how long a client may take to read what it is sent.
const maxStall = 10 * time.Second

// stream serves the events of a page until the client leaves or the server shuts down.
func (p *pages) stream(w http.ResponseWriter, r *http.Request) {
	on := asked(r.URL.Query().Get("page"), r)
	if err := on.check(); err != nil {
		fail(w, statusOf(err), err)
		return
	}
	t, err := p.join(on)
	if err != nil {
		if status := statusOf(err); status == http.StatusServiceUnavailable {
			w.Header().Set("Retry-After", "30")
		}
		fail(w, statusOf(err), err)
		return
	}
	defer p.leave(t)
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no") // of nginx
	w.WriteHeader(http.StatusOK)
	if r.Method == http.MethodHead {
		return
	}
	c := client{w: w, control: http.NewResponseController(w)}
	_ = c.control.SetReadDeadline(time.Time{}) // of the server's ReadTimeout, where there is one
	p.follow(c, t, r)
}

// follow sends what each look has changed.
func (p *pages) follow(c client, t *topic, r *http.Request) {
	closing := p.closing(r)
	for seen := 0; ; {
		m, err := p.next(t, seen)
		if err != nil {
			return
		}
		seen = m.looks
		if m.event == "gone" {
			m.text, _ = json.Marshal(pageProblem{Error: errNoSuchName.Error()})
		}
		if m.event != "" && c.send(m) != nil || m.event == "gone" {
			return
		}
		timer := time.NewTimer(time.Until(m.due))
		select {
		case <-timer.C:
		case <-r.Context().Done():
			timer.Stop()
			return
		case <-closing:
			timer.Stop()
			return
		}
	}
}

// A client is somebody who reads events.
type client struct {
	w       http.ResponseWriter
	control *http.ResponseController
}

// send writes an event. Documents are one line.
func (c client) send(m message) error {
	var text bytes.Buffer
	text.Grow(len(m.text) + 64)
	text.WriteString("event: " + m.event + "\nid: " + strconv.Itoa(m.looks) + "\nretry: 2000\ndata: ")
	text.Write(m.text)
	text.WriteString("\n\n")
	_ = c.control.SetWriteDeadline(time.Now().Add(maxStall)) // a test's recorder has none
	if _, err := c.w.Write(text.Bytes()); err != nil {
		return err
	}
	return c.control.Flush()
}

// closing returns a channel that is closed when the server of a request begins to shut
// down, which would wait for open pages otherwise.
func (p *pages) closing(r *http.Request) <-chan struct{} {
	server, _ := r.Context().Value(http.ServerContextKey).(*http.Server)
	if server == nil {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	known := weak.Make(server)
	if closing := p.servers[known]; closing != nil {
		return closing
	}
	closing := make(chan struct{})
	p.servers[known] = closing
	server.RegisterOnShutdown(func() { close(closing) })
	runtime.AddCleanup(server, p.forgetServer, known)
	return closing
}

func (p *pages) forgetServer(gone weak.Pointer[http.Server]) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.servers, gone)
}
