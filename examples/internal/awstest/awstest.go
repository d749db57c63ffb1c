// Package awstest starts stand-ins for AWS for tests, on ports of their own on the loopback
// interface, which end with the test: fauxqs for SQS and dynalite for DynamoDB, which
// emulate them; versitygw, which is an S3 server, though not Amazon's; a bridge of ours
// between Amazon's client and Amazon's runtime of Lambda functions; and a fake of Step
// Functions, which is none of these. They are other programs than AWS's, with the same
// limits and answers where our tests looked; what passes here has not been tried there.
//
// It installs nothing: make aws does that, and tests fail with that advice where there
// are none, unless BUNSUI_WITHOUT_AWS is 1, in which case they are skipped. It is a part
// of the examples because the library does not depend on the clients of AWS's services.
package awstest

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
)

// SQS starts a stand-in for SQS without queues, and returns what clients are made of.
// The test cannot be parallel.
func SQS(t testing.TB) aws.Config {
	t.Helper()
	return config(t, start(t, "fauxqs"))
}

// DynamoDB starts a stand-in for DynamoDB without tables, and returns what clients are
// made of. The test cannot be parallel.
func DynamoDB(t testing.TB) aws.Config {
	t.Helper()
	return config(t, start(t, "dynalite"))
}

// config returns a configuration that needs nothing of the machine's, and whose client
// reaches nothing but one address.
func config(t testing.TB, address string) aws.Config {
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.Proxy = nil
	transport.DialContext = func(ctx context.Context, network, to string) (net.Conn, error) {
		if to != address {
			return nil, fmt.Errorf("awstest: %s is not %s", to, address)
		}
		return new(net.Dialer).DialContext(ctx, network, to)
	}
	t.Cleanup(transport.CloseIdleConnections)
	return aws.Config{
		Region:       "us-east-1",
		Credentials:  credentials.NewStaticCredentialsProvider("key", "secret", ""),
		BaseEndpoint: aws.String("http://" + address),
		HTTPClient:   &http.Client{Transport: transport},
	}
}
