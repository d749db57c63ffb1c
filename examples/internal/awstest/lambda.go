package awstest

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// Lambda runs a program that was made with aws-lambda-go, such as the package function
// below this one, as the one function that there is, whatever its name, and returns what
// clients are made of. The client's and the function's parts are Amazon's; what is between
// them is a bridge of ours, which hands one call after another to one process: no
// versions, limits, permissions or scaling. The test cannot be parallel.
func Lambda(t testing.TB, program string) aws.Config {
	t.Helper()
	b := &bridge{calls: make(chan *invocation), underWay: map[string]*invocation{}, ended: make(chan struct{})}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /2015-03-31/functions/{name}/invocations", b.invoke)
	mux.HandleFunc("GET /2018-06-01/runtime/invocation/next", b.next)
	mux.HandleFunc("POST /2018-06-01/runtime/invocation/{id}/{what}", b.answer)
	server := &http.Server{Handler: mux}
	go func() { _ = server.Serve(l) }()
	cmd := exec.Command(program)
	cmd.Env = append(os.Environ(), "AWS_LAMBDA_RUNTIME_API="+l.Addr().String())
	cmd.Stderr = t.Output()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		close(b.ended)
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // it was killed, which is an error
		_ = server.Close()
	})
	return config(t, l.Addr().String())
}

// A bridge passes calls of the Lambda API on to the Lambda Runtime API.
type bridge struct {
	calls chan *invocation
	ended chan struct{}

	mu       sync.Mutex
	last     int
	underWay map[string]*invocation
}

type invocation struct {
	payload []byte
	done    chan struct{}
	failed  bool
	answer  []byte
}

// invoke is the client's side: Invoke.
func (b *bridge) invoke(w http.ResponseWriter, r *http.Request) {
	payload, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	call := &invocation{payload: payload, done: make(chan struct{})}
	select {
	case b.calls <- call:
	case <-r.Context().Done():
		return
	case <-b.ended:
		return
	}
	select {
	case <-call.done:
	case <-b.ended:
		return
	}
	if call.failed {
		w.Header().Set("X-Amz-Function-Error", "Unhandled")
	}
	_, _ = w.Write(call.answer)
}

// next is the function's side: it asks for work.
func (b *bridge) next(w http.ResponseWriter, r *http.Request) {
	select {
	case call := <-b.calls:
		b.mu.Lock()
		b.last++
		id := strconv.Itoa(b.last)
		b.underWay[id] = call
		b.mu.Unlock()
		w.Header().Set("Lambda-Runtime-Aws-Request-Id", id)
		w.Header().Set("Lambda-Runtime-Deadline-Ms", "4102444800000")
		w.Header().Set("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:us-east-1:000000000000:function:function")
		_, _ = io.Copy(w, bytes.NewReader(call.payload))
	case <-r.Context().Done():
	case <-b.ended:
	}
}

// answer is the function's side: it has done the work, or failed.
func (b *bridge) answer(w http.ResponseWriter, r *http.Request) {
	payload, err := io.ReadAll(r.Body)
	b.mu.Lock()
	call := b.underWay[r.PathValue("id")]
	delete(b.underWay, r.PathValue("id"))
	b.mu.Unlock()
	if err != nil || call == nil {
		http.Error(w, fmt.Sprintf("no such invocation: %v", err), http.StatusBadRequest)
		return
	}
	call.answer, call.failed = payload, strings.HasPrefix(r.PathValue("what"), "error")
	close(call.done)
	w.WriteHeader(http.StatusAccepted)
}
