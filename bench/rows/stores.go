package rows

import (
	"github.com/bunsui/bunsui-go/bench/rivals"
	"github.com/bunsui/bunsui-go/bench/sample"
)

// The names that lines refer to.
const (
	wrapper     = "wrapper"
	byHand      = "by hand"
	bare        = "xsync"
	otterPlain  = "otter"
	otterCoarse = "otter coarse"
)

// commonStores are those for keys of any type, quick ones first. The wrapper's comes
// from the caller.
func commonStores[K comparable](generated rivals.Store[K], size int, quick bool) []rivals.Named[K] {
	stores := []rivals.Named[K]{
		{Name: wrapper, Store: generated},
		{Name: byHand, Store: rivals.NewBunsui[K](size)},
		{Name: bare, Store: rivals.NewXsync[K]()},
		{Name: otterPlain, Store: rivals.NewOtter[K](size)},
		{Name: otterCoarse, Store: rivals.NewCoarseOtter[K](size)},
	}
	if quick {
		return stores
	}
	return append(stores,
		rivals.Named[K]{Name: "theine", Store: rivals.NewTheine[K](size)},
		rivals.Named[K]{Name: "expirable", Store: rivals.NewExpirable[K](size)},
		rivals.Named[K]{Name: "sync.Map", Store: &rivals.SyncMap[K]{}},
		rivals.Named[K]{Name: "mutex+map", Store: rivals.NewMutexMap[K]()},
	)
}

func intStores(quick bool) []rivals.Named[int64] {
	stores := commonStores[int64](rivals.WrapperByID{}, capacity, quick)
	if !quick {
		stores = append(stores, rivals.Named[int64]{Name: "ristretto", Store: rivals.NewRistretto[int64](capacity)})
	}
	return stores
}

func stringStores(quick bool) []rivals.Named[string] {
	stores := commonStores[string](rivals.WrapperByName{}, capacity, quick)
	if !quick {
		stores = append(stores,
			rivals.Named[string]{Name: "ristretto", Store: rivals.NewRistretto[string](capacity)},
			rivals.Named[string]{Name: "sturdyc", Store: rivals.NewSturdyc(capacity)})
	}
	return stores
}

func placeStores(quick bool) []rivals.Named[sample.Place] {
	return commonStores[sample.Place](rivals.WrapperAt{}, capacity, quick)
}

func closeStores[K comparable](stores []rivals.Named[K]) {
	for _, s := range stores {
		s.Store.Close()
	}
}
