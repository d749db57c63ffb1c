package writers

import (
	"context"
	"errors"
	"iter"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/bunsui/bunsui-go/runtime/batch"
)

// What is here is what the directives in the comments make of the functions.

var sendOrdersProcessor = batch.NewProcessor("writers.Queue.sendOrders",
	batch.MaxItems(10), batch.Attempts(5), batch.Delay(100*time.Millisecond), batch.Permanent(sendRefused))

// SendOrdersBatch sends any number of orders.
//
//	//bunsui:batch failed=sendFailed max=10 max_bytes=256KiB weigh=orderBytes attempts=5 delay=100ms permanent=sendRefused
func (q *Queue) SendOrdersBatch(ctx context.Context, orders []Order, opts ...batch.Option) batch.Result[Order, SendResult] {
	return batch.Write(ctx, orders, q.sendOrders, sendFailed,
		sendOrdersProcessor.With(opts, batch.MaxBytes(256<<10, orderBytes))...)
}

// SendOrdersStream sends orders as they come.
func (q *Queue) SendOrdersStream(ctx context.Context, orders iter.Seq[Order], opts ...batch.Option) iter.Seq2[SendResult, error] {
	return batch.WriteStream(ctx, orders, q.sendOrders, sendFailed,
		sendOrdersProcessor.With(opts, batch.MaxBytes(256<<10, orderBytes))...)
}

var putOrdersProcessor = batch.NewProcessor("writers.Table.putOrders",
	batch.MaxItems(25), batch.Attempts(5), batch.Delay(100*time.Millisecond))

// PutOrdersBatch stores any number of orders.
//
//	//bunsui:batch failed=putFailed max=25 max_bytes=16MiB weigh=orderBytes attempts=5 delay=100ms
func (t *Table) PutOrdersBatch(ctx context.Context, orders []Order, opts ...batch.Option) batch.Result[Order, PutResult] {
	return batch.Write(ctx, orders, t.putOrders, batch.FailedIf(putFailed),
		putOrdersProcessor.With(opts, batch.MaxBytes(16<<20, orderBytes))...)
}

var insertOrdersProcessor = batch.NewProcessor("writers.Database.insertOrders", batch.MaxItems(500), batch.Attempts(3),
	batch.Delay(100*time.Millisecond), batch.Permanent(func(err error) bool { return errors.Is(err, errKnown) || isRule(err) }))

// InsertOrdersBatch inserts the orders that are new.
//
//	//bunsui:batch failed=insertFailed max=500 attempts=3 delay=100ms permanent=errKnown,isRule
func (d *Database) InsertOrdersBatch(ctx context.Context, orders []Order, opts ...batch.Option) batch.Result[Order, InsertResult] {
	return batch.Write(ctx, orders, d.insertOrders, insertFailed, insertOrdersProcessor.With(opts)...)
}

var copyOrdersProcessor = batch.NewProcessor("writers.Database.copyOrders", batch.MaxItems(1000), batch.Attempts(3),
	batch.Delay(100*time.Millisecond), batch.Permanent(isRule))

// CopyOrdersBatch copies orders into the table.
//
//	//bunsui:batch failed=insertFailed max=1000 attempts=3 delay=100ms permanent=isRule
func (d *Database) CopyOrdersBatch(ctx context.Context, orders []Order, opts ...batch.Option) batch.Result[Order, InsertResult] {
	return batch.Write(ctx, orders, d.copyOrders, insertFailed, copyOrdersProcessor.With(opts)...)
}

var pushOrdersProcessor = batch.NewProcessor("writers.Shelf.pushOrders", batch.MaxItems(200), batch.Attempts(3),
	batch.Delay(50*time.Millisecond), batch.Permanent(isReply))

// PushOrdersBatch appends any number of orders to their lists.
//
//	//bunsui:batch failed=pushFailed max=200 attempts=3 delay=50ms permanent=isReply
func (s *Shelf) PushOrdersBatch(ctx context.Context, orders []Order, opts ...batch.Option) batch.Result[Order, *redis.IntCmd] {
	return batch.Write(ctx, orders, s.pushOrders, pushFailed, pushOrdersProcessor.With(opts)...)
}
