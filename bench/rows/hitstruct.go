package rows

import (
	"context"

	"github.com/bunsui/bunsui-go/bench/harness"
	"github.com/bunsui/bunsui-go/bench/sample"
)

// hitStructs reads entries whose key is a struct of a number and a text. The wrapper
// makes it of two arguments; the others are handed one that is there.
func hitStructs(ctx context.Context, b *harness.Bench) error {
	g := hitGroup[sample.Place]{
		bench: b, keyType: "struct", load: newWorkload(placeKey),
		wall: harness.AtMost(1.3), cpu: harness.AtMost(0.6),
	}
	return g.run(ctx, placeStores(b.Quick))
}
