package generator

import "slices"

// A layer is one function of the chain: a step, or several of one family.
type layer struct {
	first, end int // of the chain's steps
	plan       any
}

// divide puts the steps that make one function together.
func (c *chain) divide() []layer {
	var layers []layer
	for i, s := range c.steps {
		if last := len(layers) - 1; i > 0 && s.entry.Family != "" && s.entry.Family == c.steps[i-1].entry.Family {
			layers[last].end = i + 1
		} else {
			layers = append(layers, layer{first: i, end: i + 1})
		}
	}
	return layers
}

// joinPlans makes one plan of those of a layer's steps. With a broken step, no
// plan is going to be used.
func (c *chain) joinPlans(l *layer) {
	steps := c.steps[l.first:l.end]
	if slices.ContainsFunc(steps, func(s step) bool { return s.broken }) {
		return
	}
	l.plan = steps[0].plan
	for _, s := range steps[1:] {
		l.plan = steps[0].entry.Join(l.plan, s.plan)
	}
}
