package writers

import (
	"encoding/json"
	"errors"
	"maps"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/bunsui/bunsui-go/examples/internal/awstest"
	"github.com/bunsui/bunsui-go/runtime/batch"
)

// newTable returns a table in a stand-in for DynamoDB, which is not AWS's own. unprocessed
// says for which orders there is no capacity.
func newTable(t *testing.T, unprocessed func(id string) bool) (*Table, *strict) {
	s := &strict{t: t, operation: "BatchWriteItem"}
	s.take = func(request map[string]json.RawMessage) func(map[string]json.RawMessage) {
		var kept, left []json.RawMessage
		puts := list[json.RawMessage](t, decode(t, request["RequestItems"])["orders"])
		if len(puts) > 25 {
			t.Errorf("a call has %d items", len(puts))
		}
		for _, put := range puts {
			var p struct {
				PutRequest struct {
					Item struct{ ID struct{ N string } }
				}
			}
			if err := json.Unmarshal(put, &p); err != nil {
				t.Error(err)
			}
			// A call without items is none.
			if unprocessed(p.PutRequest.Item.ID.N) && len(kept) > 0 {
				left = append(left, put)
			} else {
				kept = append(kept, put)
			}
		}
		request["RequestItems"] = encode(t, map[string]any{"orders": kept})
		return func(answer map[string]json.RawMessage) {
			if len(left) > 0 {
				answer["UnprocessedItems"] = encode(t, map[string]any{"orders": left})
			}
		}
	}
	table := &Table{Client: dynamodb.NewFromConfig(s.between(awstest.DynamoDB(t))), Name: "orders"}
	if err := table.Create(t.Context()); err != nil {
		t.Fatal(err)
	}
	return table, s
}

// stored returns the items of all orders.
func stored(t *testing.T, table *Table) map[int64]string {
	t.Helper()
	all := make(map[int64]string)
	scan := dynamodb.NewScanPaginator(table.Client, &dynamodb.ScanInput{TableName: &table.Name})
	for scan.HasMorePages() {
		page, err := scan.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, item := range page.Items {
			id, err := strconv.ParseInt(item["ID"].(*types.AttributeValueMemberN).Value, 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			all[id] = item["Item"].(*types.AttributeValueMemberS).Value
		}
	}
	return all
}

func TestPutOrdersIntoStandInForDynamoDB(t *testing.T) {
	tries := map[string]int{}
	table, calls := newTable(t, func(id string) bool {
		tries[id]++
		return id == "42" || // unless it is alone
			strings.HasSuffix(id, "3") && tries[id] < 3
	})
	orders := someOrders(110)
	r := table.PutOrdersBatch(t.Context(), orders, batch.Delay(20*time.Millisecond), batch.Concurrency(2))
	want, attempts := map[int64]string{}, 0
	for _, o := range r.Outcomes {
		attempts += o.Attempts
		if o.Err == nil {
			want[o.Item.ID] = o.Item.Item
		} else if !errors.Is(o.Err, batch.ErrFailed) || o.Item.ID != 42 || o.Attempts != 5 {
			t.Errorf("outcome: %+v", o)
		}
	}
	if got := stored(t, table); !maps.Equal(got, want) {
		t.Errorf("stored: %v", got)
	}
	if len(want) < 109 || attempts < 110+10 {
		t.Errorf("%d succeeded with %d attempts: %v", r.Succeeded, attempts, r.Err())
	}
	if n := len(calls.sizes); n < 5 || n > 20 {
		t.Errorf("%d calls", n)
	}
}

// What batch.Write prevents, the server refuses as a whole.
func TestStandInForDynamoDBRefuses26(t *testing.T) {
	table := &Table{Client: dynamodb.NewFromConfig(awstest.DynamoDB(t)), Name: "orders"}
	if err := table.Create(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := table.putOrders(t.Context(), someOrders(26)); err == nil || !strings.Contains(err.Error(), "ValidationException") {
		t.Errorf("error: %v", err)
	}
	if got := stored(t, table); len(got) != 0 {
		t.Errorf("stored: %v", got)
	}
	if _, err := table.putOrders(t.Context(), someOrders(25)); err != nil {
		t.Error(err)
	}
}
