// Package awspool sizes, warms, limits and measures the connections of clients of
// aws-sdk-go-v2:
//
//	t := awspool.New(cfg, awspool.Options{Name: "s3", Min: 3, Max: 10})
//	err := t.Start(ctx) // opens three connections
//	client := s3.NewFromConfig(t.Config())
//
// Clients of aws-sdk-go-v2 are safe for concurrent use, and one is enough for a service:
// a pool of clients does not make anything faster. What is pooled are connections, and
// their pool is the HTTP transport of the client. By default the SDK keeps ten idle
// connections per host and opens up to 2,048: above ten calls at a time, most of which
// end together, connections are closed and opened again with a TLS handshake each. [New]
// makes a transport whose bounds are the same number, so that what was opened is used.
//
// Several clients, each with a transport of its own, make sense for isolation: so that one
// user's calls cannot wait for connections that another's hold, or so that a connection
// which misbehaves goes with its client. [Clients] makes a pool of them, which costs a
// handshake and a credentials cache's worth of memory for each.
//
// The helpers are generic: they take the function NewFromConfig of a service's package.
// So this package imports none of the services, and a program compiles only those that
// it uses; packages of ours for S3, Lambda and so on would only repeat one line each.
//
// The package does not load configurations or credentials, does not retry (the SDK does;
// retries are counted), and does not know when a service will throttle.
package awspool
