package rows

import (
	"container/heap"
	"math"
)

// belady returns the part of accesses that are hits if the cache knows the future:
// it drops the entry whose next use is farthest, the new one included. No policy
// can do better.
func belady(keys []int64, size int) float64 {
	next := nextUses(keys)
	// Entries by their next use, the farthest on top. Those that were used since
	// are stale, and ignored when they come up.
	var farthest useHeap
	use := make(map[int64]int, size)
	hits := 0
	for i, key := range keys {
		if _, ok := use[key]; ok {
			hits++
		}
		use[key] = next[i]
		heap.Push(&farthest, futureUse{key, next[i]})
		for len(use) > size {
			if top := heap.Pop(&farthest).(futureUse); use[top.key] == top.at {
				delete(use, top.key)
			}
		}
	}
	return float64(hits) / float64(len(keys))
}

// nextUses returns for each access when its key is used again. Keys that are not
// have different times that are all later than any use.
func nextUses(keys []int64) []int {
	next := make([]int, len(keys))
	last := make(map[int64]int)
	for i := len(keys) - 1; i >= 0; i-- {
		if at, ok := last[keys[i]]; ok {
			next[i] = at
		} else {
			next[i] = math.MaxInt - i
		}
		last[keys[i]] = i
	}
	return next
}

type futureUse struct {
	key int64
	at  int
}

// useHeap implements heap.Interface.
type useHeap []futureUse

func (h useHeap) Len() int           { return len(h) }
func (h useHeap) Less(i, j int) bool { return h[i].at > h[j].at }
func (h useHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *useHeap) Push(x any)        { *h = append(*h, x.(futureUse)) }

func (h *useHeap) Pop() any {
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return last
}
