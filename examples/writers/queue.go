package writers

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// Queue sends orders through SQS.
type Queue struct {
	Client *sqs.Client
	URL    string
}

// SendResult says what has become of one order.
type SendResult struct {
	MessageID string
	Err       error
}

// SendError is an order that SQS did not take.
type SendError struct {
	Code, Message string
	// Refused tells that it never will.
	Refused bool
}

func (e *SendError) Error() string { return fmt.Sprintf("%s: %s", e.Code, e.Message) }

var errNoAnswer = errors.New("SQS does not say what has become of the order")

// sendOrders sends orders with one call, which takes ten of them at most. It takes 256
// KiB as well: SQS allows more in the meantime, but not everything that speaks its
// language does. A call that fails as a whole is tried again by the client itself; what it
// leaves to us are the failures in an answer.
//
//bunsui:batch failed=sendFailed max=10 max_bytes=256KiB weigh=orderBytes attempts=5 delay=100ms permanent=sendRefused
func (q *Queue) sendOrders(ctx context.Context, orders []Order) ([]SendResult, error) {
	entries := make([]types.SendMessageBatchRequestEntry, len(orders))
	results := make([]SendResult, len(orders))
	for i, o := range orders {
		entries[i] = types.SendMessageBatchRequestEntry{Id: aws.String(strconv.Itoa(i)), MessageBody: aws.String(o.body())}
		results[i].Err = errNoAnswer
	}
	answer, err := q.Client.SendMessageBatch(ctx, &sqs.SendMessageBatchInput{QueueUrl: &q.URL, Entries: entries})
	if err != nil {
		return nil, err
	}
	for _, sent := range answer.Successful {
		if i, err := strconv.Atoi(aws.ToString(sent.Id)); err == nil && i >= 0 && i < len(results) {
			results[i] = SendResult{MessageID: aws.ToString(sent.MessageId)}
		}
	}
	for _, failed := range answer.Failed {
		if i, err := strconv.Atoi(aws.ToString(failed.Id)); err == nil && i >= 0 && i < len(results) {
			results[i].Err = &SendError{Code: aws.ToString(failed.Code), Message: aws.ToString(failed.Message), Refused: failed.SenderFault}
		}
	}
	return results, nil
}

// sendFailed returns what a result says has failed.
func sendFailed(r SendResult) error { return r.Err }

// sendRefused reports whether an order is not worth another attempt.
func sendRefused(err error) bool {
	e, ok := errors.AsType[*SendError](err)
	return ok && e.Refused
}
