package batch_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"slices"
	"sync/atomic"
	"time"

	"github.com/bunsui/bunsui-go/runtime/batch"
)

// One item after the other: each has its own outcome, and a failure stops nothing.
func ExampleProcess() {
	double := func(_ context.Context, n int) (int, error) {
		if n == 3 {
			return 0, errors.New("three is not allowed")
		}
		return 2 * n, nil
	}

	result := batch.Process(context.Background(), []int{1, 2, 3, 4}, double, batch.Concurrency(1))

	fmt.Println(result.Values(), result.Succeeded, result.Failed)
	fmt.Println(result.Err())
	// Output:
	// [2 4 8] 3 1
	// item 2: three is not allowed
}

// Ten calls at a time, whose results are in the order of the items all the same.
func ExampleProcess_concurrency() {
	fetch := func(ctx context.Context, page int) (string, error) {
		select {
		case <-time.After(time.Duration(20-page) * time.Millisecond):
			return fmt.Sprintf("page %d", page), nil
		case <-ctx.Done():
			return "", ctx.Err()
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()

	result := batch.Process(ctx, []int{1, 2, 3}, fetch, batch.Concurrency(10))

	fmt.Println(result.Values())
	// Output: [page 1 page 2 page 3]
}

// Three attempts, and a line in the log for each item whose last one has failed.
func ExampleProcess_retries() {
	logger := log.New(os.Stdout, "", 0)
	var calls atomic.Int32
	send := func(_ context.Context, to string) (string, error) {
		if to == "down" || calls.Add(1) == 1 {
			return "", errors.New("no answer")
		}
		return "sent to " + to, nil
	}

	result := batch.Process(context.Background(), []string{"first", "down"}, send,
		batch.Attempts(3), batch.Delay(time.Millisecond), batch.Concurrency(1))

	fmt.Println(result.Values())
	for _, o := range result.Failures() {
		logger.Printf("%s failed after %d attempts: %v", o.Item, o.Attempts, o.Err)
	}
	// Output:
	// [sent to first]
	// down failed after 3 attempts: no answer
}

// The size that a worker takes at once adapts to the items by itself. It can also be
// chosen by the amount of data.
func ExampleSize() {
	size := func(items int) int { return min(max(items/100, 1), 1000) }
	square := func(_ context.Context, n int) (int, error) { return n * n, nil }
	for _, n := range []int{10, 50_000} {
		result := batch.Process(context.Background(), make([]int, n), square, batch.Size(size(n)))
		fmt.Println(n, size(n), result.Succeeded)
	}
	// Output:
	// 10 1 10
	// 50000 500 50000
}

// A stream takes its items from an iterator and holds only some of them.
func ExampleStream() {
	lines := slices.Values([]string{"one", "three", "fourteen"})
	length := func(_ context.Context, line string) (int, error) { return len(line), nil }

	for n, err := range batch.Stream(context.Background(), lines, length) {
		if err != nil {
			log.Print(err)
			continue
		}
		fmt.Println(n)
	}
	// Output:
	// 3
	// 5
	// 8
}

// What calls of a function have in common, and its figures.
func ExampleProcessor() {
	mails := batch.NewProcessor("mails", batch.Concurrency(2), batch.StopAbove(0.1))
	send := func(context.Context, string) (bool, error) { return true, nil }

	batch.Process(context.Background(), []string{"a@example.com", "b@example.com"}, send, mails)

	stats := mails.Stats()
	fmt.Println(stats.Name, stats.Runs, stats.Succeeded)
	// Output: mails 1 2
}
