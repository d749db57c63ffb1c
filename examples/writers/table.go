package writers

import (
	"context"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Table keeps orders in DynamoDB. Its key is a number, ID.
type Table struct {
	Client *dynamodb.Client
	Name   string
}

// PutResult says what has become of one order.
type PutResult struct {
	// Unprocessed tells that DynamoDB had no capacity left for it.
	Unprocessed bool
}

// putOrders stores orders with one call, which takes 25 of them and 16 MiB at most, and
// none twice.
//
//bunsui:batch failed=putFailed max=25 max_bytes=16MiB weigh=orderBytes attempts=5 delay=100ms
func (t *Table) putOrders(ctx context.Context, orders []Order) ([]PutResult, error) {
	puts := make([]types.WriteRequest, len(orders))
	for i, o := range orders {
		puts[i].PutRequest = &types.PutRequest{Item: map[string]types.AttributeValue{
			"ID":    number(o.ID),
			"Item":  &types.AttributeValueMemberS{Value: o.Item},
			"Count": number(int64(o.Count)),
		}}
	}
	answer, err := t.Client.BatchWriteItem(ctx, &dynamodb.BatchWriteItemInput{
		RequestItems: map[string][]types.WriteRequest{t.Name: puts},
	})
	if err != nil {
		return nil, err
	}
	unprocessed := make(map[string]bool)
	for _, put := range answer.UnprocessedItems[t.Name] {
		if id, ok := put.PutRequest.Item["ID"].(*types.AttributeValueMemberN); ok {
			unprocessed[id.Value] = true
		}
	}
	results := make([]PutResult, len(orders))
	for i, o := range orders {
		results[i].Unprocessed = unprocessed[strconv.FormatInt(o.ID, 10)]
	}
	return results, nil
}

// putFailed reports whether an order is to be stored again.
func putFailed(r PutResult) bool { return r.Unprocessed }

func number(n int64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatInt(n, 10)}
}

// tableWait is how long a table may take to come into being.
const tableWait = time.Minute

// Create makes the table, and returns when it can be used.
func (t *Table) Create(ctx context.Context) error {
	_, err := t.Client.CreateTable(ctx, &dynamodb.CreateTableInput{
		TableName:            &t.Name,
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String("ID"), AttributeType: types.ScalarAttributeTypeN}},
		KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String("ID"), KeyType: types.KeyTypeHash}},
		BillingMode:          types.BillingModePayPerRequest,
	})
	if err != nil {
		return err
	}
	return dynamodb.NewTableExistsWaiter(t.Client).Wait(ctx, &dynamodb.DescribeTableInput{TableName: &t.Name}, tableWait)
}
