package main

import (
	"context"
	"errors"
	"io"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/bunsui/bunsui-go/examples/internal/awstest"
	"github.com/bunsui/bunsui-go/runtime/pool/awspool"
)

// pooled makes a transport with connections that are open, and checks at the end of the
// test that it has counted calls as wanted and that nothing remains open.
func pooled(t *testing.T, cfg aws.Config, want ...awspool.Operation) *awspool.Transport {
	t.Helper()
	p := awspool.New(cfg, awspool.Options{Min: 2, Max: 4})
	if err := p.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(context.Background()); err != nil {
			t.Error(err)
		}
		s := p.Stats()
		if s.Warmed != 2 || s.Created > 4 || s.Open != 0 || len(s.Operations) != len(want) {
			t.Errorf("%+v", s)
			return
		}
		for i, o := range s.Operations {
			w := want[i]
			if o.Service != w.Service || o.Name != w.Name || o.Calls != w.Calls || o.Errors != w.Errors || o.Total <= 0 {
				t.Errorf("%+v, want %+v", o, w)
			}
		}
	})
	return p
}

// TLS connections are opened before the first call to a real S3 server, which checks
// signatures.
func TestVersitygwWithTLS(t *testing.T) {
	cfg := awstest.S3WithTLS(t)
	p := pooled(t, cfg,
		awspool.Operation{Service: "S3", Name: "CreateBucket", Calls: 1},
		awspool.Operation{Service: "S3", Name: "GetObject", Calls: 2, Errors: 1},
		awspool.Operation{Service: "S3", Name: "ListBuckets", Calls: 1, Errors: 1},
		awspool.Operation{Service: "S3", Name: "PutObject", Calls: 1})
	c := awspool.Client(p, s3.NewFromConfig, pathStyle)
	makeBucket(t, c, "bucket")
	if err := put(t.Context(), c, "bucket", "key"); err != nil {
		t.Fatal(err)
	}
	answer, err := c.GetObject(t.Context(), &s3.GetObjectInput{Bucket: aws.String("bucket"), Key: aws.String("key")})
	if err != nil {
		t.Fatal(err)
	}
	if s := p.Stats(); s.UnderWay != 1 || s.InUse != 1 {
		t.Errorf("while the body is open: %+v", s)
	}
	if b, err := io.ReadAll(answer.Body); err != nil || string(b) != "hello" {
		t.Errorf("%q, %v", b, err)
	}
	_ = answer.Body.Close()
	_, err = c.GetObject(t.Context(), &s3.GetObjectInput{Bucket: aws.String("bucket"), Key: aws.String("none")})
	if err == nil {
		t.Error("got an object that is not there")
	}
	stranger := p.Config()
	stranger.Credentials = credentials.NewStaticCredentialsProvider("key", "guess", "")
	if _, err := s3.NewFromConfig(stranger, pathStyle).ListBuckets(t.Context(), nil); err == nil {
		t.Error("a wrong signature was accepted")
	}
}

func TestDynamoDBOnDynalite(t *testing.T) {
	cfg := awstest.DynamoDB(t)
	p := pooled(t, cfg,
		awspool.Operation{Service: "DynamoDB", Name: "CreateTable", Calls: 1},
		awspool.Operation{Service: "DynamoDB", Name: "GetItem", Calls: 1},
		awspool.Operation{Service: "DynamoDB", Name: "PutItem", Calls: 2, Errors: 1})
	c := awspool.Client(p, dynamodb.NewFromConfig)
	table := aws.String("table")
	if _, err := c.CreateTable(t.Context(), &dynamodb.CreateTableInput{
		TableName: table, BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String("id"), AttributeType: types.ScalarAttributeTypeS}},
		KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String("id"), KeyType: types.KeyTypeHash}},
	}); err != nil {
		t.Fatal(err)
	}
	// By a client of its own, whose calls are not counted here.
	exists := dynamodb.NewTableExistsWaiter(dynamodb.NewFromConfig(cfg), func(o *dynamodb.TableExistsWaiterOptions) {
		o.MinDelay, o.MaxDelay = 10*time.Millisecond, 100*time.Millisecond
	})
	if err := exists.Wait(t.Context(), &dynamodb.DescribeTableInput{TableName: table}, 10*time.Second); err != nil {
		t.Fatal(err)
	}
	item := map[string]types.AttributeValue{"id": &types.AttributeValueMemberS{Value: "1"}}
	once := &dynamodb.PutItemInput{TableName: table, Item: item, ConditionExpression: aws.String("attribute_not_exists(id)")}
	if _, err := c.PutItem(t.Context(), once); err != nil {
		t.Fatal(err)
	}
	if _, err := c.PutItem(t.Context(), once); err == nil {
		t.Error("the condition is not met")
	}
	got, err := c.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: table, Key: item})
	if err != nil || len(got.Item) != 1 {
		t.Errorf("%+v, %v", got, err)
	}
}

// The client and the runtime of the function are Amazon's, the service between them is a
// bridge of ours.
func TestLambdaRuntimeOverABridgeOfOurs(t *testing.T) {
	program := filepath.Join(t.TempDir(), "function")
	if out, err := exec.Command("go", "build", "-o", program, "../internal/awstest/function").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	p := pooled(t, awstest.Lambda(t, program), awspool.Operation{Service: "Lambda", Name: "Invoke", Calls: 2})
	c := awspool.Client(p, lambda.NewFromConfig)
	for payload, want := range map[string]string{`{"name": "Ada"}`: `"Hello, Ada!"`, `{}`: `{"errorMessage":"nobody is there","errorType":"errorString"}`} {
		got, err := c.Invoke(t.Context(), &lambda.InvokeInput{FunctionName: aws.String("greet"), Payload: []byte(payload)})
		if err != nil || string(got.Payload) != want || (got.FunctionError != nil) != (payload == "{}") {
			t.Errorf("%s: %s, %v, %v", payload, got.Payload, got.FunctionError, err)
		}
	}
}

// Only the client is real: see awstest.FakeStepFunctions.
func TestStepFunctionsOnAFake(t *testing.T) {
	p := pooled(t, awstest.FakeStepFunctions(t),
		awspool.Operation{Service: "SFN", Name: "DescribeExecution", Calls: 2, Errors: 1},
		awspool.Operation{Service: "SFN", Name: "StartExecution", Calls: 1})
	c := awspool.Client(p, sfn.NewFromConfig)
	started, err := c.StartExecution(t.Context(), &sfn.StartExecutionInput{
		StateMachineArn: aws.String("arn:machine"), Name: aws.String("one"), Input: aws.String(`{"n": 1}`),
	})
	if err != nil {
		t.Fatal(err)
	}
	got, err := c.DescribeExecution(t.Context(), &sfn.DescribeExecutionInput{ExecutionArn: started.ExecutionArn})
	if err != nil || aws.ToString(got.Output) != `{"n": 1}` {
		t.Errorf("%+v, %v", got, err)
	}
	_, err = c.DescribeExecution(t.Context(), &sfn.DescribeExecutionInput{ExecutionArn: aws.String("arn:none")})
	if coded, found := errors.AsType[interface {
		error
		ErrorCode() string
	}](err); !found || coded.ErrorCode() != "ExecutionDoesNotExist" {
		t.Error(err)
	}
}

// Each service's own resolver is asked, and nothing is sent.
func TestEndpointsOfRealResolvers(t *testing.T) {
	cfg := aws.Config{Region: "eu-central-1", Credentials: credentials.NewStaticCredentialsProvider("key", "secret", "")}
	for want, call := range map[string]call{
		"https://s3.eu-central-1.amazonaws.com":        listBuckets,
		"https://bucket.s3.eu-central-1.amazonaws.com": headBucket,
		"https://dynamodb.eu-central-1.amazonaws.com":  listTables,
		"https://lambda.eu-central-1.amazonaws.com":    listFunctions,
		"https://states.eu-central-1.amazonaws.com":    listStateMachines,
		"https://sqs.eu-central-1.amazonaws.com":       listQueues,
	} {
		got, err := awspool.Endpoints(t.Context(), cfg, call)
		if err != nil || len(got) != 1 || got[0] != want {
			t.Errorf("%q, %v, want %q", got, err, want)
		}
	}
}
