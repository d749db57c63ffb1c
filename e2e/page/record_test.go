package page

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"sync"

	"github.com/chromedp/cdproto/audits"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// A record keeps what a tab's pages have done that they should not: messages on the
// console, exceptions, requests that failed or left the origin, violations of the policy of
// the page. It also counts what came over the wire.
type record struct {
	mu       sync.Mutex
	found    []string
	forgiven bool // nothing is found any more
	host     string
	outages  bool // requests may fail
	kinds    map[network.RequestID]string
	wire     map[string]int64 // bytes by the kind of their request
	updates  []update
}

// An update is one event of a stream, as it came.
type update struct {
	name  string
	bytes int
	data  string
}

func newRecord() *record {
	return &record{kinds: make(map[network.RequestID]string), wire: make(map[string]int64)}
}

// enable makes the browser tell all that.
func (r *record) enable() chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		if _, err := cdp.Call(ctx, t, network.Enable, network.EnableParams{}); err != nil {
			return err
		}
		if _, err := cdp.Call(ctx, t, log.Enable, cdp.Empty{}); err != nil {
			return err
		}
		_, err := cdp.Call(ctx, t, audits.Enable, cdp.Empty{})
		return err
	})
}

// origin says to which server requests may go.
func (r *record) origin(u *url.URL) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.host = u.Host
}

// outage says whether the server may be away from now on.
func (r *record) outage(may bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.outages = may
}

func (r *record) problems() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]string(nil), r.found...)
}

func (r *record) add(format string, args ...any) {
	if r.forgiven {
		return
	}
	r.found = append(r.found, fmt.Sprintf(format, args...))
}

// take is told of each event.
func (r *record) take(event any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		r.add("exception: %v", &chromedp.ExceptionError{ExceptionDetails: e.ExceptionDetails})
	case *runtime.EventConsoleAPICalled:
		r.console(e)
	case *log.EventEntryAdded:
		if r.outages && e.Entry.Source == log.EntrySourceNetwork {
			return
		}
		r.add("log: %s %s: %s (%s)", e.Entry.Source, e.Entry.Level, e.Entry.Text, e.Entry.URL)
	case *audits.EventIssueAdded:
		details, _ := json.Marshal(e.Issue.Details)
		r.add("issue: %s: %s", e.Issue.Code, details)
	default:
		r.traffic(event)
	}
}

func (r *record) console(e *runtime.EventConsoleAPICalled) {
	var words []string
	for _, arg := range e.Args {
		words = append(words, string(arg.Value)+arg.Description)
	}
	r.add("console.%s: %s", e.Type, strings.Join(words, " "))
}

// traffic takes what is about requests.
func (r *record) traffic(event any) {
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		u, err := url.Parse(e.Request.URL)
		if err != nil || u.Scheme != "data" && u.Scheme != "blob" && u.Host != r.host {
			r.add("a request leaves %s: %s", r.host, e.Request.URL)
		}
		if err == nil {
			r.kinds[e.RequestID] = u.Path[strings.LastIndexByte(u.Path, '/')+1:]
		}
	case *network.EventLoadingFailed:
		if !r.outages && !e.Canceled {
			r.add("%s failed: %s", r.kinds[e.RequestID], e.ErrorText)
		}
	case *network.EventResponseReceived:
		if e.Response.Status >= 400 && !r.outages {
			r.add("%s: %d", e.Response.URL, e.Response.Status)
		}
	case *network.EventDataReceived:
		r.wire[r.kinds[e.RequestID]] += e.EncodedDataLength
	case *network.EventEventSourceMessageReceived:
		r.updates = append(r.updates, update{name: e.EventName, bytes: len(e.Data), data: e.Data})
	}
}

// forgive forgets what was found, and what is yet to come of it.
func (r *record) forgive() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.found, r.forgiven = nil, true
}

// forget forgets what came over the wire.
func (r *record) forget() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.updates = nil
	clear(r.wire)
}
