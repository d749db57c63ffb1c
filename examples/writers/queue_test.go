package writers

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/bunsui/bunsui-go/examples/internal/awstest"
	"github.com/bunsui/bunsui-go/runtime/batch"
)

// sqsEntry is one of those in a call.
type sqsEntry struct {
	ID          string `json:"Id"`
	MessageBody string
}

// newQueue returns a queue in a stand-in for SQS, which is not AWS's own. fails says how
// an entry fails, "" if it does not.
func newQueue(t *testing.T, fails func(Order) (code string, refused bool)) (*Queue, *strict) {
	s := &strict{t: t, operation: "SendMessageBatch"}
	s.take = func(request map[string]json.RawMessage) func(map[string]json.RawMessage) {
		var failed []map[string]any
		entries := list[sqsEntry](t, request["Entries"])
		bytes := 0
		for _, e := range entries {
			bytes += len(e.MessageBody)
		}
		if len(entries) > 10 || bytes > 256<<10 {
			t.Errorf("a call has %d entries of %d bytes", len(entries), bytes)
		}
		kept := slices.DeleteFunc(entries, func(e sqsEntry) bool {
			var o Order
			if err := json.Unmarshal([]byte(e.MessageBody), &o); err != nil {
				t.Error(err)
			}
			code, refused := fails(o)
			if code == "" {
				return false
			}
			failed = append(failed, map[string]any{"Id": e.ID, "Code": code, "Message": "as the test wants it", "SenderFault": refused})
			return true
		})
		request["Entries"] = encode(t, kept)
		return func(answer map[string]json.RawMessage) {
			answer["Failed"] = encode(t, append(list[map[string]any](t, answer["Failed"]), failed...))
		}
	}
	client := sqs.NewFromConfig(s.between(awstest.SQS(t)))
	made, err := client.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: aws.String("orders")})
	if err != nil {
		t.Fatal(err)
	}
	return &Queue{Client: client, URL: *made.QueueUrl}, s
}

// received returns how often each order has come.
func received(t *testing.T, q *Queue) map[int64]int {
	t.Helper()
	times := make(map[int64]int)
	for {
		got, err := q.Client.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: &q.URL, MaxNumberOfMessages: 10, VisibilityTimeout: 600})
		if err != nil {
			t.Fatal(err)
		}
		if len(got.Messages) == 0 {
			return times
		}
		for _, m := range got.Messages {
			var o Order
			if err := json.Unmarshal([]byte(*m.Body), &o); err != nil {
				t.Fatal(err)
			}
			times[o.ID]++
		}
	}
}

func TestSendOrdersToStandInForSQS(t *testing.T) {
	tries := map[int64]int{}
	q, calls := newQueue(t, func(o Order) (string, bool) {
		tries[o.ID]++
		switch {
		case o.ID == 13:
			return "InvalidMessageContents", true
		case o.ID%10 == 7 && tries[o.ID] < 3:
			return "ServiceUnavailable", false
		}
		return "", false
	})
	orders := someOrders(95)
	r := q.SendOrdersBatch(t.Context(), orders, batch.Delay(20*time.Millisecond))
	if r.Succeeded != 94 || r.Failed != 1 {
		t.Fatalf("%d succeeded, %d failed: %v", r.Succeeded, r.Failed, r.Err())
	}
	for i, o := range r.Outcomes {
		want := 1
		if o.Item.ID%10 == 7 {
			want = 3
		}
		if o.Attempts != want || (o.Err == nil) != (o.Value.MessageID != "") || o.Item != orders[i] {
			t.Errorf("outcome: %+v", o)
		}
	}
	if e, ok := errors.AsType[*SendError](r.Outcomes[12].Err); !ok || e.Code != "InvalidMessageContents" {
		t.Errorf("the refused order: %v", r.Outcomes[12].Err)
	}
	want := map[int64]int{}
	for _, o := range orders {
		want[o.ID] = 1
	}
	delete(want, 13)
	if got := received(t, q); !maps.Equal(got, want) {
		t.Errorf("received: %v", got)
	}
	// Ten for all orders, and those that have failed fit into others or few more.
	if n := len(calls.sizes); n < 10 || n > 10+9+9 {
		t.Errorf("%d calls", n)
	}
}

func TestSendLargeOrdersToStandInForSQS(t *testing.T) {
	q, _ := newQueue(t, func(Order) (string, bool) { return "", false })
	orders := someOrders(9)
	for i := range orders {
		orders[i].Item = strings.Repeat("x", 100<<10) // two in a call
	}
	orders[4].Item = strings.Repeat("x", 256<<10)
	r := q.SendOrdersBatch(t.Context(), orders)
	if r.Succeeded != 8 || !errors.Is(r.Outcomes[4].Err, batch.ErrTooLarge) {
		t.Errorf("%d succeeded: %v", r.Succeeded, r.Err())
	}
	if got := received(t, q); len(got) != 8 || got[5] != 0 {
		t.Errorf("received: %v", got)
	}
}

func TestSendStreamToStandInForSQS(t *testing.T) {
	tries := map[int64]int{}
	q, _ := newQueue(t, func(o Order) (string, bool) {
		if tries[o.ID]++; o.ID%5 == 0 && tries[o.ID] == 1 {
			return "ServiceUnavailable", false
		}
		return "", false
	})
	n := 0
	for sent, err := range q.SendOrdersStream(t.Context(), slices.Values(someOrders(200)), batch.Delay(5*time.Millisecond)) {
		if n++; err != nil || sent.MessageID == "" {
			t.Errorf("order %d: %+v, %v", n, sent, err)
		}
	}
	got := received(t, q)
	for id, times := range got {
		if times != 1 {
			t.Errorf("order %d was received %d times", id, times)
		}
	}
	if n != 200 || len(got) != 200 {
		t.Errorf("%d results, %d received", n, len(got))
	}
}

// What batch.Write prevents, the server refuses as a whole.
func TestStandInForSQSRefusesEleven(t *testing.T) {
	c := awstest.SQS(t)
	client := sqs.NewFromConfig(c)
	made, err := client.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: aws.String("orders")})
	if err != nil {
		t.Fatal(err)
	}
	q := &Queue{Client: client, URL: *made.QueueUrl}
	if _, err := q.sendOrders(t.Context(), someOrders(11)); err == nil || !strings.Contains(err.Error(), "TooManyEntriesInBatchRequest") {
		t.Errorf("error: %v", err)
	}
	if got := received(t, q); len(got) != 0 {
		t.Errorf("received: %v", got)
	}
}
