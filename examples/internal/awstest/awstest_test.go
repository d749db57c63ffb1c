package awstest

import (
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

func TestStandInsStartAndEnd(t *testing.T) {
	for name, start := range map[string]func(testing.TB) aws.Config{"SQS": SQS, "DynamoDB": DynamoDB, "S3": S3} {
		var c aws.Config
		t.Run(name, func(t *testing.T) {
			c = start(t)
			var err error
			switch name {
			case "SQS":
				_, err = sqs.NewFromConfig(c).ListQueues(t.Context(), nil)
			case "S3":
				_, err = s3.NewFromConfig(c).ListBuckets(t.Context(), nil)
			default:
				_, err = dynamodb.NewFromConfig(c).ListTables(t.Context(), nil)
			}
			if err != nil {
				t.Error(err)
			}
			_, err = c.HTTPClient.Do(&http.Request{Method: "GET", URL: &url.URL{Scheme: "http", Host: "127.0.0.1:1"}})
			if err == nil || !strings.Contains(err.Error(), "awstest: 127.0.0.1:1 is not") {
				t.Errorf("another address: %v", err)
			}
		})
		if c.BaseEndpoint == nil {
			continue // it was skipped
		}
		if conn, err := net.Dial("tcp", strings.TrimPrefix(*c.BaseEndpoint, "http://")); err == nil {
			_ = conn.Close()
			t.Errorf("%s has not ended", name)
		}
	}
}

// A program that cannot start says why.
func TestReason(t *testing.T) {
	node, modules, err := find()
	if err != nil {
		if os.Getenv(without) == "1" {
			t.Skip(err)
		}
		t.Fatal(err)
	}
	path := t.TempDir() + "/standin.mjs"
	if err := os.WriteFile(path, script, 0o600); err != nil {
		t.Fatal(err)
	}
	p, err := launch(exec.Command(node, path, modules, "nothing"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.port(); err == nil || !strings.Contains(p.complaints.String(), "TypeError") {
		t.Errorf("%v: %s", err, &p.complaints)
	}
}
