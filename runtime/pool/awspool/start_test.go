package awspool_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/bunsui/bunsui-go/runtime/pool"
	"github.com/bunsui/bunsui-go/runtime/pool/awspool"
)

func configWith(c aws.HTTPClient) aws.Config { return aws.Config{HTTPClient: c} }

// silentDial does not come to an end by itself.
func silentDial(ctx context.Context, _, _ string) (net.Conn, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

func TestStartErrors(t *testing.T) {
	refuse, cfg := serve(t, ok)
	refuse.Close()
	closing, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Connection", "close") })
	short, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	silent := &http.Client{Transport: &http.Transport{DialContext: silentDial}}
	for name, tt := range map[string]struct {
		ctx  context.Context
		cfg  aws.Config
		want string
	}{
		"no endpoint": {t.Context(), aws.Config{}, "no endpoint is known"},
		"refused":     {t.Context(), cfg, "2 of 2 connections: "},
		"untrusted":   {t.Context(), aws.Config{BaseEndpoint: &closing.URL}, "certificate"},
		"closing":     {t.Context(), aws.Config{BaseEndpoint: &closing.URL, HTTPClient: closing.Client()}, "closes connections after its answer, 200 OK"},
		"silent":      {short, aws.Config{BaseEndpoint: &closing.URL, HTTPClient: silent}, "deadline"},
	} {
		p := awspool.New(tt.cfg, awspool.Options{Name: "s3", Min: 2})
		err := p.Start(tt.ctx)
		if err == nil || !strings.HasPrefix(err.Error(), `awspool: starting transport "s3": `) || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v", name, err)
		}
		if st := closed(t, p); st.Warmed != 0 || name == "untrusted" && st.DialErrors != 2 {
			t.Errorf("%s: %+v", name, st)
		}
	}
}

// Those that could be opened remain.
func TestStartKeepsWhatWorks(t *testing.T) {
	s, cfg := serve(t, ok)
	tr := s.Client().Transport.(*http.Transport).Clone()
	var mu sync.Mutex
	dials := 0
	tr.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		mu.Lock()
		defer mu.Unlock()
		if dials++; dials == 2 {
			return nil, errors.New("not this one")
		}
		return new(net.Dialer).DialContext(ctx, network, address)
	}
	cfg.HTTPClient = &http.Client{Transport: tr}
	p := awspool.New(cfg, awspool.Options{Min: 3})
	defer closed(t, p)
	if err := p.Start(t.Context()); err == nil || !strings.Contains(err.Error(), "1 of 3 connections: ") {
		t.Error(err)
	}
	if st := p.Stats(); st.Idle != 2 || st.Warmed != 2 {
		t.Errorf("%+v", st)
	}
	if err := p.Start(t.Context()); err != nil || p.Stats().Idle != 3 {
		t.Errorf("%v, %+v", err, p.Stats())
	}
}

func TestStartsAtOnce(t *testing.T) {
	_, cfg := serve(t, ok)
	p := awspool.New(cfg, awspool.Options{Min: 3, Max: 3})
	defer closed(t, p)
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			if err := p.Start(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if st := p.Stats(); st.Created != 3 {
		t.Errorf("%+v", st)
	}
}

func TestWrongOptions(t *testing.T) {
	url := "https://127.0.0.1"
	for want, make := range map[string]func(){
		`transport "x": Min is -1: it must not be negative`:              func() { awspool.New(aws.Config{}, awspool.Options{Name: "x", Min: -1}) },
		`transport: Max is 2: it must be positive, not below Min`:        func() { awspool.New(aws.Config{}, awspool.Options{Min: 3, Max: 2}) },
		`"sqs" in Endpoints is not the URL of a server`:                  func() { awspool.New(aws.Config{}, awspool.Options{Endpoints: []string{"sqs"}}) },
		`Min is 6 for each of 2 endpoints, which is more than Max`:       func() { awspool.New(aws.Config{}, awspool.Options{Min: 6, Endpoints: []string{url, url}}) },
		`ReadTimeout is -2ns: it must be positive`:                       func() { awspool.New(aws.Config{}, awspool.Options{ReadTimeout: -2}) },
		`aws.Config.HTTPClient is a *awspool.Transport: it must be nil`:  func() { awspool.New(configWith(new(awspool.Transport)), awspool.Options{}) },
		`Transport of aws.Config.HTTPClient is a awspool_test.strange: `: func() { awspool.New(configWith(&http.Client{Transport: strange{}}), awspool.Options{}) },
	} {
		func() {
			defer func() {
				if v, _ := recover().(string); !strings.HasPrefix(v, "awspool: ") || !strings.Contains(v, want) {
					t.Errorf("%q, want %q", v, want)
				}
			}()
			make()
		}()
	}
}

type strange struct{ http.RoundTripper }

func TestBuildableClient(t *testing.T) {
	s, _ := serve(t, ok)
	c := awshttp.NewBuildableClient().WithReadTimeout(time.Minute).WithTransportOptions(func(tr *http.Transport) {
		tr.TLSClientConfig = s.Client().Transport.(*http.Transport).TLSClientConfig
	})
	for _, o := range []awspool.Options{{Min: 1}, {Min: 1, IdleTimeout: pool.None, ReadTimeout: pool.None}} {
		p := awspool.New(aws.Config{HTTPClient: c, BaseEndpoint: &s.URL}, o)
		if err := p.Start(t.Context()); err != nil {
			t.Error(err)
		}
		if st := p.Stats(); st.Created != 1 || st.Max != pool.DefaultMax {
			t.Errorf("%+v", st)
		}
		closed(t, p)
	}
}

func TestMaxAge(t *testing.T) {
	s, cfg := serve(t, ok)
	p := awspool.New(cfg, awspool.Options{Max: 1, MaxAge: 50 * time.Millisecond})
	defer closed(t, p)
	began := time.Now()
	for time.Since(began) < 220*time.Millisecond {
		if err := get(t.Context(), p, s.URL); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Millisecond)
	}
	st := p.Stats()
	if st.Aged < 2 || st.Aged > 5 || st.Closed != st.Aged || st.Created < st.Aged || st.Reused < 4 {
		t.Errorf("%+v", st)
	}
}

// Requests to all hosts share the places.
func TestSeveralHosts(t *testing.T) {
	a, cfg := serve(t, ok)
	b, _ := serve(t, ok)
	p := awspool.New(cfg, awspool.Options{Min: 1, Max: 2, Endpoints: []string{a.URL, b.URL}})
	defer closed(t, p)
	if err := p.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	storm(t, func() error { return errors.Join(get(t.Context(), p, a.URL), get(t.Context(), p, b.URL)) })
	if st := p.Stats(); st.Requests != 402 || st.Open > 4 || a.most.Load() > 2 || b.most.Load() > 2 {
		t.Errorf("%d and %d connections: %+v", a.most.Load(), b.most.Load(), st)
	}
}
