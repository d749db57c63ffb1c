package monitor

import (
	"reflect"
	"slices"
)

// A table is a pageTable that goes on.
type table struct {
	columns []string
	past    func(pageLabel) numbers // the rates of rows before they were seen; may be nil
	rows    map[key]*tableRow
	next    int // id
	looks   int

	// What the last look has changed.
	changed []*tableRow
	gone    []int
}

type tableRow struct {
	label  pageLabel // without Spark
	values numbers   // the id first
	spark  numbers
	seen   int // number of the look at which it was there last

	fresh, relabelled, moved bool // at the last look
}

func newTable(columns []string) *table {
	return &table{columns: columns, rows: make(map[key]*tableRow)}
}

// begin starts a look.
func (t *table) begin() {
	t.looks++
	t.changed, t.gone = t.changed[:0], t.gone[:0]
}

// put tells how a row stands. values has the numbers of all columns but the id, and is
// not kept.
func (t *table) put(name key, label pageLabel, values numbers) {
	r := t.rows[name]
	if r == nil {
		r = &tableRow{values: make(numbers, len(t.columns)), fresh: true}
		r.values[0] = float64(t.next)
		t.rows[name] = r
	} else {
		r.fresh = false
		label.ID = r.label.ID
	}
	if r.fresh {
		label.ID = t.next
		t.next++
	}
	r.seen = t.looks
	if r.relabelled = r.fresh || !reflect.DeepEqual(r.label, label); r.relabelled {
		r.label = label
	}
	if r.moved = r.fresh || !r.values[1:].same(values); r.moved {
		copy(r.values[1:], values)
	}
	if r.relabelled || r.moved {
		t.changed = append(t.changed, r)
	}
}

// end removes the rows that were not put at this look.
func (t *table) end() {
	for name, r := range t.rows {
		if r.seen != t.looks {
			t.gone = append(t.gone, r.label.ID)
			delete(t.rows, name)
			continue
		}
		if len(r.label.Kinds) > 0 { // a function
			if r.fresh && t.past != nil {
				r.spark = t.past(r.label)
			}
			r.spark = append(r.spark, r.values[len(r.values)-1])
			r.spark = r.spark[max(len(r.spark)-pageSpark, 0):]
		}
	}
	slices.Sort(t.gone)
}

// update returns what the last look has changed.
func (t *table) update() *pageTable {
	p := &pageTable{Gone: t.gone}
	for _, r := range t.changed {
		if r.relabelled {
			p.Labels = append(p.Labels, r.labelled(r.fresh))
		}
		if r.moved {
			p.Rows = append(p.Rows, r.values)
		}
	}
	return p
}

// whole returns all rows, by their ids.
func (t *table) whole() *pageTable {
	p := &pageTable{Columns: t.columns}
	for _, r := range t.rows {
		p.Labels = append(p.Labels, r.labelled(true))
		p.Rows = append(p.Rows, r.values)
	}
	slices.SortFunc(p.Labels, func(a, b pageLabel) int { return a.ID - b.ID })
	slices.SortFunc(p.Rows, func(a, b pageRow) int { return int(a[0] - b[0]) })
	return p
}

func (r *tableRow) labelled(spark bool) pageLabel {
	l := r.label
	if spark {
		l.Spark = r.spark
	}
	return l
}
