package writers

import (
	"bytes"
	"encoding/json"
	"hash/crc32"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// strict stands between a client and what stands in for AWS. It notes the calls of one
// operation, and keeps entries from the server that then come back as failures, as AWS
// does it when it is short of capacity, and the stand-ins do not.
type strict struct {
	t         testing.TB
	operation string
	next      interface {
		Do(*http.Request) (*http.Response, error)
	}
	// take removes entries from a request, and returns what adds them to the answer.
	take func(request map[string]json.RawMessage) (give func(answer map[string]json.RawMessage))

	mu    sync.Mutex
	sizes []int // of the bodies of the calls
}

// between puts it there.
func (s *strict) between(c aws.Config) aws.Config {
	s.next, c.HTTPClient = c.HTTPClient, s
	return c
}

func (s *strict) Do(r *http.Request) (*http.Response, error) {
	if !strings.HasSuffix(r.Header.Get("X-Amz-Target"), "."+s.operation) {
		return s.next.Do(r)
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	s.sizes = append(s.sizes, len(body))
	request := decode(s.t, body)
	give := s.take(request)
	s.mu.Unlock()
	body = encode(s.t, request)
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	answer, err := s.next.Do(r)
	if err != nil || answer.StatusCode != http.StatusOK {
		return answer, err
	}
	defer answer.Body.Close()
	if body, err = io.ReadAll(answer.Body); err != nil {
		return nil, err
	}
	content := decode(s.t, body)
	give(content)
	body = encode(s.t, content)
	answer.Body, answer.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	answer.Header.Del("Content-Length")
	answer.Header.Set("X-Amz-Crc32", strconv.FormatUint(uint64(crc32.ChecksumIEEE(body)), 10))
	return answer, nil
}

func decode(t testing.TB, b []byte) map[string]json.RawMessage {
	var v map[string]json.RawMessage
	if err := json.Unmarshal(b, &v); err != nil {
		t.Error(err)
	}
	return v
}

func encode(t testing.TB, v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		t.Error(err)
	}
	return b
}

// list decodes a list in an object.
func list[E any](t testing.TB, b json.RawMessage) (all []E) {
	if len(b) > 0 {
		if err := json.Unmarshal(b, &all); err != nil {
			t.Error(err)
		}
	}
	return all
}

// someOrders are orders with the ids from 1 on.
func someOrders(n int) []Order {
	orders := make([]Order, n)
	for i := range orders {
		orders[i] = Order{ID: int64(i + 1), Item: "item " + strconv.Itoa(i%7), Count: i%3 + 1}
	}
	return orders
}
