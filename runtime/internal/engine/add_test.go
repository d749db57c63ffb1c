package engine

import "testing"

func TestAddEvictsNothing(t *testing.T) {
	tab := newWeightTable[int, int](Bounds{Items: 3, Weight: 100})
	add := func(key int, weight int64) bool {
		it := newItem(key, 0)
		it.SetWeight(weight)
		return tab.Table.Add(&it.Item)
	}
	for _, c := range []struct {
		key    int
		weight int64
		want   bool
	}{
		{1, 40, true},
		{2, 40, true},
		{3, 30, false},
		{3, 101, false},
		{3, 20, true},
		{4, 0, false},
		{2, 41, false},
		{2, 30, true},
		{1, 50, true},
		{1, 51, false},
	} {
		if got := add(c.key, c.weight); got != c.want {
			t.Errorf("Add(%d, %d) = %v", c.key, c.weight, got)
		}
	}
	if held := tab.ledger.Held.Load(); tab.Len() != 3 || held != 100 {
		t.Errorf("%d items of %d", tab.Len(), held)
	}
	tab.check(t)
}
