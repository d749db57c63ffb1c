package loaders

import "github.com/bunsui/bunsui-go/runtime/batch"

// Loaders are those of one shop. They live as long as it does.
type Loaders struct {
	Product *batch.Loader[int64, Product]
	Stock   *batch.Loader[int64, int64]
	Name    *batch.Loader[string, string]
	Tags    *batch.Loader[string, []string]
}

// NewLoaders makes them, each of the function that it is named after. How a loader is
// made depends on what the function returns: a map, a slice, or a slice with errors.
func NewLoaders(s *Shop) *Loaders {
	return &Loaders{
		Product: batch.NewLoader(s.loadProducts),
		Stock:   batch.NewSliceLoader(s.loadStocks, batch.MaxKeys(50)),
		Name:    batch.NewLoader(s.loadNames, batch.MaxKeys(500)),
		Tags:    batch.NewErrorsLoader(s.loadTags),
	}
}
