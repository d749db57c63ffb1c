package prommonitor

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"

	"github.com/bunsui/bunsui-go/runtime/monitor/internal/figure"
)

// A histogram is a metric that was counted elsewhere, classic and, if there is enough
// known for it, native at the same time: Prometheus takes the one it is set up for. The
// library has no constant metric for both in one.
type histogram struct {
	desc  *prometheus.Desc
	label []*dto.LabelPair
	value *dto.Histogram
}

var _ prometheus.Metric = histogram{}

func newHistogram(desc *prometheus.Desc, h figure.Histogram, bounds []time.Duration) histogram {
	sum := h.Sum.Seconds()
	value := &dto.Histogram{SampleCount: &h.Count, SampleSum: &sum}
	var below uint64
	for i, b := range bounds {
		below += h.Counts[i]
		upTo, n := b.Seconds(), below
		value.Bucket = append(value.Bucket, &dto.Bucket{UpperBound: &upTo, CumulativeCount: &n})
	}
	return histogram{desc, prometheus.MakeLabelPairs(desc, h.Labels), value}
}

// zeroThreshold is less than anything that is measured but 0, in seconds.
const zeroThreshold = 0.5e-9

// native adds the buckets of a native histogram.
func (h histogram) native(e figure.Exponential) histogram {
	schema, threshold := int32(figure.Scale), zeroThreshold
	v := h.value
	v.Schema, v.ZeroThreshold, v.ZeroCount = &schema, &threshold, &e.Zero
	next, last := 0, int64(0) // the index after the span before, and the count before
	var span *dto.BucketSpan
	for i, n := range e.Counts {
		if n == 0 {
			span = nil
			continue
		}
		if span == nil {
			offset, length := int32(e.First+i-next), uint32(0)
			span = &dto.BucketSpan{Offset: &offset, Length: &length}
			v.PositiveSpan = append(v.PositiveSpan, span)
		}
		*span.Length++
		next = e.First + i + 1
		v.PositiveDelta = append(v.PositiveDelta, int64(n)-last)
		last = int64(n)
	}
	return h
}

// Desc and Write make it a prometheus.Metric.
func (h histogram) Desc() *prometheus.Desc { return h.desc }

func (h histogram) Write(to *dto.Metric) error {
	to.Label, to.Histogram = h.label, h.value
	return nil
}
