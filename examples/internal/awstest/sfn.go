package awstest

import (
	"encoding/json"
	"net"
	"net/http"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// FakeStepFunctions starts a fake of Step Functions in this process, and returns what
// clients are made of. It is no emulator: StartExecution notes the input, and
// DescribeExecution returns that as the output of an execution that has succeeded. It
// shows that a client, its signatures and its connections work, and nothing about state
// machines. The test cannot be parallel.
func FakeStepFunctions(t testing.TB) aws.Config {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	f := &fakeStepFunctions{inputs: map[string]string{}}
	server := &http.Server{Handler: f}
	go func() { _ = server.Serve(l) }()
	t.Cleanup(func() { _ = server.Close() })
	return config(t, l.Addr().String())
}

type fakeStepFunctions struct {
	mu     sync.Mutex
	inputs map[string]string // by the ARN of the execution
}

func (f *fakeStepFunctions) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var request struct{ Input, Name, StateMachineArn, ExecutionArn string }
	err := json.NewDecoder(r.Body).Decode(&request)
	f.mu.Lock()
	defer f.mu.Unlock()
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	answer := map[string]any{}
	switch operation := r.Header.Get("X-Amz-Target"); {
	case err == nil && operation == "AWSStepFunctions.StartExecution":
		arn := request.StateMachineArn + ":" + request.Name
		f.inputs[arn] = request.Input
		answer["executionArn"], answer["startDate"] = arn, 1
	case err == nil && operation == "AWSStepFunctions.DescribeExecution" && f.inputs[request.ExecutionArn] != "":
		input := f.inputs[request.ExecutionArn]
		answer["executionArn"], answer["status"] = request.ExecutionArn, "SUCCEEDED"
		answer["startDate"], answer["input"], answer["output"] = 1, input, input
	default:
		w.WriteHeader(http.StatusBadRequest)
		answer["__type"] = "ExecutionDoesNotExist"
	}
	_ = json.NewEncoder(w).Encode(answer)
}
