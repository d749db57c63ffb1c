// Command function is a Lambda function that greets, for tests: see awstest.Lambda. It
// fails for nobody.
package main

import (
	"context"
	"errors"

	"github.com/aws/aws-lambda-go/lambda"
)

type guest struct {
	Name string `json:"name"`
}

func greet(_ context.Context, g guest) (string, error) {
	if g.Name == "" {
		return "", errors.New("nobody is there")
	}
	return "Hello, " + g.Name + "!", nil
}

func main() { lambda.Start(greet) }
