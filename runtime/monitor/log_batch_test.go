package monitor_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bunsui/bunsui-go/runtime/batch"
	"github.com/bunsui/bunsui-go/runtime/monitor"
)

var errBusy = errors.New("busy")

func TestLogBatches(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := batch.NewProcessor("log.batch", batch.Attempts(3), batch.Delay(0), batch.Concurrency(1))
		calls := map[int]int{}
		busy := func(_ context.Context, item int) (int, error) {
			time.Sleep(time.Second)
			if calls[item]++; item == 8 || item == 7 && calls[item] < 2 {
				return 0, errBusy
			}
			return item, nil
		}
		r := record(t, monitor.LogOnly("log.*"))
		batch.Process(t.Context(), []int{5, 7, 8}, busy, p)
		retry := "batch retry batch=log.batch index=%d attempt=%d delay=0s error=busy"
		r.wants(t, fmt.Sprintf(retry, 1, 2), fmt.Sprintf(retry, 2, 2), fmt.Sprintf(retry, 2, 3),
			"batch run batch=log.batch succeeded=2 failed=1 not_started=0 took=6s")
		if s := p.Stats(); s.Retries != 3 {
			t.Errorf("%+v", s)
		}
		clear(calls)
		for range batch.Stream(t.Context(), func(yield func(int) bool) { _ = yield(5) && yield(7) }, busy, p) {
		}
		r.wants(t, fmt.Sprintf(retry, 1, 2), "batch run batch=log.batch succeeded=2 failed=0 not_started=0 took=3s")
	})
}

// A wait before an attempt is told as it was.
func TestLogDelay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := record(t, monitor.LogOnly(""))
		began, second := time.Now(), time.Duration(0)
		batch.Process(t.Context(), []int{1}, func(context.Context, int) (int, error) {
			second = time.Since(began)
			return 0, errBusy
		}, batch.Attempts(2), batch.Delay(time.Hour), batch.MaxDelay(time.Hour))
		r.wants(t, fmt.Sprintf("batch retry batch= index=0 attempt=2 delay=%v error=busy", second),
			fmt.Sprintf("batch run batch= succeeded=0 failed=1 not_started=0 took=%v", second))
	})
}

func TestLogWrites(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := batch.NewProcessor("log.write", batch.MaxItems(2), batch.Attempts(2), batch.Delay(0), batch.Concurrency(1))
		first := true
		r := record(t, monitor.LogOnly("log.*"))
		batch.Write(t.Context(), []int{5, 7}, func(_ context.Context, items []int) ([]int, error) {
			time.Sleep(time.Second)
			return items, nil
		}, func(n int) error {
			if n == 7 && first {
				first = false
				return errBusy
			}
			return nil
		}, p)
		r.wants(t, "batch call batch=log.write items=2 failed=1 took=1s",
			"batch retry batch=log.write index=1 attempt=2 delay=0s error=busy",
			"batch call batch=log.write items=1 failed=0 took=1s",
			"batch run batch=log.write succeeded=2 failed=0 not_started=0 took=2s")
		for range batch.WriteStream(t.Context(), func(yield func(int) bool) { yield(5) },
			func(_ context.Context, items []int) ([]int, error) { return items, nil }, nil, p, batch.Linger(0)) {
		}
		r.wants(t, "batch call batch=log.write items=1 failed=0 took=0s",
			"batch run batch=log.write succeeded=1 failed=0 not_started=0 took=0s")
	})
}

func TestLogLoaders(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := batch.NewLoader(func(_ context.Context, keys []int) (map[int]int, error) {
			time.Sleep(time.Second)
			switch keys[0] {
			case 1:
				return map[int]int{1: 1}, nil
			case 2:
				return nil, errBusy
			}
			panic("a bad key")
		}, batch.LoaderName("log.loader"))
		r := record(t, monitor.LogOnly("log.*"))
		ctx := context.WithoutCancel(t.Context())
		_, _ = l.Load(ctx, 1)
		l.LoadMany(ctx, []int{1, 4, 5})
		_, _ = l.Load(ctx, 2)
		_, err := l.Load(ctx, 3)
		lines := r.take()
		if n := len(lines); n != 4 || lines[0] != "loader batch loader=log.loader keys=1 took=1s" ||
			lines[1] != "loader batch loader=log.loader keys=3 took=1s" ||
			lines[2] != "loader batch loader=log.loader keys=1 took=1s error=busy" ||
			!strings.HasPrefix(lines[3], "loader batch loader=log.loader keys=1 took=1s error=panic: a bad key") {
			t.Errorf("%q, and the last error is %v", lines, err)
		}
		if s := l.Stats(); s.Batches != 4 || s.Keys != 6 {
			t.Errorf("%+v", s)
		}
	})
}
