package awspool

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// Endpoints finds out, for Options.Endpoints, where calls go: each is made with a
// configuration whose HTTP client sends nothing, but notes the URL that the client of
// the service has resolved, and is expected to return the error of that client:
//
//	urls, err := awspool.Endpoints(ctx, cfg, func(ctx context.Context, cfg aws.Config) error {
//		_, err := s3.NewFromConfig(cfg).ListBuckets(ctx, nil)
//		return err
//	})
//
// The request is signed, so that credentials are fetched if they were not before. It
// returns the URLs of all calls, without duplicates, or the error of the first that did
// not come as far as sending a request.
func Endpoints(ctx context.Context, cfg aws.Config, calls ...func(context.Context, aws.Config) error) ([]string, error) {
	var all []string
	for _, call := range calls {
		spy := new(spy)
		c := cfg.Copy()
		c.HTTPClient = spy
		err := call(ctx, c)
		if len(spy.urls) == 0 {
			if err == nil {
				err = errors.New("the call has sent nothing over the configuration that it got")
			}
			return nil, fmt.Errorf("awspool: finding an endpoint: %w", err)
		}
		all = append(all, spy.urls...)
	}
	slices.Sort(all)
	return slices.Compact(all), nil
}

// A spy is an HTTP client that sends nothing.
type spy struct {
	mu   sync.Mutex
	urls []string
}

// Do notes where the request would go.
func (s *spy) Do(r *http.Request) (*http.Response, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.Body != nil {
		_ = r.Body.Close()
	}
	s.urls = append(s.urls, (&url.URL{Scheme: r.URL.Scheme, Host: r.URL.Host}).String())
	return nil, refused{errors.New("awspool: nothing is sent: the call is made to find the endpoint")}
}
